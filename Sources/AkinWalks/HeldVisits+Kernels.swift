/// The visits of a query, kept until its walks are over and then counted range by range of candidates.
///
/// Counters of all candidates are touched at random, and beyond the cache every touch waits for memory. Sorted first by
/// range, visits are counted with counters of one range alone, which the cache holds. Visits of one candidate keep their
/// order, so that sums of worths have the same bits.
///
/// Where there is one source and all visits count 1, what is kept of a visit is its candidate.
struct HeldVisits {
  /// Beyond so many they are handed back, to be counted one by one.
  static let limit = 1 << 20

  /// What is counted at a candidate.
  struct Entry: CandidateRecord {
    var candidate: UInt32
    /// Twice the number of the source, and 1 more where it is known in the mean, without an error of its own.
    fileprivate var tag: UInt32
    var worth: Double

    init(candidate: UInt32, source: UInt32, isExpected: Bool, worth: Double) {
      self.candidate = candidate
      tag = source << 1 | (isExpected ? 1 : 0)
      self.worth = worth
    }

    static var blank: Entry { Entry(candidate: 0, source: 0, isExpected: false, worth: 0) }
    var source: UInt32 { tag >> 1 }
    var isExpected: Bool { tag & 1 != 0 }
  }

  /// As in `VisitCounts.Counter`, of one source.
  private struct Sum: BitwiseCopyable {
    var visits = 0.0
    var squares = 0.0
  }

  /// Whether visits of several sources are to come, each to be finished.
  private(set) var hasSources = false
  private var source: UInt32 = 0
  /// Visits that count 1, all before `entries`.
  private var units: RangeSort<UInt32>
  private var entries: RangeSort<Entry>
  /// Of the range at hand; zero but while it is counted.
  private var unitCounts: [UInt32]
  private var sums: [Sum]
  private var counters: [VisitCounts.Counter] = []
  private var seen: [UInt32] = []
  private var touched: [UInt32] = []

  /// The bits of a candidate that say where in its range it is.
  private var mask: UInt32 { UInt32(truncatingIfNeeded: 1 << UInt64(units.shift) - 1) }

  var count: Int { units.count + entries.count }
  var isEmpty: Bool { count == 0 }

  init(candidateCount: Int) {
    units = RangeSort(candidateCount: candidateCount)
    entries = RangeSort(candidateCount: candidateCount)
    unitCounts = [UInt32](repeating: 0, count: units.rangeSize)
    sums = [Sum](repeating: Sum(), count: units.rangeSize)
  }

  /// Before the first visit.
  mutating func begin(hasSources: Bool) {
    precondition(isEmpty, "visits of another query are held")
    self.hasSources = hasSources
    source = 0
  }

  mutating func finishSource() { source += 1 }

  mutating func add(_ visits: Span<Visit>) {
    if !hasSources && entries.isEmpty && visits.allCountOne {
      units.add(count: visits.count) { unsafe visits[unchecked: $0].candidate }
      return
    }
    spread()
    let source = source
    entries.add(count: visits.count) { number in
      let visit = unsafe visits[unchecked: number]
      return Entry(candidate: visit.candidate, source: source, isExpected: false, worth: visit.worth)
    }
  }

  /// What is known in the mean.
  mutating func add(expected worth: Double, at candidate: UInt32) {
    let entry = Entry(candidate: candidate, source: source, isExpected: true, worth: worth)
    entries.add(count: 1) { _ in entry }
  }

  /// Makes entries of visits that count 1, for others that come after them.
  private mutating func spread() {
    guard !units.isEmpty else { return }
    let (units, expected) = (units, entries)
    var all = expected
    all.clear()
    units.forEach { candidate in
      all.add(count: 1) { _ in Entry(candidate: candidate, source: 0, isExpected: false, worth: 1) }
    }
    expected.forEach { entry in all.add(count: 1) { _ in entry } }
    entries = all
    self.units.clear()
  }

  /// In the order of adding.
  func forEach(_ body: (Entry) -> Void) {
    units.forEach { body(Entry(candidate: $0, source: 0, isExpected: false, worth: 1)) }
    entries.forEach(body)
  }

  mutating func clear() {
    units.clear()
    entries.clear()
  }

  /// Hands over every candidate with its sums and forgets it. Where `body` throws, nothing is left either.
  ///
  /// - Parameter body: returns how large `VisitSum.square` must be from now on.
  /// - Returns: how many candidates were smaller, and not handed over.
  mutating func drain<Failure: Error>(_ body: (UInt32, VisitSum) throws(Failure) -> Double) throws(Failure) -> Int {
    defer { clear() }
    units.sort()
    entries.sort()
    var bar = Bar()
    for range in 0..<entries.rangeCount {
      if hasSources { try drainSources(range, &bar, body) } else { try drain(range, &bar, body) }
    }
    return bar.passedOver
  }

  /// What is not handed over.
  private struct Bar {
    var least = -Double.infinity
    var passedOver = 0
  }

  /// For `count` visits of a range, and one candidate more than there can be.
  private mutating func makeRoom(_ count: Int) {
    let count = min(count, units.rangeSize) + 1
    if seen.count < count { seen = [UInt32](repeating: 0, count: max(2 * seen.count, count)) }
    guard hasSources else { return }
    if touched.count < count { touched = seen }
    if counters.isEmpty {
      counters = [VisitCounts.Counter](repeating: VisitCounts.Counter(), count: units.rangeSize)
    }
  }

  /// A range of one source.
  @inline(__always)
  private mutating func drain<Failure: Error>(
    _ range: Int, _ bar: inout Bar, _ body: (UInt32, VisitSum) throws(Failure) -> Double
  ) throws(Failure) {
    makeRoom(units.count(of: range) + entries.count(of: range))
    var seenCount = countUnits(range)
    if entries.count(of: range) == 0 {
      try Self.handOver(
        seen, seenCount, &unitCounts, 0, mask, { VisitSum(visits: Double($0), squares: Double($0)) }, &bar, body)
      return
    }
    for number in 0..<seenCount {
      let place = Int(seen[number] & mask)
      sums[place] = Sum(visits: Double(unitCounts[place]), squares: Double(unitCounts[place]))
      unitCounts[place] = 0
    }
    countEntries(range, &seenCount)
    try Self.handOver(
      seen, seenCount, &sums, Sum(), mask, { VisitSum(visits: $0.visits, squares: $0.squares) }, &bar, body)
  }

  /// Hands over the first `count` of `candidates` and makes what was counted at them blank.
  @inline(__always)
  private static func handOver<Counted: BitwiseCopyable, Failure: Error>(
    _ candidates: [UInt32], _ count: Int, _ counted: inout [Counted], _ blank: Counted, _ mask: UInt32,
    _ sum: (Counted) -> VisitSum, _ bar: inout Bar, _ body: (UInt32, VisitSum) throws(Failure) -> Double
  ) throws(Failure) {
    precondition(count <= candidates.count)
    try unsafe counted.withUnsafeMutableBufferPointer { counted throws(Failure) in
      try unsafe candidates.withUnsafeBufferPointer { candidates throws(Failure) in
        for number in 0..<count {
          // Safe: only candidates are among them at whose place was counted.
          let candidate = unsafe candidates[number]
          let found = unsafe counted[Int(candidate & mask)]
          unsafe counted[Int(candidate & mask)] = blank
          do throws(Failure) {
            let sum = sum(found)
            guard sum.square >= bar.least else {
              bar.passedOver &+= 1
              continue
            }
            bar.least = try body(candidate, sum)
          } catch {
            for number in number..<count { unsafe counted[Int(candidates[number] & mask)] = blank }
            throw error
          }
        }
      }
    }
  }

  /// How many candidates are in `seen`.
  @inline(__always)
  private mutating func countUnits(_ range: Int) -> Int {
    var seenCount = 0
    let mask = mask
    units.withRecords(of: range) { units in
      unsafe unitCounts.withUnsafeMutableBufferPointer { counts in
        unsafe seen.withUnsafeMutableBufferPointer { seen in
          for number in units.indices {
            let candidate = unsafe units[unchecked: number]
            let place = Int(candidate & mask)
            // Candidates are below their number, which a walk checks; `seen` has room for each of the range once and one
            // more. Whether one is new is hard to guess, so nothing branches on it.
            precondition(place < counts.count)
            let count = unsafe counts[place]
            unsafe seen[seenCount] = candidate
            seenCount &+= count == 0 ? 1 : 0
            unsafe counts[place] = count &+ 1
          }
        }
      }
    }
    return seenCount
  }

  @inline(__always)
  private mutating func countEntries(_ range: Int, _ seenCount: inout Int) {
    let mask = mask
    entries.withRecords(of: range) { entries in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe seen.withUnsafeMutableBufferPointer { seen in
          for number in entries.indices {
            let entry = unsafe entries[unchecked: number]
            let place = Int(entry.candidate & mask)
            // As above.
            precondition(place < sums.count)
            let sum = unsafe sums[place]
            unsafe seen[seenCount] = entry.candidate
            seenCount &+= sum.visits == 0 ? 1 : 0
            unsafe sums[place].visits = sum.visits + entry.worth
            if !entry.isExpected { unsafe sums[place].squares = sum.squares + entry.worth * entry.worth }
          }
        }
      }
    }
  }

  /// A range of several sources: the roots of one are taken before the visits of the next.
  private mutating func drainSources<Failure: Error>(
    _ range: Int, _ bar: inout Bar, _ body: (UInt32, VisitSum) throws(Failure) -> Double
  ) throws(Failure) {
    makeRoom(entries.count(of: range))
    let touchedCount = countSources(range)
    try Self.handOver(
      touched, touchedCount, &counters, VisitCounts.Counter(), mask,
      { VisitSum(root: $0.root, variance: $0.variance) }, &bar, body)
  }

  /// How many candidates are in `touched`.
  private mutating func countSources(_ range: Int) -> Int {
    let mask = mask
    var touchedCount = 0
    var seenCount = 0
    entries.withRecords(of: range) { entries in
      unsafe counters.withUnsafeMutableBufferPointer { counters in
        unsafe seen.withUnsafeMutableBufferPointer { seen in
          unsafe touched.withUnsafeMutableBufferPointer { touched in
            for number in 0...entries.count {
              if number == entries.count || (number > 0 && entries[number].source != entries[number - 1].source) {
                for number in 0..<seenCount {
                  // Safe: as below; `touched` has as much room.
                  let candidate = unsafe seen[number]
                  if unsafe counters[Int(candidate & mask)].takeRoot() {
                    unsafe touched[touchedCount] = candidate
                    touchedCount &+= 1
                  }
                }
                seenCount = 0
              }
              guard number < entries.count else { break }
              let entry = entries[number]
              let place = Int(entry.candidate & mask)
              // As above.
              precondition(place < counters.count)
              unsafe seen[seenCount] = entry.candidate
              seenCount &+= unsafe counters[place].visits == 0 ? 1 : 0
              unsafe counters[place].visits += entry.worth
              if !entry.isExpected { unsafe counters[place].squares += entry.worth * entry.worth }
            }
          }
        }
      }
    }
    return touchedCount
  }
}

extension Span<Visit> {
  fileprivate var allCountOne: Bool {
    for number in indices where self[number].worth != 1 { return false }
    return true
  }
}

/// What the visits of one candidate come to.
struct VisitSum {
  private let isSingle: Bool
  private let first: Double
  private let second: Double

  /// Of a single source.
  @inline(__always)
  init(visits: Double, squares: Double) {
    isSingle = true
    first = visits
    second = squares
  }

  /// Of several sources.
  @inline(__always)
  init(root: Double, variance: Double) {
    isSingle = false
    first = root
    second = variance
  }

  /// Σ √visits.
  @inline(__always) var root: Double { isSingle ? first.squareRoot() : first }
  /// The variance of `root`.
  @inline(__always) var variance: Double { isSingle ? second / first / 4 : second }
  /// (Σ √visits)² up to rounding, without a root to be drawn.
  @inline(__always) var square: Double { isSingle ? first : first * first }
}

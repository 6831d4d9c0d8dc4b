/// The visits of one source, kept until its walk is over and then counted range by range of candidates.
///
/// Counters of all candidates are touched at random, and beyond the cache every touch waits for memory. Sorted first by
/// range, visits are counted with counters of one range alone, which the cache holds. Visits of one candidate keep their
/// order, so that sums of worths have the same bits.
struct HeldVisits {
  /// Beyond so many they are handed back, to be counted one by one.
  static let limit = 1 << 20

  /// What is counted at a candidate.
  struct Entry: BitwiseCopyable {
    var candidate: UInt32
    /// Whether it is known in the mean, without an error of its own.
    var isExpected: UInt32
    var worth: Double
  }

  /// As in `VisitCounts.Counter`, of one source.
  private struct Sum: BitwiseCopyable {
    var visits = 0.0
    var squares = 0.0
  }

  /// Room for entries: the first `count` are some.
  private var entries: [Entry] = []
  private(set) var count = 0
  /// Entries by range.
  private var sorted: [Entry] = []
  /// A range has 2^shift candidates.
  private let shift: UInt32
  /// By range, how many entries; while they are sorted, where its next one goes.
  private var places: [Int]
  /// Of the range at hand; zero but while it is counted.
  private var sums: [Sum]
  private var seen: [UInt32] = []

  var isEmpty: Bool { count == 0 }

  init(candidateCount: Int) {
    // Two thousand counters fill the first level of the cache, sixteen times as many part of the second: then there is
    // nothing to be sorted. More than some hundred ranges at a time cost as much as what they save.
    var shift: UInt32 = candidateCount <= 1 << 15 ? 15 : 11
    while candidateCount >> shift > 512 { shift += 1 }
    self.shift = shift
    places = [Int](repeating: 0, count: candidateCount >> shift + 1)
    sums = [Sum](repeating: Sum(), count: min(candidateCount, 1 << shift))
  }

  mutating func add(_ visits: Span<Visit>) {
    reserve(visits.count)
    unsafe entries.withUnsafeMutableBufferPointer { entries in
      unsafe places.withUnsafeMutableBufferPointer { places in
        for number in visits.indices {
          let visit = unsafe visits[unchecked: number]
          // Safe: there is room, and a walk checks that candidates are below their number.
          unsafe entries[count &+ number] = Entry(candidate: visit.candidate, isExpected: 0, worth: visit.worth)
          unsafe places[Int(visit.candidate >> shift)] &+= 1
        }
      }
    }
    count += visits.count
  }

  mutating func add(_ entry: Entry) {
    reserve(1)
    entries[count] = entry
    places[Int(entry.candidate >> shift)] += 1
    count += 1
  }

  private mutating func reserve(_ more: Int) {
    guard entries.count < count + more else { return }
    let blank = Entry(candidate: 0, isExpected: 0, worth: 0)
    entries += repeatElement(blank, count: max(entries.count, more))
  }

  /// In the order of adding.
  func forEach(_ body: (Entry) -> Void) {
    for number in 0..<count { body(entries[number]) }
  }

  mutating func clear() {
    guard count > 0 else { return }
    count = 0
    for range in places.indices { places[range] = 0 }
  }

  /// Hands over every candidate with its sums and forgets it. Where `body` throws, nothing is left either.
  mutating func drain<Failure: Error>(_ body: (UInt32, VisitSum) throws(Failure) -> Void) throws(Failure) {
    defer { clear() }
    let sorts = places.count > 1
    if sorts { sort() }
    try unsafe (sorts ? sorted : entries).withUnsafeBufferPointer { entries throws(Failure) in
      var start = 0
      for range in places.indices {
        // After sorting, where the next range begins.
        let end = places[range]
        try unsafe sum(UnsafeBufferPointer(rebasing: entries[start..<end]), body)
        start = end
      }
    }
  }

  private mutating func sort() {
    if sorted.count < count {
      let blank = Entry(candidate: 0, isExpected: 0, worth: 0)
      sorted = [Entry](repeating: blank, count: entries.count)
    }
    var total = 0
    for range in places.indices {
      let count = places[range]
      places[range] = total
      total += count
    }
    unsafe entries.withUnsafeBufferPointer { entries in
      unsafe sorted.withUnsafeMutableBufferPointer { sorted in
        unsafe places.withUnsafeMutableBufferPointer { places in
          for number in 0..<count {
            let entry = unsafe entries[number]
            // Safe: there is a place for each range, as in `add`, and room for all entries.
            let range = Int(entry.candidate >> shift)
            unsafe sorted[places[range]] = entry
            unsafe places[range] &+= 1
          }
        }
      }
    }
  }

  /// Counts the entries of one range.
  @inline(__always)
  private mutating func sum<Failure: Error>(
    _ entries: UnsafeBufferPointer<Entry>, _ body: (UInt32, VisitSum) throws(Failure) -> Void
  ) throws(Failure) {
    if seen.count < min(entries.count, sums.count) {
      seen = [UInt32](repeating: 0, count: min(sums.count, max(2 * seen.count, entries.count)))
    }
    var seenCount = 0
    let mask = UInt32(truncatingIfNeeded: 1 << UInt64(shift) - 1)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      unsafe seen.withUnsafeMutableBufferPointer { seen in
        for number in entries.indices {
          let entry = unsafe entries[number]
          let place = Int(entry.candidate & mask)
          // Candidates are below their number, which a walk checks; `seen` has room for each of the range once.
          precondition(place < sums.count)
          let sum = unsafe sums[place]
          if sum.visits == 0 {
            unsafe seen[seenCount] = entry.candidate
            seenCount &+= 1
          }
          unsafe sums[place].visits = sum.visits + entry.worth
          if entry.isExpected == 0 { unsafe sums[place].squares = sum.squares + entry.worth * entry.worth }
        }
      }
    }
    try unsafe sums.withUnsafeMutableBufferPointer { sums throws(Failure) in
      try unsafe seen.withUnsafeBufferPointer { seen throws(Failure) in
        for number in 0..<seenCount {
          // Safe: as above.
          let candidate = unsafe seen[number]
          let place = Int(candidate & mask)
          let sum = unsafe sums[place]
          unsafe sums[place] = Sum()
          do throws(Failure) {
            try body(candidate, VisitSum(visits: sum.visits, squares: sum.squares))
          } catch {
            for number in number..<seenCount { unsafe sums[Int(seen[number] & mask)] = Sum() }
            throw error
          }
        }
      }
    }
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

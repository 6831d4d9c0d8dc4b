/// What is counted at a candidate.
protocol CandidateRecord: BitwiseCopyable, Sendable {
  var candidate: UInt32 { get }
  static var blank: Self { get }
}

extension UInt32: CandidateRecord {
  var candidate: UInt32 { self }
  static var blank: UInt32 { 0 }
}

/// Records, kept in the order of adding and then sorted by ranges of candidates, those of a range still in their order.
struct RangeSort<Element: CandidateRecord>: Sendable {
  /// Room for records: the first `count` are some.
  private var elements: [Element] = []
  private(set) var count = 0
  /// The same by range.
  private var sorted: [Element] = []
  /// A range has 2^shift candidates.
  let shift: UInt32
  /// By range, how many; while they are sorted, where its next one goes, and then where the next range begins.
  private var places: [Int]

  var isEmpty: Bool { count == 0 }
  var rangeCount: Int { places.count }
  /// Candidates of a range at most.
  let rangeSize: Int

  init(candidateCount: Int) {
    // Two thousand counters of 16 bytes fill the first level of the cache, sixteen times as many part of the second: then
    // there is nothing to be sorted. More than some hundred ranges at a time cost as much as what they save.
    var shift: UInt32 = candidateCount <= 1 << 15 ? 15 : 11
    while candidateCount >> Int(shift) > 512 { shift += 1 }
    self.shift = shift
    places = [Int](repeating: 0, count: candidateCount >> Int(shift) + 1)
    rangeSize = min(candidateCount, 1 << Int(shift))
  }

  /// Candidates are below their number.
  @inline(__always)
  mutating func add(count more: Int, _ element: (Int) -> Element) {
    if elements.count < count + more {
      elements += repeatElement(Element.blank, count: max(elements.count, more, 1024))
    }
    unsafe elements.withUnsafeMutableBufferPointer { elements in
      unsafe places.withUnsafeMutableBufferPointer { places in
        for number in 0..<more {
          let element = element(number)
          let range = Int(element.candidate >> shift)
          precondition(range < places.count)
          // Safe: there is room, and the range was checked.
          unsafe elements[count &+ number] = element
          unsafe places[range] &+= 1
        }
      }
    }
    count += more
  }

  /// In the order of adding.
  func forEach(_ body: (Element) -> Void) {
    for number in 0..<count { body(elements[number]) }
  }

  mutating func clear() {
    guard count > 0 else { return }
    count = 0
    for range in places.indices { places[range] = 0 }
  }

  /// To be called once, before `range`.
  mutating func sort() {
    guard places.count > 1, count > 0 else { return }
    if sorted.count < count { sorted = [Element](repeating: .blank, count: elements.count) }
    var total = 0
    for range in places.indices {
      let count = places[range]
      places[range] = total
      total += count
    }
    unsafe elements.withUnsafeBufferPointer { elements in
      unsafe sorted.withUnsafeMutableBufferPointer { sorted in
        unsafe places.withUnsafeMutableBufferPointer { places in
          for number in 0..<count {
            let element = unsafe elements[number]
            // Safe: there is a place for each range, as in `add`, and room for all.
            let range = Int(element.candidate >> shift)
            unsafe sorted[places[range]] = element
            unsafe places[range] &+= 1
          }
        }
      }
    }
  }

  /// How many records a range has, after `sort`.
  @inline(__always)
  func count(of range: Int) -> Int { bounds(of: range).count }

  /// Lends the records of a range, after `sort`.
  @inline(__always)
  func withRecords<Result>(of range: Int, _ body: (Span<Element>) -> Result) -> Result {
    let records = places.count == 1 ? elements : sorted
    return body(records.span.extracting(bounds(of: range)))
  }

  @inline(__always)
  private func bounds(of range: Int) -> Range<Int> {
    if count == 0 { return 0..<0 }
    return places.count == 1 ? 0..<count : (range == 0 ? 0 : places[range - 1])..<places[range]
  }
}

import CAkinKernels

/// Counters of one thread over a `CountIndex`.
struct CountRow<Count: OverlapCount> {
  private var counts: [Count]
  private var positions = [UInt32](repeating: 0, count: 1024 + 64)
  private var values = [UInt32](repeating: 0, count: 1024 + 64)

  init(_ index: CountIndex) { counts = [Count](repeating: 0, count: index.paddedCount) }

  /// Offers to `best` the labels that share connectors with `label`, and leaves all counters zero.
  ///
  /// A group is passed over where even its least degree could not lift the overlap that is possible over the threshold,
  /// and within a group only overlaps that can are looked at.
  ///
  /// - Parameters:
  ///   - minOverlap: overlaps below it are no match.
  ///   - score: of an overlap and the degree of the other side; it does not fall with the overlap nor rise with the
  ///     degree, but for rounding.
  mutating func offerNeighbors(
    of label: Int, in index: CountIndex, minOverlap: Int, to best: inout BestRow, bounds: inout CountBounds,
    score: (_ overlap: Int, _ degree: Int) -> Double
  ) {
    count(label, in: index)
    // A node is no neighbour of itself.
    counts[label] = 0
    let degree = Int(index.degrees[label])
    var least = minOverlap
    var start = 0
    bounds.prepare(forDegree: degree)
    for (number, group) in index.groups.enumerated() {
      // Rounding may bend the order of scores by a few units in the last place.
      let threshold = best.threshold * (1 - 1e-12)
      while least <= degree,
        bounds.value(overlap: least, group: number, { score(least, group.degree) }) < threshold
      { least += 1 }
      let taken = take(start..<group.end, least: least)
      for hit in 0..<taken {
        let other = Int(positions[hit])
        let degree = group.isUniform ? group.degree : Int(index.degrees[other])
        best.offer(positions[hit], score: score(Int(values[hit]), degree))
      }
      start = group.end
    }
  }

  private mutating func count(_ label: Int, in index: CountIndex) {
    var counts = counts.mutableSpan
    let connectors = index.connectors.span
    let offsets = index.connectorOffsets.span
    let labels = index.labels.span
    for edge in index.nodeOffsets[label]..<index.nodeOffsets[label + 1] {
      // Safe: `CountIndex` made these positions itself, each below the count of what it points into, and there are
      // at least as many counters as labels.
      let connector = unsafe Int(connectors[unchecked: edge])
      for place in unsafe offsets[unchecked: connector]..<offsets[unchecked: connector &+ 1] {
        unsafe counts[unchecked: Int(labels[unchecked: place])] &+= 1
      }
    }
  }

  /// Moves overlaps of at least `least` to `positions` and `values`, and zeroes the counters of the range.
  private mutating func take(_ range: Range<Int>, least: Int) -> Int {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe positions.withUnsafeMutableBufferPointer { positions in
        unsafe values.withUnsafeMutableBufferPointer { values in
          // Safe: groups end at multiples of 64 within the padded counters and are at most 1088 long.
          unsafe Count.take(
            counts.baseAddress!, range, least: UInt32(least), positions.baseAddress!, values.baseAddress!)
        }
      }
    }
  }
}

/// The best score of an overlap within a group, remembered while rows of one degree follow each other.
struct CountBounds {
  private static let remembered = 8
  private var degree = -1
  private let groupCount: Int
  /// By group, then overlap; NaN where not asked for yet.
  private var values: [Double]

  init(_ index: CountIndex) {
    groupCount = index.groups.count
    values = [Double](repeating: .nan, count: groupCount * Self.remembered)
  }

  mutating func prepare(forDegree degree: Int) {
    guard degree != self.degree else { return }
    self.degree = degree
    for place in values.indices { values[place] = .nan }
  }

  mutating func value(overlap: Int, group: Int, _ compute: () -> Double) -> Double {
    guard overlap <= Self.remembered else { return compute() }
    let place = group * Self.remembered + overlap - 1
    if values[place].isNaN { values[place] = compute() }
    return values[place]
  }
}

/// A counter wide enough for the overlaps of a row; the narrowest keeps most rows within the first-level cache.
protocol OverlapCount: FixedWidthInteger, UnsignedInteger {
  @unsafe static func take(
    _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int
}

extension UInt8: OverlapCount {
  @unsafe static func take(
    _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe akin_take_counts_8(counts, Int64(range.lowerBound), Int64(range.upperBound), least, positions, values))
  }
}

extension UInt16: OverlapCount {
  @unsafe static func take(
    _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe akin_take_counts_16(counts, Int64(range.lowerBound), Int64(range.upperBound), least, positions, values))
  }
}

extension UInt32: OverlapCount {
  @unsafe static func take(
    _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe akin_take_counts_32(counts, Int64(range.lowerBound), Int64(range.upperBound), least, positions, values))
  }
}

import CAkinKernels

/// Counters of one thread over a `CountIndex`.
struct CountRow<Count: OverlapCount> {
  private var counts: [Count]
  /// By block of 64 counters, padded to whole blocks: whether one of them was raised, where `isMarked` says so.
  private var marks: [UInt8]
  private var blocks: [UInt32]
  private var positions: [UInt32]
  private var values: [UInt32]
  private let kernels = unsafe akin_counts().pointee

  init(_ index: CountIndex) {
    counts = [Count](repeating: 0, count: index.paddedCount)
    let marks = (index.blockCount + 63) / 64 * 64
    self.marks = [UInt8](repeating: 0, count: marks)
    blocks = [UInt32](repeating: 0, count: marks + 64)
    // Kernels write one entry beyond what they take.
    positions = [UInt32](repeating: 0, count: max(index.longestGroup, marks) + 64)
    values = positions
  }

  /// Offers to `best` the labels that share connectors with `label`, and leaves all counters zero.
  ///
  /// A group is passed over where even its least degree could not lift the overlap that is possible over the threshold,
  /// and within a group only overlaps that can are looked at. Of rows that raise few counters only the blocks that they
  /// raise are looked at.
  ///
  /// - Parameters:
  ///   - minOverlap: overlaps below it are no match.
  ///   - score: of an overlap and the degree of the other side; it does not fall with the overlap nor rise with the
  ///     degree, but for rounding.
  mutating func offerNeighbors(
    of label: Int, in index: CountIndex, minOverlap: Int, to best: inout BestRow, bounds: inout CountBounds,
    score: (_ overlap: Int, _ degree: Int) -> Double
  ) {
    let isMarked = Count.hasBlocks && Int(index.visits[label]) < index.blockCount
    count(label, in: index, isMarked: isMarked)
    // A node is no neighbour of itself.
    counts[label] = 0
    let degree = Int(index.degrees[label])
    var least = minOverlap
    bounds.prepare(forDegree: degree)
    let groups = index.groups.span
    let degrees = index.degrees.span
    let groupOfBlock = index.groupOfBlock.span
    func raiseLeast(_ number: Int, _ group: CountIndex.Group) {
      // Rounding may bend the order of scores by a few units in the last place.
      let threshold = best.threshold * (1 - 1e-12)
      while least <= degree,
        bounds.value(overlap: least, group: number, { score(least, group.degree) }) < threshold
      { least += 1 }
    }
    func offer(_ taken: Int, _ number: Int, _ group: CountIndex.Group) {
      if group.isUniform {
        // Labels of one degree are in the order of their indices.
        let start = UInt32(group.start)
        for hit in 0..<taken {
          let overlap = Int(values[hit])
          best.offer(
            positions[hit], score: bounds.value(overlap: overlap, group: number) { score(overlap, group.degree) },
            ordered: start)
        }
      } else {
        for hit in 0..<taken {
          let other = positions[hit]
          best.offer(other, score: score(Int(values[hit]), Int(degrees[Int(other)])))
        }
      }
    }
    if isMarked {
      let raised = takeMarks()
      var next = 0
      while next < raised {
        let number = groupOfBlock[Int(blocks[next])]
        let start = next
        while next < raised, groupOfBlock[Int(blocks[next])] == number { next += 1 }
        let group = groups[Int(number)]
        raiseLeast(Int(number), group)
        offer(take(blocks: start..<next, least: least), Int(number), group)
      }
    } else {
      for number in groups.indices {
        let group = groups[number]
        raiseLeast(number, group)
        offer(take(group.start..<group.end, least: least), number, group)
      }
    }
  }

  private mutating func count(_ label: Int, in index: CountIndex, isMarked: Bool) {
    let row = index.nodeOffsets[label]..<index.nodeOffsets[label + 1]
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe marks.withUnsafeMutableBufferPointer { marks in
        unsafe index.connectors.withUnsafeBufferPointer { connectors in
          unsafe index.connectorOffsets.withUnsafeBufferPointer { offsets in
            unsafe index.labels.withUnsafeBufferPointer { labels in
              // Safe: `CountIndex` made these positions itself, each below the count of what it points into; there are
              // at least as many counters as labels, and a mark for each block of them.
              unsafe Count.count(
                counts.baseAddress!, isMarked ? marks.baseAddress! : nil, connectors.baseAddress! + row.lowerBound,
                row.count, offsets.baseAddress!, labels.baseAddress!)
            }
          }
        }
      }
    }
  }

  /// Moves the raised blocks to `blocks`, ascending, and clears all marks.
  private mutating func takeMarks() -> Int {
    unsafe marks.withUnsafeMutableBufferPointer { marks in
      unsafe blocks.withUnsafeMutableBufferPointer { blocks in
        unsafe values.withUnsafeMutableBufferPointer { values in
          // Safe: marks are whole blocks, and both outputs have room for all of them and one more.
          unsafe Int(
            kernels.take_8(marks.baseAddress!, 0, Int64(marks.count), 1, blocks.baseAddress!, values.baseAddress!))
        }
      }
    }
  }

  /// Moves overlaps of at least `least` to `positions` and `values`, and zeroes the counters of the range.
  private mutating func take(_ range: Range<Int>, least: Int) -> Int {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe positions.withUnsafeMutableBufferPointer { positions in
        unsafe values.withUnsafeMutableBufferPointer { values in
          // Safe: groups end at multiples of 64 within the padded counters and are no longer than the longest.
          unsafe Count.take(
            kernels, counts.baseAddress!, range, least: UInt32(least), positions.baseAddress!, values.baseAddress!)
        }
      }
    }
  }

  /// As above, for the counters of some of `blocks`, all of one group.
  private mutating func take(blocks range: Range<Int>, least: Int) -> Int {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe blocks.withUnsafeBufferPointer { blocks in
        unsafe positions.withUnsafeMutableBufferPointer { positions in
          unsafe values.withUnsafeMutableBufferPointer { values in
            // Safe: blocks are below the number of blocks, and those of a group have no more labels than it.
            unsafe Count.take(
              kernels, counts.baseAddress!, blocks: blocks.baseAddress! + range.lowerBound, range.count,
              least: UInt32(least), positions.baseAddress!, values.baseAddress!)
          }
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
  /// Whether there is a kernel for scattered blocks.
  static var hasBlocks: Bool { get }

  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>)
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, blocks: UnsafePointer<UInt32>,
    _ blockCount: Int, least: UInt32, _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int
}

extension OverlapCount {
  static var hasBlocks: Bool { false }
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, blocks: UnsafePointer<UInt32>,
    _ blockCount: Int, least: UInt32, _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int { preconditionFailure("no kernel for blocks of \(Self.self)") }
}

extension UInt8: OverlapCount {
  static var hasBlocks: Bool { true }
  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_count_8(counts, marks, connectors, Int64(count), $0, labels)
    }
  }
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe kernels.take_8(counts, Int64(range.lowerBound), Int64(range.upperBound), least, positions, values))
  }
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, blocks: UnsafePointer<UInt32>,
    _ blockCount: Int, least: UInt32, _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe kernels.take_blocks_8(counts, blocks, Int64(blockCount), least, positions, values))
  }
}

extension UInt16: OverlapCount {
  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_count_16(counts, marks, connectors, Int64(count), $0, labels)
    }
  }
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe kernels.take_16(counts, Int64(range.lowerBound), Int64(range.upperBound), least, positions, values))
  }
}

extension UInt32: OverlapCount {
  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_count_32(counts, marks, connectors, Int64(count), $0, labels)
    }
  }
  @unsafe static func take(
    _ kernels: akin_count_kernels, _ counts: UnsafeMutablePointer<Self>, _ range: Range<Int>, least: UInt32,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int {
    Int(unsafe akin_take_counts_32(counts, Int64(range.lowerBound), Int64(range.upperBound), least, positions, values))
  }
}

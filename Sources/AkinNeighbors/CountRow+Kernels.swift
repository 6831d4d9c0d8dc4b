import CAkinKernels

/// Counters of one thread over a `CountIndex`.
struct CountRow<Count: OverlapCount> {
  var counts: [Count]
  /// By block of 64 counters, padded to whole blocks: whether one of them was raised, where `isMarked` says so.
  var marks: [UInt8]
  private var blocks: [UInt32]
  private(set) var positions: [UInt32]
  private(set) var values: [UInt32]
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
  /// Within a group only overlaps are looked at that could lift a score over the threshold at the group's least degree. Of
  /// rows that raise few counters only the blocks that they raise are looked at.
  ///
  /// - Parameters:
  ///   - minOverlap: overlaps below it are no match.
  ///   - score: of an overlap and the degree of the other side; it does not fall with the overlap nor rise with the
  ///     degree, but for rounding.
  mutating func offerNeighbors(
    of label: Int, in index: CountIndex, minOverlap: Int, to best: inout BestRow, bounds: inout CountBounds,
    score: (_ overlap: Int, _ degree: Int) -> Double
  ) {
    let isMarked = Count.hasMarks && Int(index.visits[label]) < index.blockCount
    count(label, in: index, isMarked: isMarked)
    // A node is no neighbour of itself.
    counts[label] = 0
    let degree = Int(index.degrees[label])
    bounds.prepare(forDegree: degree, groups: index.groups, score)
    let raised = isMarked ? takeMarks() : index.blockCount
    var scan = unsafe akin_count_scan()
    unsafe scan.block_count = Int64(raised)
    unsafe scan.least = UInt32(minOverlap)
    unsafe scan.degree = UInt32(degree)
    let groups = index.groups.span
    let degrees = index.degrees.span
    while true {
      // Rounding may bend the order of scores by a few units in the last place.
      unsafe scan.threshold = best.threshold * (1 - 1e-12)
      let taken = unsafe take(&scan, isMarked: isMarked, groupOfBlock: index.groupOfBlock, bounds: bounds.values)
      guard taken != 0 else { break }
      if taken > 1 { best.prefetchNames(of: positions, count: taken) }
      let number = unsafe Int(scan.group)
      let group = groups[number]
      if taken < 0 {
        var least = unsafe Int(scan.least)
        let threshold = unsafe scan.threshold
        while least <= degree, score(least, group.degree) < threshold { least += 1 }
        unsafe scan.least = UInt32(least)
      } else if group.isUniform {
        // Labels of one degree are in the order of their indices.
        let start = UInt32(group.start)
        for hit in 0..<taken {
          let overlap = Int(values[hit])
          let score = bounds.known(overlap: overlap, group: number) ?? score(overlap, group.degree)
          best.offer(positions[hit], score: score, ordered: start)
        }
      } else {
        for hit in 0..<taken {
          let other = positions[hit]
          best.offer(other, score: score(Int(values[hit]), Int(degrees[Int(other)])))
        }
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
  mutating func takeMarks() -> Int {
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

  /// Goes on with a scan: what it finds is in `positions` and `values`.
  ///
  /// - Parameters:
  ///   - bounds: of overlaps, by group and overlap, or with `labelRoots` the factors of the threshold by group.
  ///   - labelRoots: factors of the threshold by label, none below that of its group but for rounding.
  mutating func take(
    _ scan: inout akin_count_scan, isMarked: Bool, groupOfBlock: [UInt32], bounds: [Double], labelRoots: [Float] = []
  ) -> Int {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe blocks.withUnsafeBufferPointer { blocks in
        unsafe positions.withUnsafeMutableBufferPointer { positions in
          unsafe values.withUnsafeMutableBufferPointer { values in
            unsafe groupOfBlock.withUnsafeBufferPointer { groupOfBlock in
              unsafe bounds.withUnsafeBufferPointer { bounds in
                unsafe scan.blocks = isMarked ? blocks.baseAddress : nil
                unsafe scan.group_of_block = groupOfBlock.baseAddress
                unsafe scan.bounds = bounds.baseAddress
                return unsafe labelRoots.withUnsafeBufferPointer { labelRoots in
                  unsafe scan.roots = labelRoots.isEmpty ? nil : bounds.baseAddress
                  unsafe scan.label_roots = labelRoots.baseAddress
                  // Safe: blocks are below the number of blocks, each has a group, each group its bounds, and both outputs
                  // have room for more than the longest group. Counters above 0 are those of labels.
                  return unsafe Count.scan(
                    kernels, &scan, counts.baseAddress!, positions.baseAddress!, values.baseAddress!)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The best scores of small overlaps within each group, kept while rows of one degree follow each other.
struct CountBounds {
  private static let known = Int(AKIN_KNOWN_BOUNDS)
  private var degree = -1
  /// By group, then overlap from 1 on.
  private(set) var values: [Double]

  init(_ groups: [LabelledRows.Group]) {
    values = [Double](repeating: 0, count: groups.count * Self.known)
  }

  mutating func prepare(
    forDegree degree: Int, groups: [LabelledRows.Group], _ score: (_ overlap: Int, _ degree: Int) -> Double
  ) {
    guard degree != self.degree else { return }
    self.degree = degree
    for (number, group) in groups.enumerated() {
      for overlap in 1...min(Self.known, degree) {
        values[number * Self.known + overlap - 1] = score(overlap, group.degree)
      }
    }
  }

  /// `nil` above the overlaps that are kept.
  @inline(__always)
  func known(overlap: Int, group: Int) -> Double? {
    overlap <= Self.known ? values[group * Self.known + overlap - 1] : nil
  }
}

/// A counter wide enough for the overlaps of a row; the narrowest keeps most rows within the first-level cache.
protocol OverlapCount: FixedWidthInteger, UnsignedInteger {
  /// Whether the counting kernel marks the blocks that it raises.
  static var hasMarks: Bool { get }

  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>)
  @unsafe static func scan(
    _ kernels: akin_count_kernels, _ scan: inout akin_count_scan, _ counts: UnsafeMutablePointer<Self>,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int
}

extension UInt8: OverlapCount {
  static var hasMarks: Bool { true }
  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_count_8(counts, marks, connectors, Int64(count), $0, labels)
    }
  }
  @unsafe static func scan(
    _ kernels: akin_count_kernels, _ scan: inout akin_count_scan, _ counts: UnsafeMutablePointer<Self>,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int { unsafe Int(kernels.scan_8(&scan, counts, positions, values)) }
}

extension UInt16: OverlapCount {
  static var hasMarks: Bool { true }
  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_count_16(counts, marks, connectors, Int64(count), $0, labels)
    }
  }
  @unsafe static func scan(
    _ kernels: akin_count_kernels, _ scan: inout akin_count_scan, _ counts: UnsafeMutablePointer<Self>,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int { unsafe Int(kernels.scan_16(&scan, counts, positions, values)) }
}

extension UInt32: OverlapCount {
  static var hasMarks: Bool { false }
  @unsafe static func count(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_count_32(counts, marks, connectors, Int64(count), $0, labels)
    }
  }
  @unsafe static func scan(
    _ kernels: akin_count_kernels, _ scan: inout akin_count_scan, _ counts: UnsafeMutablePointer<Self>,
    _ positions: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<UInt32>
  ) -> Int { unsafe Int(akin_scan_32(&scan, counts, positions, values)) }
}

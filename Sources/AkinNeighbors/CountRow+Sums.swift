import CAkinKernels

/// Sums of products of whole numbers in place of overlaps.
extension CountRow where Count: SumCount {
  /// Offers to `best` the cosines with the labels that share connectors with `label`, and leaves all counters zero.
  ///
  /// - Parameters:
  ///   - index: with numbers; no sum of the row is above what a counter holds.
  ///   - roots: of the least size in each group.
  ///   - labelRoots: of the size of each label, rounded.
  mutating func offerCosines(
    of label: Int, in index: CountIndex, roots: [Double], _ labelRoots: [Float], to best: inout BestRow
  ) {
    let isMarked = Count.hasMarks && Int(index.visits[label]) < index.blockCount
    sum(label, in: index, isMarked: isMarked)
    // A node is no neighbour of itself.
    counts[label] = 0
    let size = Double(index.degrees[label])
    let raised = isMarked ? takeMarks() : index.blockCount
    var scan = unsafe akin_count_scan()
    unsafe scan.block_count = Int64(raised)
    unsafe scan.least = 1
    // A score of s is a sum of s · √(size · other size). The margin is above all rounding.
    let root = size.squareRoot() * (1 - 1e-9)
    let groups = index.groups.span
    let degrees = index.degrees.span
    while true {
      unsafe scan.threshold = best.threshold * root
      let taken = unsafe take(
        &scan, isMarked: isMarked, groupOfBlock: index.groupOfBlock, bounds: roots, labelRoots: labelRoots)
      guard taken > 0 else { break }
      if taken > 1 { best.prefetchNames(of: positions, count: taken) }
      let group = groups[unsafe Int(scan.group)]
      // Labels of one size are in the order of their indices.
      let start = group.isUniform ? UInt32(group.start) : .max
      for hit in 0..<taken {
        let other = positions[hit]
        let score = Double(values[hit]) / (size * Double(degrees[Int(other)])).squareRoot()
        best.offer(other, score: score, ordered: start)
      }
    }
  }

  private mutating func sum(_ label: Int, in index: CountIndex, isMarked: Bool) {
    let row = index.nodeOffsets[label]..<index.nodeOffsets[label + 1]
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe marks.withUnsafeMutableBufferPointer { marks in
        unsafe index.connectors.withUnsafeBufferPointer { connectors in
          unsafe index.factors.withUnsafeBufferPointer { factors in
            unsafe index.connectorOffsets.withUnsafeBufferPointer { offsets in
              unsafe index.labels.withUnsafeBufferPointer { labels in
                // Safe: as in `count`; there is a factor for each connector of a row.
                unsafe Count.sum(
                  counts.baseAddress!, isMarked ? marks.baseAddress! : nil, connectors.baseAddress! + row.lowerBound,
                  factors.baseAddress! + row.lowerBound, row.count, offsets.baseAddress!, labels.baseAddress!)
              }
            }
          }
        }
      }
    }
  }
}

extension CountIndex {
  /// No sum of products of a row is above it.
  func largestSum(of label: Int, largest: Int) -> Int {
    var sum = 0
    for edge in nodeOffsets[label]..<nodeOffsets[label + 1] { sum += Int(factors[edge]) }
    return sum * largest
  }
}

/// A counter that sums of products fit.
protocol SumCount: OverlapCount {
  @unsafe static func sum(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ factors: UnsafePointer<UInt8>, _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>)
}

extension UInt16: SumCount {
  @unsafe static func sum(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ factors: UnsafePointer<UInt8>, _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_sum_16(counts, marks, connectors, factors, Int64(count), $0, labels)
    }
  }
}

extension UInt32: SumCount {
  @unsafe static func sum(
    _ counts: UnsafeMutablePointer<Self>, _ marks: UnsafeMutablePointer<UInt8>?, _ connectors: UnsafePointer<UInt32>,
    _ factors: UnsafePointer<UInt8>, _ count: Int, _ offsets: UnsafePointer<Int>, _ labels: UnsafePointer<UInt32>
  ) {
    unsafe offsets.withMemoryRebound(to: Int64.self, capacity: 1) {
      unsafe akin_sum_32(counts, marks, connectors, factors, Int64(count), $0, labels)
    }
  }
}

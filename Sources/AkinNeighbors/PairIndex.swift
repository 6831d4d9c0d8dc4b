import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import CAkinKernels

/// A relation laid out for counting each pair once: for every connector of a label, where in the connector's row what
/// lies behind the label begins. Everything in it was checked when it was made, so that loops over it need not.
struct PairIndex: Sendable {
  /// By label, ascending in degree; nodes without edges have none.
  let nodes: [UInt32]
  let degrees: [UInt32]
  /// Runs of labels of about the same degree, the block of 64 labels that each ends before, and the one of each block.
  let groups: [LabelledRows.Group]
  let groupEnds: [UInt32]
  let groupOfBlock: [UInt32]
  /// Row of a label in `starts`.
  let offsets: [Int]
  /// For each connector of a label: the place behind the label in `labels`.
  let starts: HugeBuffer<UInt32>
  /// Rows of connectors: labels, ascending, and `AKIN_PAIRS_END` at the end of each.
  let labels: HugeBuffer<UInt32>
  /// By label: how many labels lie behind it in the rows of its connectors, each time that they do.
  let behind: [Int64]
  /// By label: how many others are in the rows of its connectors.
  let beside: [Int64]

  var labelCount: Int { nodes.count }
  /// Counters that a row needs: the labels, rounded up to whole blocks.
  var paddedCount: Int { blockCount * 64 }
  var blockCount: Int { (labelCount + 63) / 64 }

  /// Places are numbers of 32 bits.
  private static let mostPlaces = Int(UInt32.max)

  /// `nil` where there are too many edges for places of 32 bits.
  ///
  /// The way back is not read: rows of connectors are put together from those of the nodes.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(nodes + connectors + edges · threads).
  init?(outward: Adjacency, execution: Execution) throws {
    guard outward.edgeCount + outward.neighborCount < Self.mostPlaces else { return nil }
    let rows = try LabelledRows(outward: outward, execution: execution)
    let labelCount = rows.nodes.count
    let edgeCount = rows.offsets[labelCount]
    // Rows are read where they are, unless parallel edges have to be passed over.
    let copy = edgeCount < outward.edgeCount ? try rows.connectors(outward, execution: execution) : nil
    let places =
      copy == nil ? try rows.nodes.map { try Int64(outward.edges(of: $0).lowerBound) } : rows.offsets.map { Int64($0) }
    @Sendable func withConnectors(_ body: (UnsafeBufferPointer<UInt32>) -> Void) {
      if let copy {
        unsafe copy.withUnsafeBufferPointer(body)
      } else {
        unsafe body(UnsafeBufferPointer(start: outward.neighbors.start, count: outward.edgeCount))
      }
    }
    let connectorCount = outward.neighborCount
    // Each thread lays out the rows of some of the connectors, and passes over the edges to others.
    let chunkSize = max(1, (connectorCount + execution.threads - 1) / execution.threads)
    var degrees = [UInt32](repeating: 0, count: connectorCount)
    _ = try concurrentFill(&degrees, chunkSize: chunkSize, execution: execution) { range, degrees in
      let first = UInt32(range.lowerBound)
      unsafe withConnectors { connectors in
        for edge in 0..<connectors.count {
          let place = unsafe Int(connectors[edge] &- first)
          if place < degrees.count { degrees[place] += 1 }
        }
      }
    }
    var begins: [UInt32] = [0]
    begins.reserveCapacity(connectorCount + 1)
    // One place more for the end of the row.
    for degree in degrees { begins.append(begins[begins.count - 1] + degree + 1) }
    let rowBegins = begins
    let labels = HugeBuffer<UInt32>(count: Int(begins[connectorCount]))
    let starts = HugeBuffer<UInt32>(count: edgeCount)
    let parts = try concurrentMap(count: connectorCount, chunkSize: chunkSize, execution: execution) { range in
      var behind = [Int64](repeating: 0, count: labelCount)
      var beside = behind
      var cursors = Array(rowBegins[range])
      unsafe withConnectors { connectors in
        unsafe rows.offsets.withUnsafeBufferPointer { offsets in
          unsafe offsets.withMemoryRebound(to: Int64.self) { offsets in
            unsafe rowBegins.withUnsafeBufferPointer { begins in
              guard let connectors = connectors.baseAddress else { return }
              // Safe: rows of labels were checked, a row of a connector is not written beyond its end, and nobody else
              // writes the rows of this range nor the starts of edges to it.
              unsafe akin_pairs_place(
                offsets.baseAddress!, places, Int64(labelCount), connectors, UInt32(range.lowerBound),
                UInt32(range.upperBound), &cursors, begins.baseAddress! + range.lowerBound, labels.start, starts.start,
                &behind, &beside)
            }
          }
        }
      }
      for connector in range {
        // Safe: the place to spare at the end of a row.
        unsafe labels.start[Int(rowBegins[connector + 1]) - 1] = UInt32(AKIN_PAIRS_END)
      }
      return (behind: behind, beside: beside)
    }
    nodes = rows.nodes
    self.degrees = rows.sizes
    groups = rows.groups
    groupEnds = rows.groups.map { UInt32($0.end / 64) }
    groupOfBlock = rows.groupOfBlock
    offsets = rows.offsets
    self.labels = labels
    self.starts = starts
    behind = Self.sum(parts.map(\.behind), count: labelCount)
    beside = Self.sum(parts.map(\.beside), count: labelCount)
  }

  /// Asks for what is known of a label that is about to be looked at.
  @inline(__always)
  func prefetch(_ label: Int) {
    // Asking for an address does no harm, wherever it is.
    unsafe degrees.withUnsafeBufferPointer { unsafe akin_prefetch($0.baseAddress! + label) }
    unsafe nodes.withUnsafeBufferPointer { unsafe akin_prefetch($0.baseAddress! + label) }
  }

  private static func sum(_ parts: [[Int64]], count: Int) -> [Int64] {
    guard var sum = parts.first else { return [Int64](repeating: 0, count: count) }
    for part in parts.dropFirst() {
      for place in sum.indices { sum[place] += part[place] }
    }
    return sum
  }
}

import AkinGraph
import AkinParallel

/// A relation laid out for counting overlaps: nodes relabelled by ascending degree, then index, and edges as plain
/// arrays without repetition. Everything in it was checked when it was made, so that loops over it need not.
///
/// Popular nodes come to lie side by side, where their counters share cache lines, and the score that an overlap can
/// reach falls from label to label.
///
/// Where edges have whole numbers, sums of products take the place of overlaps, and the sum of a node's squares that of
/// its degree, which it is where all numbers are 1.
struct CountIndex: Sendable {
  /// By label; nodes without edges have none.
  let nodes: [UInt32]
  /// By label: how many connectors the node has, or the sum of its squares.
  let degrees: [UInt32]
  /// Row of a label: its connectors.
  let nodeOffsets: [Int]
  let connectors: [UInt32]
  /// The number of each edge of such a row; empty where all are 1.
  let factors: [UInt8]
  /// Row of a connector: labels, ascending; where edges have numbers, a label times 256 and its number.
  let connectorOffsets: [Int]
  let labels: [UInt32]
  /// How many counters a row raises, each time that it does.
  let visits: [UInt32]
  /// Runs of labels of about the same degree, one after the other.
  let groups: [LabelledRows.Group]
  /// By block of 64 labels: the group that it belongs to.
  let groupOfBlock: [UInt32]

  var labelCount: Int { nodes.count }
  /// Counters that a row needs: the labels, rounded up to whole blocks.
  var paddedCount: Int { blockCount * 64 }
  var blockCount: Int { (labelCount + 63) / 64 }
  /// The longest group, in labels.
  var longestGroup: Int { groups.reduce(0) { max($0, $1.end - $1.start) } }

  /// - Parameters:
  ///   - outward: from nodes to connectors.
  ///   - inward: the way back.
  ///   - numbers: of the edges, those of `outward`; at most 2²⁴ nodes then. Squares of a node add up to less than 2³².
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(nodes + connectors + edges · log (longest row of a connector)).
  init(outward: Adjacency, inward: Adjacency, numbers: WholeNumbers? = nil, execution: Execution) throws {
    let rows = try LabelledRows(outward: outward, numbers: numbers, execution: execution)
    let incoming = EntryRows(inward, numbers?.kind ?? .binary)
    let nodes = rows.nodes
    let nodeOffsets = rows.offsets
    let connectors = try rows.connectors(outward, execution: execution)
    let labelOfNode = rows.labels(nodeCount: outward.nodeCount)
    factors =
      try numbers.map { numbers in
        let outgoing = EntryRows(outward, numbers.kind)
        return try LabelledRows.fill(nodeOffsets, execution: execution) { label, row in
          try numbers.forEach(of: Int(nodes[label]), outgoing) { row.append($1) }
        }
      } ?? []
    // Rows of connectors are read from the way back, so that each is complete by itself. A node that leads nowhere has
    // no label, and edges to it can only come from a damaged file.
    @Sendable func readLabels(of connector: Int, into row: inout [UInt32]) throws {
      if let numbers {
        return try numbers.forEach(of: connector, incoming) { node, number in
          let label = labelOfNode[Int(node)]
          if label != .max { row.append(label << 8 | UInt32(number)) }
        }
      }
      try incoming.forEach(of: connector) { node, _ in
        let label = labelOfNode[Int(node)]
        if label != .max { row.append(label) }
      }
    }
    let connectorCount = outward.neighborCount
    var counted = [UInt32](repeating: 0, count: connectorCount)
    _ = try concurrentFill(
      &counted, chunkSize: LabelledRows.chunkSize(connectorCount), execution: execution
    ) { range, degrees in
      for connector in range where connector < inward.nodeCount {
        var degree: UInt32 = 0
        try incoming.forEach(of: connector) { node, _ in if labelOfNode[Int(node)] != .max { degree += 1 } }
        degrees[connector - range.lowerBound] = degree
      }
    }
    let connectorDegrees = counted
    let connectorOffsets = LabelledRows.offsets(connectorDegrees)
    let labels = try LabelledRows.fill(connectorOffsets, execution: execution) { connector, row in
      try readLabels(of: connector, into: &row)
      row.sort()
    }
    var visits = [UInt32](repeating: 0, count: nodes.count)
    _ = try concurrentFill(&visits, chunkSize: LabelledRows.chunkSize(nodes.count), execution: execution) {
      range, visits in
      for label in range {
        var sum = 0
        for edge in nodeOffsets[label]..<nodeOffsets[label + 1] { sum += Int(connectorDegrees[Int(connectors[edge])]) }
        visits[label - range.lowerBound] = UInt32(clamping: sum)
      }
    }
    self.nodes = nodes
    degrees = rows.sizes
    self.nodeOffsets = nodeOffsets
    self.connectors = connectors
    self.connectorOffsets = connectorOffsets
    self.labels = labels
    self.visits = visits
    groups = rows.groups
    groupOfBlock = rows.groupOfBlock
  }
}

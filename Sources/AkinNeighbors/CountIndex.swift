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
  let groups: [Group]
  /// By block of 64 labels: the group that it belongs to.
  let groupOfBlock: [UInt32]

  struct Group: Sendable {
    /// Multiples of 64, as kernels take whole blocks.
    var start: Int
    var end: Int
    /// The least degree in the group.
    var degree: Int
    /// Whether all have it.
    var isUniform: Bool
  }

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
    let nodeCount = outward.nodeCount
    let outgoing = EntryRows(outward, numbers?.kind ?? .binary)
    let incoming = EntryRows(inward, numbers?.kind ?? .binary)
    var rowDegrees = [UInt32](repeating: 0, count: nodeCount)
    _ = try concurrentFill(&rowDegrees, chunkSize: Self.chunkSize(nodeCount), execution: execution) { range, degrees in
      for node in range {
        var degree: UInt32 = 0
        try outgoing.forEach(of: node) { _, _ in degree += 1 }
        degrees[node - range.lowerBound] = degree
      }
    }
    // By ascending size, then index.
    let sizes = numbers?.squares ?? rowDegrees
    let nodes = Self.ordered(sizes)
    var labelOf = [UInt32](repeating: .max, count: nodeCount)
    for (label, node) in nodes.enumerated() { labelOf[Int(node)] = UInt32(label) }
    let labelOfNode = labelOf
    let degrees = nodes.map { sizes[Int($0)] }
    let nodeOffsets = Self.offsets(nodes.map { rowDegrees[Int($0)] })
    let connectors = try Self.rows(nodeOffsets, execution: execution) { label, row in
      try outgoing.forEach(of: Int(nodes[label])) { neighbor, _ in row.append(neighbor) }
    }
    factors =
      try numbers.map { numbers in
        try Self.rows(nodeOffsets, execution: execution) { label, row in
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
      &counted, chunkSize: Self.chunkSize(connectorCount), execution: execution
    ) { range, degrees in
      for connector in range where connector < inward.nodeCount {
        var degree: UInt32 = 0
        try incoming.forEach(of: connector) { node, _ in if labelOfNode[Int(node)] != .max { degree += 1 } }
        degrees[connector - range.lowerBound] = degree
      }
    }
    let connectorDegrees = counted
    let connectorOffsets = Self.offsets(connectorDegrees)
    let labels = try Self.rows(connectorOffsets, execution: execution) { connector, row in
      try readLabels(of: connector, into: &row)
      row.sort()
    }
    var visits = [UInt32](repeating: 0, count: nodes.count)
    _ = try concurrentFill(&visits, chunkSize: Self.chunkSize(nodes.count), execution: execution) { range, visits in
      for label in range {
        var sum = 0
        for edge in nodeOffsets[label]..<nodeOffsets[label + 1] { sum += Int(connectorDegrees[Int(connectors[edge])]) }
        visits[label - range.lowerBound] = UInt32(clamping: sum)
      }
    }
    self.nodes = nodes
    self.degrees = degrees
    self.nodeOffsets = nodeOffsets
    self.connectors = connectors
    self.connectorOffsets = connectorOffsets
    self.labels = labels
    self.visits = visits
    groups = Self.groups(degrees)
    groupOfBlock = groups.enumerated().reduce(into: []) { blocks, group in
      while blocks.count * 64 < group.element.end { blocks.append(UInt32(group.offset)) }
    }
  }

  /// Positions of what is above 0, by ascending size, then position.
  private static func ordered(_ sizes: [UInt32]) -> [UInt32] {
    let largest = Int(sizes.max() ?? 0)
    guard largest < 1 << 22 else {
      var keys: [UInt64] = []
      keys.reserveCapacity(sizes.count)
      for (node, size) in sizes.enumerated() where size > 0 { keys.append(UInt64(size) << 32 | UInt64(node)) }
      keys.sort()
      return keys.map { UInt32(truncatingIfNeeded: $0) }
    }
    // A counting sort, stable in the position.
    var starts = [Int](repeating: 0, count: largest + 2)
    for size in sizes { starts[Int(size) + 1] += 1 }
    let isolated = starts[1]
    for size in 1..<starts.count { starts[size] += starts[size - 1] }
    var nodes = [UInt32](repeating: 0, count: sizes.count - isolated)
    for (node, size) in sizes.enumerated() where size > 0 {
      nodes[starts[Int(size)] - isolated] = UInt32(node)
      starts[Int(size)] += 1
    }
    return nodes
  }

  private static func chunkSize(_ count: Int) -> Int { max(256, count / 64) }

  private static func offsets(_ counts: [UInt32]) -> [Int] {
    var offsets = [0]
    offsets.reserveCapacity(counts.count + 1)
    for count in counts { offsets.append(offsets[offsets.count - 1] + Int(count)) }
    return offsets
  }

  /// All rows, one after the other, each of the length that `offsets` say.
  private static func rows<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ offsets: [Int], execution: Execution, _ fill: @Sendable (_ number: Int, _ row: inout [Element]) throws -> Void
  ) throws -> [Element] {
    let total = offsets[offsets.count - 1]
    var all = [Element](repeating: 0, count: total)
    _ = try concurrentFill(&all, chunkSize: max(4096, total / 64), execution: execution) { range, output in
      // Runs of equal length may begin and end within rows.
      var number = Self.row(at: range.lowerBound, offsets)
      var row: [Element] = []
      while number < offsets.count - 1, offsets[number] < range.upperBound {
        row.removeAll(keepingCapacity: true)
        try fill(number, &row)
        let start = offsets[number]
        for position in max(start, range.lowerBound)..<max(start, min(offsets[number + 1], range.upperBound)) {
          output[position - range.lowerBound] = row[position - start]
        }
        number += 1
      }
    }
    return all
  }

  /// The row that holds `position`.
  private static func row(at position: Int, _ offsets: [Int]) -> Int {
    var low = 0
    var high = offsets.count - 1
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle + 1] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Groups of 64 labels or more: long ones end where the degree changes, short ones may span an eighth of it.
  private static func groups(_ degrees: [UInt32]) -> [Group] {
    var groups: [Group] = []
    // Each group costs every row a look, so many labels make longer ones.
    let longest = max(1024, degrees.count / 128 / 64 * 64)
    var start = 0
    while start < degrees.count {
      let degree = Int(degrees[start])
      var end = start + 64
      while end < degrees.count, end - start < longest,
        Int(degrees[min(end + 63, degrees.count - 1)]) <= degree + (end - start < longest / 2 ? degree / 8 : 0)
      { end += 64 }
      let last = Int(degrees[min(end, degrees.count) - 1])
      groups.append(Group(start: start, end: end, degree: degree, isUniform: last == degree))
      start = end
    }
    return groups
  }
}

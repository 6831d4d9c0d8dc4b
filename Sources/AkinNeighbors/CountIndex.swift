import AkinGraph

/// A relation laid out for counting overlaps: nodes relabelled by ascending degree, then index, and edges as plain
/// arrays without repetition. Everything in it was checked when it was made, so that loops over it need not.
///
/// Popular nodes come to lie side by side, where their counters share cache lines, and the score that an overlap can
/// reach falls from label to label.
struct CountIndex: Sendable {
  /// By label; nodes without edges have none.
  let nodes: [UInt32]
  let degrees: [UInt32]
  /// Row of a label: its connectors.
  let nodeOffsets: [Int]
  let connectors: [UInt32]
  /// Row of a connector: labels, ascending.
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

  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(nodes + connectors + edges).
  init(_ adjacency: Adjacency) throws(GraphError) {
    var rowDegrees = [UInt32](repeating: 0, count: adjacency.nodeCount)
    for node in 0..<adjacency.nodeCount {
      let row = try adjacency.edges(of: UInt32(node))
      var last: UInt32?
      for edge in row {
        let connector = try adjacency.neighbor(at: edge)
        if connector != last { rowDegrees[node] += 1 }
        last = connector
      }
    }
    // A counting sort by degree, stable in the index.
    var starts = [Int](repeating: 0, count: Int(rowDegrees.max() ?? 0) + 2)
    for degree in rowDegrees { starts[Int(degree) + 1] += 1 }
    let isolated = starts[1]
    for degree in 1..<starts.count { starts[degree] += starts[degree - 1] }
    var nodes = [UInt32](repeating: 0, count: adjacency.nodeCount - isolated)
    for node in 0..<adjacency.nodeCount where rowDegrees[node] > 0 {
      let degree = Int(rowDegrees[node])
      nodes[starts[degree] - isolated] = UInt32(node)
      starts[degree] += 1
    }
    let degrees = nodes.map { rowDegrees[Int($0)] }
    var nodeOffsets = [0]
    nodeOffsets.reserveCapacity(nodes.count + 1)
    for degree in degrees { nodeOffsets.append(nodeOffsets[nodeOffsets.count - 1] + Int(degree)) }
    var connectors: [UInt32] = []
    connectors.reserveCapacity(nodeOffsets[nodes.count])
    var next = [Int](repeating: 0, count: adjacency.neighborCount + 1)
    for node in nodes {
      var last: UInt32?
      for edge in try adjacency.edges(of: node) {
        let connector = try adjacency.neighbor(at: edge)
        if connector != last {
          connectors.append(connector)
          next[Int(connector) + 1] += 1
        }
        last = connector
      }
    }
    for connector in 0..<adjacency.neighborCount { next[connector + 1] += next[connector] }
    let connectorOffsets = next
    var labels = [UInt32](repeating: 0, count: connectors.count)
    var visits = [UInt32](repeating: 0, count: nodes.count)
    for label in nodes.indices {
      var sum = 0
      for edge in nodeOffsets[label]..<nodeOffsets[label + 1] {
        let connector = Int(connectors[edge])
        labels[next[connector]] = UInt32(label)
        next[connector] += 1
        sum += connectorOffsets[connector + 1] - connectorOffsets[connector]
      }
      visits[label] = UInt32(clamping: sum)
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

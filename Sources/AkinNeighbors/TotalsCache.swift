import AkinGraph

/// Degrees and sums of the nodes of one type, read when first asked for.
struct TotalsCache {
  private let adjacency: Adjacency
  private let numbers: EdgeNumbers
  /// Whether rows must be read: for sums of weights, or where parallel edges hide the degree.
  private let isRead: Bool
  private var known: [NodeTotals]

  init(_ adjacency: Adjacency, numbers: EdgeNumbers, needsSums: Bool, hasParallelEdges: Bool) {
    self.adjacency = adjacency
    self.numbers = numbers
    isRead = hasParallelEdges || (needsSums && numbers != .binary)
    known = isRead ? [NodeTotals](repeating: NodeTotals(degree: -1, sum: 0), count: adjacency.nodeCount) : []
  }

  mutating func totals(of node: UInt32) throws(GraphError) -> NodeTotals {
    guard isRead else {
      let degree = try adjacency.degree(of: node)
      return NodeTotals(degree: degree, sum: Double(degree))
    }
    if known[Int(node)].degree >= 0 { return known[Int(node)] }
    var totals = NodeTotals(degree: 0, sum: 0)
    var cursor = try EntryCursor(node, adjacency, numbers)
    while let entry = try cursor.next() {
      totals.degree += 1
      totals.sum += entry.number
    }
    known[Int(node)] = totals
    return totals
  }
}

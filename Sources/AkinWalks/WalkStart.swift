import AkinGraph
import AkinRanking
import Glibc

/// A source of a query with its share of the steps.
struct WalkStart: Sendable, Equatable {
  var node: NodeID
  var steps: Int
  /// Whether the walk starts in the middle of a step: at a user when items are ranked.
  var isConnector: Bool
}

extension Pixie {
  /// The sources that have an edge, in order of node, with their steps.
  ///
  /// Every such source gets at least one step, and shares are rounded down, so the sum may differ from the budget by as
  /// much as the number of sources.
  func starts(for query: Query) throws -> [WalkStart] {
    var found: [(start: WalkStart, degree: Double, weight: Double)] = []
    for source in query.sources.sorted(by: { $0.node < $1.node }) {
      let isConnector: Bool
      if source.node.type == candidateType {
        isConnector = false
      } else if source.node.type == connectorType {
        isConnector = true
      } else {
        throw WalkError.sourceTypeMismatch(
          found: snapshot.schema.name(of: source.node.type),
          expected: "'\(snapshot.schema.name(of: candidateType))' or '\(snapshot.schema.name(of: connectorType))'")
      }
      let degree = try (isConnector ? inward : outward).degree(of: source.node.index)
      guard degree > 0 else { continue }
      found.append((WalkStart(node: source.node, steps: 0, isConnector: isConnector), Double(degree), source.weight))
    }
    let largest = log(found.map(\.degree).max() ?? 1)
    let shares = found.map { $0.weight * $0.degree * (1 + largest - log($0.degree)) }
    let total = shares.reduce(0, +)
    return zip(found, shares).map { source, share in
      var start = source.start
      start.steps = max(1, Int(Double(options.steps) * (share / total)))
      return start
    }
  }
}

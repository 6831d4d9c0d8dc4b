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

/// The starts of one query after the other, in the same memory.
struct WalkPlan {
  /// In order of node.
  private(set) var starts: [WalkStart] = []
  private var sources: [WeightedSource] = []
  private var shares: [Double] = []

  /// Makes `starts` the sources that have an edge, with their steps.
  ///
  /// Every such source gets at least one step, and shares are rounded down, so the sum may differ from the budget by as
  /// much as the number of sources.
  mutating func begin(_ query: Query, in pixie: Pixie) throws {
    starts.removeAll(keepingCapacity: true)
    shares.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    sources.append(contentsOf: query.sources)
    sources.sort { $0.node < $1.node }
    var largestDegree = 1.0
    for source in sources {
      let isConnector = try pixie.isConnector(source.node)
      let degree = try (isConnector ? pixie.inward : pixie.outward).degree(of: source.node.index)
      guard degree > 0 else { continue }
      starts.append(WalkStart(node: source.node, steps: degree, isConnector: isConnector))
      shares.append(source.weight)
      largestDegree = max(largestDegree, Double(degree))
    }
    let largest = log(largestDegree)
    var total = 0.0
    for number in starts.indices {
      let degree = Double(starts[number].steps)
      shares[number] = shares[number] * degree * (1 + largest - log(degree))
      total += shares[number]
    }
    for number in starts.indices {
      starts[number].steps = max(1, Int(Double(pixie.options.steps) * (shares[number] / total)))
    }
  }
}

extension Pixie {
  fileprivate func isConnector(_ node: NodeID) throws(WalkError) -> Bool {
    if node.type == candidateType { return false }
    if node.type == connectorType { return true }
    throw WalkError.sourceTypeMismatch(
      found: snapshot.schema.name(of: node.type),
      expected: "'\(snapshot.schema.name(of: candidateType))' or '\(snapshot.schema.name(of: connectorType))'")
  }
}

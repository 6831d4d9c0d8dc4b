import AkinGraph
import AkinRanking

/// One item of what a query starts from, and how much it counts; positive.
public struct HistoryItem: Sendable, Equatable {
  /// Index of the candidate.
  public var index: UInt32
  /// Relative to the other items of the history; positive.
  public var weight: Float

  /// `weight` is positive.
  public init(_ index: UInt32, weight: Float = 1) {
    self.index = index
    self.weight = weight
  }
}

/// Where histories come from: the relation that a method works on, from candidates to connectors.
struct HistoryReading: Sendable {
  let snapshot: Snapshot
  let hop: Hop

  var candidateType: NodeTypeID { snapshot.origin(of: hop) }
  private var connectorType: NodeTypeID { snapshot.destination(of: hop) }

  /// The sources of a query as candidates, by ascending index, each once. A source of the connecting type (a user among
  /// items) stands for the candidates that its edges lead to, in equal shares. Candidates without edges have nothing to say
  /// and are left out.
  ///
  /// - Throws: `PropagationError.candidateTypeMismatch`, `.sourceTypeMismatch`; `GraphError.damagedData`.
  func history(of query: Query) throws -> [HistoryItem] {
    guard query.candidates.type == candidateType else {
      throw PropagationError.candidateTypeMismatch(
        found: snapshot.schema.name(of: query.candidates.type), expected: snapshot.schema.name(of: candidateType))
    }
    let outward = snapshot.adjacency(hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    var weights: [UInt32: Double] = [:]
    // In order of node, so that sums do not depend on the order of the sources.
    for source in query.sources.sorted(by: { $0.node < $1.node }) {
      if source.node.type == candidateType {
        precondition(
          Int(source.node.index) < outward.nodeCount, "source \(source.node.index) is not a node of its type")
        guard try outward.degree(of: source.node.index) > 0 else { continue }
        weights[source.node.index, default: 0] += source.weight
      } else if source.node.type == connectorType {
        precondition(Int(source.node.index) < inward.nodeCount, "source \(source.node.index) is not a node of its type")
        let row = try inward.edges(of: source.node.index)
        for edge in row { weights[try inward.neighbor(at: edge), default: 0] += source.weight / Double(row.count) }
      } else {
        throw PropagationError.sourceTypeMismatch(
          found: snapshot.schema.name(of: source.node.type),
          expected: "'\(snapshot.schema.name(of: candidateType))' or '\(snapshot.schema.name(of: connectorType))'")
      }
    }
    return weights.sorted { $0.key < $1.key }.map { HistoryItem($0.key, weight: Float($0.value)) }
  }
}

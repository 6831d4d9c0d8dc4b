public import AkinRanking

/// How often the walks of a query passed each node, both ends of the relation: what a picture of the neighbourhood
/// is drawn from.
public struct WalkVisits: Sendable, Equatable {
  /// Nodes of the candidate type with their visits, by ascending index; the sources included where walks came back.
  public var candidates: [Count]
  /// Nodes between candidates, by ascending index.
  public var connectors: [Count]

  public struct Count: Sendable, Equatable {
    public var node: NodeID
    public var visits: Int
  }
}

extension Pixie {
  /// Walks as `rank` does for the same query, and counts connectors too.
  ///
  /// - Throws: `WalkError`; `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(steps), plus sorting the nodes reached.
  public func visits(for query: Query) throws -> WalkVisits {
    var candidates: [UInt32: Int] = [:]
    var connectors: [UInt32: Int] = [:]
    for start in try starts(for: query) {
      for block in try blocks(of: start, seed: query.seed, recordConnectors: true) {
        for index in block.candidates { candidates[index, default: 0] += 1 }
        for index in block.connectors { connectors[index, default: 0] += 1 }
      }
    }
    func counts(_ visits: [UInt32: Int], _ type: NodeTypeID) -> [WalkVisits.Count] {
      visits.sorted { $0.key < $1.key }
        .map { WalkVisits.Count(node: NodeID(type: type, index: $0.key), visits: $0.value) }
    }
    return WalkVisits(candidates: counts(candidates, candidateType), connectors: counts(connectors, connectorType))
  }
}

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
    /// A visit counts as it does in the score.
    public var visits: Double
  }
}

extension Pixie {
  /// Walks as `rank` does for the same query, and counts connectors too.
  ///
  /// - Throws: `WalkError`; `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(steps), plus sorting the nodes reached.
  public func visits(for query: Query) throws -> WalkVisits {
    var candidates: [UInt32: Double] = [:]
    var connectors: [UInt32: Double] = [:]
    let starts = try starts(for: query)
    let preference = try preference(for: starts)
    for start in starts {
      try walk(start, preference: preference, seed: query.seed) { block in
        for step in block.candidates.indices {
          let worth = block.worths.isEmpty ? 1 : block.worths[step]
          candidates[block.candidates[step], default: 0] += worth
          connectors[block.connectors[step], default: 0] += worth
        }
      }
    }
    func counts(_ visits: [UInt32: Double], _ type: NodeTypeID) -> [WalkVisits.Count] {
      visits.sorted { $0.key < $1.key }
        .map { WalkVisits.Count(node: NodeID(type: type, index: $0.key), visits: $0.value) }
    }
    return WalkVisits(candidates: counts(candidates, candidateType), connectors: counts(connectors, connectorType))
  }
}

public import AkinRanking

/// How often the walks of a query passed each node, both ends of the relation: what a picture of the neighbourhood
/// is drawn from.
public struct WalkVisits: Sendable, Equatable {
  /// Nodes of the candidate type with their visits, by ascending index; the sources included where walks came back.
  public var candidates: [Count]
  /// Nodes between candidates, by ascending index.
  public var connectors: [Count]

  /// One node, and how often walks were there.
  public struct Count: Sendable, Equatable {
    /// The node that was visited.
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
    var plan = WalkPlan()
    try plan.begin(query, in: self)
    let starts = plan.starts
    let preference = try preference(for: starts)
    var memory = WalkMemory<Visit>()
    var tasks: [WalkTask] = []
    try follow(
      starts, preference: preference, sumsFirstSteps: starts.map { _ in false }, seed: query.seed, memory: &memory,
      tasks: &tasks
    ) { _, visits in
      for number in visits.indices {
        candidates[visits[number].candidate, default: 0] += visits[number].worth
        connectors[visits[number].connector, default: 0] += visits[number].worth
      }
      return .goOn
    }
    func counts(_ visits: [UInt32: Double], _ type: NodeTypeID) -> [WalkVisits.Count] {
      visits.sorted { $0.key < $1.key }
        .map { WalkVisits.Count(node: NodeID(type: type, index: $0.key), visits: $0.value) }
    }
    return WalkVisits(candidates: counts(candidates, candidateType), connectors: counts(connectors, connectorType))
  }
}

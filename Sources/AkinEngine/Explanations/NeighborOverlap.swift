public import AkinGraph
public import AkinRanking

/// How many neighbours the only source of a question and a node have in common: what people mean by "those who have one
/// also have the other", whatever a method makes of it.
public struct NeighborOverlap: Sendable, Equatable {
  /// Of the neighbours.
  public var type: NodeTypeID
  /// Neighbours of both.
  public var sharedCount: Int
  /// Neighbours of the source.
  public var sourceCount: Int
  /// Neighbours of the node.
  public var nodeCount: Int
}

extension Engine {
  /// What `node` has in common with the source of `question`, one hop away.
  ///
  /// - Returns: `nil` where the question has several sources, or its source is not of the type of `node`.
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(edges of both).
  public func overlap(of node: NodeID, for question: Question) throws(GraphError) -> NeighborOverlap? {
    let sources = question.query.sources
    guard sources.count == 1, let source = sources.first?.node, source != node, source.type == node.type,
      node.type == snapshot.origin(of: question.hop)
    else { return nil }
    let adjacency = snapshot.adjacency(question.hop)
    let near = try Self.neighbors(of: source.index, in: adjacency)
    let own = try Self.neighbors(of: node.index, in: adjacency)
    return NeighborOverlap(
      type: snapshot.destination(of: question.hop), sharedCount: near.intersection(own).count,
      sourceCount: near.count, nodeCount: own.count)
  }

  private static func neighbors(of node: UInt32, in adjacency: Adjacency) throws(GraphError) -> Set<UInt32> {
    var found: Set<UInt32> = []
    for edge in try adjacency.edges(of: node) { found.insert(try adjacency.neighbor(at: edge)) }
    return found
  }
}

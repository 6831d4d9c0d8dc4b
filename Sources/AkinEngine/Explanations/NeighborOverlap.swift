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
    var near = try DistinctNeighbors(of: source.index, in: adjacency)
    var own = try DistinctNeighbors(of: node.index, in: adjacency)
    var overlap = NeighborOverlap(
      type: snapshot.destination(of: question.hop), sharedCount: 0, sourceCount: 0, nodeCount: 0)
    var (first, second) = (try near.next(), try own.next())
    while first != nil || second != nil {
      let isNear = first.map { neighbor in second.map { neighbor <= $0 } ?? true } ?? false
      let isOwn = second.map { neighbor in first.map { neighbor <= $0 } ?? true } ?? false
      if isNear { overlap.sourceCount += 1 }
      if isOwn { overlap.nodeCount += 1 }
      if isNear && isOwn { overlap.sharedCount += 1 }
      if isNear { first = try near.next() }
      if isOwn { second = try own.next() }
    }
    return overlap
  }
}

/// The neighbours of a node in ascending order, each once.
private struct DistinctNeighbors {
  private let adjacency: Adjacency
  private var rest: Range<Int>

  init(of node: UInt32, in adjacency: Adjacency) throws(GraphError) {
    self.adjacency = adjacency
    rest = try adjacency.edges(of: node)
  }

  mutating func next() throws(GraphError) -> UInt32? {
    guard !rest.isEmpty else { return nil }
    let neighbor = try adjacency.neighbor(at: rest.lowerBound)
    rest = rest.dropFirst()
    while !rest.isEmpty, try adjacency.neighbor(at: rest.lowerBound) == neighbor { rest = rest.dropFirst() }
    return neighbor
  }
}

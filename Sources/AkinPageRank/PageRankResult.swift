public import AkinRanking

/// The scores of all nodes for one set of sources.
public struct PageRankResult: Sendable, Equatable {
  /// By node type, then by index: one score a node, all together summing to 1. Empty for types that no way touches.
  public var scores: [[Double]]
  /// Passes over all edges.
  public var iterations: Int
  /// Upper bound on the L1 distance from the true scores, from the residual of the returned ones; never above 2, the
  /// distance of two distributions that share nothing.
  public var errorBound: Double
  /// Whether `errorBound` is within the tolerance asked for.
  public var converged: Bool

  /// - Precondition: the node's type is touched by the ways followed.
  public subscript(node: NodeID) -> Double { scores[Int(node.type.rawValue)][Int(node.index)] }
}

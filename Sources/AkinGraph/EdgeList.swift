import AkinParallel

/// Edges of one relation in one piece: those of an adjacency, some left out or others added.
struct EdgeList {
  var sources: [UInt32] = []
  var targets: [UInt32] = []
  /// Empty, or one an edge.
  var weights: [Float] = []
  var values: [Float] = []
  /// Empty, or one an edge; `TimeColumn.unknown` where an edge has none.
  var times: [Int64] = []

  var count: Int { sources.count }
}

extension RelationEdges {
  /// Both directions of a relation, from its edges in the order of a forward adjacency.
  ///
  /// - Throws: `CancellationError`.
  init(sorted: EdgeList, sourceCount: Int, targetCount: Int, execution: Execution) throws {
    let sorting = EdgeSorting(
      sourceCount: sourceCount, targetCount: targetCount, policy: .keep, execution: execution)
    self = try sorting.relation(from: [EdgeChunk(sorted)])
  }
}

public import AkinGraph
public import AkinLinearAlgebra
public import AkinNeighbors
public import AkinRanking

/// Vectors from elsewhere as a method of a graph: which of its nodes they are of.
public struct VectorMethod: Sendable {
  /// The method itself.
  public let method: VectorRecommender
  /// Nodes of the candidates' type that have a vector, and all of them.
  public let joinedCount: Int
  /// How many nodes the candidates' type has.
  public let nodeCount: Int
  /// Vectors whose id no node has.
  public let unknownCount: Int
}

extension Engine {
  /// The method `vectors`: nearest neighbours among vectors that belong to nodes by their external ids.
  ///
  /// - Parameters:
  ///   - ids: one for each row of `vectors`.
  ///   - hop: from candidates to what connects them.
  ///   - makeIndex: makes the index of those rows that have a node, by ascending node.
  /// - Throws: `EngineError.missingData` where no id is that of a node; what `makeIndex` throws; `GraphError`.
  public func vectorMethod(
    _ vectors: DenseMatrix, ids: [String], hop: Hop, parameters: [MethodInfo.Parameter],
    makeIndex: (DenseMatrix) throws -> any VectorIndex
  ) throws -> VectorMethod {
    let joined = try join(ids, hop: hop)
    let rows = joined.indices.filter { joined[$0] != VectorRecommender.none }.sorted { joined[$0] < joined[$1] }
    var chosen = DenseMatrix(rows: rows.count, columns: vectors.columnCount)
    for (place, row) in rows.enumerated() { chosen.copyRows(row..<row + 1, of: vectors, to: place) }
    return try vectorMethod(
      makeIndex(chosen), nodes: rows.map { joined[$0] }, idCount: ids.count, hop: hop, parameters: parameters)
  }

  /// The method `vectors` over an index as it is.
  ///
  /// - Throws: as above.
  public func vectorMethod(
    _ index: any VectorIndex, ids: [String], hop: Hop, parameters: [MethodInfo.Parameter]
  ) throws -> VectorMethod {
    try vectorMethod(index, nodes: join(ids, hop: hop), idCount: ids.count, hop: hop, parameters: parameters)
  }

  private func vectorMethod(
    _ index: any VectorIndex, nodes: [UInt32], idCount: Int, hop: Hop, parameters: [MethodInfo.Parameter]
  ) throws -> VectorMethod {
    let joined = nodes.count { $0 != VectorRecommender.none }
    return VectorMethod(
      method: try VectorRecommender(index, snapshot: snapshot, hop: hop, nodes: nodes, parameters: parameters),
      joinedCount: joined, nodeCount: snapshot.table(of: snapshot.origin(of: hop)).count,
      unknownCount: idCount - joined)
  }

  /// The node of each id, of the candidates' type.
  private func join(_ ids: [String], hop: Hop) throws -> [UInt32] {
    let type = snapshot.origin(of: hop)
    let table = snapshot.table(of: type)
    let nodes = try ids.map { try table.index(ofID: $0) ?? VectorRecommender.none }
    guard nodes.contains(where: { $0 != VectorRecommender.none }) else {
      throw EngineError.missingData(
        method: "vectors",
        found: "no vector with the id of one of its \(table.count) '\(snapshot.schema.name(of: type))' nodes",
        expected: "vectors named by external ids")
    }
    return nodes
  }
}

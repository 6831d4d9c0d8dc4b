public import AkinParallel

/// One edge of a relation, as a view decides on it.
public struct EdgeEnds: Sendable, Equatable {
  /// Position in the forward adjacency.
  public var position: Int
  /// Index within the relation's source type.
  public var source: UInt32
  /// Index within its target type.
  public var target: UInt32
}

extension Snapshot {
  /// The graph with only those edges of one relation for which `isKept` holds, asked in order of source, target, time.
  ///
  /// Node tables and the other relations are shared with this snapshot, so every index means the same node; only the
  /// adjacency of `relation` is new. The view is a graph of its own: it has its own fingerprint, that of an equal graph
  /// made in any other way, and can be written to a file.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`; what `isKept` throws.
  /// - Complexity: O(m + nodes) time and space, plus the checksums of the graph.
  public func keepingEdges(
    of relation: Int, execution: Execution = .serial, where isKept: (EdgeEnds) throws -> Bool
  ) throws -> Snapshot {
    precondition(relations.indices.contains(relation), "relation \(relation) of \(relations.count)")
    let forward = relations[relation].forward
    let kept = try forward.edgeList(where: isKept)
    var edges = relations
    edges[relation] = try RelationEdges(
      sorted: kept, sourceCount: forward.nodeCount, targetCount: forward.neighborCount, execution: execution)
    var schema = schema
    schema.relations[relation].edgeCount = kept.count
    schema.relations[relation].timeBase = edges[relation].timeBase
    return try Snapshot(schema: schema, nodes: nodes, relations: edges, execution: execution)
  }
}

public import AkinRanking
internal import AkinParallel

/// One immutable graph, in memory or mapped from a `.akin` file.
///
/// Only `GraphBuilder` and `Snapshot.open` make one. Any number of threads may read it.
public struct Snapshot: Sendable {
  /// The node types, relations and roles, by which everything else is numbered.
  public let schema: Schema
  /// One table a node type, in the order of the schema.
  public let nodes: [NodeTable]
  /// One pair of adjacencies a relation, in the order of the schema.
  public let relations: [RelationEdges]
  /// The identity of the graph: equal content, equal fingerprint, whenever and wherever it was made.
  public let fingerprint: UInt64
  /// Where the graph comes from, if it was computed from another one.
  public let provenance: Provenance?
  /// What the file holds, section by section.
  public let sections: [SectionEntry]
  /// The file that the snapshot is mapped from, if it is.
  let file: Container?
  /// See `validate`.
  let validations = ValidationRecord()

  init(
    schema: Schema, nodes: [NodeTable], relations: [RelationEdges], provenance: Provenance? = nil, execution: Execution
  ) throws {
    let columns = try Self.columns(schema: schema, nodes: nodes, relations: relations, provenance: provenance)
    sections = try SectionEntry.table(of: columns, execution: execution)
    fingerprint = SectionEntry.fingerprint(of: sections)
    self.schema = schema
    self.nodes = nodes
    self.relations = relations
    self.provenance = provenance
    file = nil
  }

  init(
    schema: Schema, nodes: [NodeTable], relations: [RelationEdges], provenance: Provenance?, file: Container
  ) {
    sections = file.entries
    fingerprint = file.header.fingerprint
    self.file = file
    self.schema = schema
    self.nodes = nodes
    self.relations = relations
    self.provenance = provenance
  }

  /// The same graph with its edges elsewhere in memory.
  init(_ other: Snapshot, relations: [RelationEdges]) {
    schema = other.schema
    nodes = other.nodes
    self.relations = relations
    fingerprint = other.fingerprint
    provenance = other.provenance
    sections = other.sections
    file = other.file
  }

  /// The same graph with nodes and edges added that were computed from it; it stays the same graph to those who ask which.
  init(_ other: Snapshot, schema: Schema, nodes: [NodeTable], relations: [RelationEdges]) {
    self.schema = schema
    self.nodes = nodes
    self.relations = relations
    fingerprint = other.fingerprint
    provenance = other.provenance
    sections = other.sections
    file = other.file
  }

  /// The nodes of a type.
  ///
  /// - Precondition: `type` is of this snapshot's schema.
  public func table(of type: NodeTypeID) -> NodeTable { nodes[Int(type.rawValue)] }

  /// - Throws: `GraphError.damagedData`.
  public func name(of node: NodeID) throws(GraphError) -> String { try table(of: node.type).name(of: node.index) }

  /// The edges of a relation as the hop follows them.
  ///
  /// - Precondition: the hop's relation is of this snapshot's schema.
  /// - Complexity: O(1); nothing is copied.
  public func adjacency(_ hop: Hop) -> Adjacency {
    let edges = relations[hop.relation]
    return hop.direction == .forward ? edges.forward : edges.reverse
  }

  /// The type of the nodes that a hop starts from.
  public func origin(of hop: Hop) -> NodeTypeID {
    let relation = schema.relations[hop.relation]
    return hop.direction == .forward ? relation.sourceType : relation.targetType
  }

  /// The type of the nodes that a hop arrives at.
  public func destination(of hop: Hop) -> NodeTypeID {
    origin(of: Hop(relation: hop.relation, direction: hop.direction.opposite))
  }
}

/// The edges of one relation, in both directions.
public struct RelationEdges: Sendable {
  /// From sources to targets.
  public let forward: Adjacency
  /// From targets to sources: the same edges, sorted by target.
  public let reverse: Adjacency
  let timeBase: Int64?

  init(forward: Adjacency, reverse: Adjacency, timeBase: Int64?) {
    self.forward = forward
    self.reverse = reverse
    self.timeBase = timeBase
  }
}

extension RelationEdges {
  /// Whether there is a weight that says anything.
  var hasWeightsBesideOne: Bool {
    forward.attributes.weights?.withSpan { weights in weights.indices.contains { weights[$0] != 1 } } ?? false
  }

  func withoutWeights() -> RelationEdges {
    func bare(_ adjacency: Adjacency) -> Adjacency {
      Adjacency(
        offsets: adjacency.offsets, neighbors: adjacency.neighbors, neighborCount: adjacency.neighborCount,
        attributes: EdgeAttributes(values: adjacency.attributes.values, times: adjacency.attributes.times))
    }
    return RelationEdges(forward: bare(forward), reverse: bare(reverse), timeBase: timeBase)
  }
}

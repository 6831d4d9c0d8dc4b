public import AkinParallel
public import AkinRanking

/// Collects nodes and edges, then makes a snapshot of them. The only way to make a graph.
///
/// Nodes get their indices in the order in which their ids first appear. The builder trusts its caller: readers check
/// what comes from outside before they hand it over.
public struct GraphBuilder {
  private var nodeTables: [NodeTableBuilder] = []
  private var relations: [Relation] = []
  private var edges: [ArrivingEdges] = []
  private var weightFormulas: [Int: @Sendable (Float) -> Float] = [:]

  private var recorded: [Int: DuplicatePolicy] = [:]

  private let bound: MemoryBound?
  /// Bytes that who fills the builder holds beside it, such as keys that ids are looked up by: they count within the bound.
  public var bytesBeside = 0

  /// - Parameter memory: a bound, beyond which edges go to disk as sorted runs; the graph is the same.
  public init(memory: MemoryBound? = nil) { bound = memory }

  /// - Precondition: no other type of this graph has the name; at most 65,535 types.
  public mutating func addNodeType(_ name: String) -> NodeTypeID {
    precondition(!nodeTables.contains { $0.name == name }, "node type '\(name)' is already there")
    precondition(nodeTables.count < Int(UInt16.max), "a graph has at most 65,535 node types")
    nodeTables.append(NodeTableBuilder(name: name))
    return NodeTypeID(rawValue: UInt16(nodeTables.count - 1))
  }

  /// - Returns: the position of the relation in the schema.
  public mutating func addRelation(
    _ name: String, from source: NodeTypeID, to target: NodeTypeID, duplicates: DuplicatePolicy,
    weightName: String? = nil
  ) -> Int {
    relations.append(
      Relation(name: name, source: source, target: target, duplicates: duplicates, weightName: weightName))
    edges.append(ArrivingEdges(policy: duplicates))
    return relations.count - 1
  }

  /// The index of an external id, new or known.
  ///
  /// - Throws: `GraphError.tooManyNodes`.
  /// - Complexity: O(length of the id), amortised.
  public mutating func intern(_ id: Span<UInt8>, type: NodeTypeID) throws(GraphError) -> UInt32 {
    let outcome: Result<UInt32, GraphError> = unsafe id.withUnsafeBytes { bytes in
      do throws(GraphError) {
        return .success(try unsafe nodeTables[Int(type.rawValue)].intern(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// The index of an external id, new or known.
  ///
  /// - Throws: `GraphError.tooManyNodes`.
  /// - Complexity: O(length of the id), amortised.
  public mutating func intern(_ id: String, type: NodeTypeID) throws(GraphError) -> UInt32 {
    var id = id
    return try unsafe id.withUTF8Bytes { bytes throws(GraphError) in
      try unsafe nodeTables[Int(type.rawValue)].intern(bytes)
    }
  }

  /// The index of an external id that is already there.
  public func index(of id: String, type: NodeTypeID) -> UInt32? {
    var id = id
    return unsafe id.withUTF8Bytes { bytes in unsafe nodeTables[Int(type.rawValue)].index(of: bytes) }
  }

  /// The external id of a node that was interned.
  ///
  /// - Precondition: `index` is below `nodeCount(of: type)`.
  public func id(at index: UInt32, type: NodeTypeID) -> String { nodeTables[Int(type.rawValue)].id(at: index) }
  /// How many ids of `type` begin or end with a space or a tab, and the first of them; `nil` where none does.
  ///
  /// - Complexity: O(nodes of the type).
  public func paddedIDs(of type: NodeTypeID) -> (count: Int, first: String)? {
    let table = nodeTables[Int(type.rawValue)]
    return table.paddedIDs().map { ($0.count, table.id(at: $0.first)) }
  }
  /// How many nodes of `type` there are so far; indices are below it.
  public func nodeCount(of type: NodeTypeID) -> Int { nodeTables[Int(type.rawValue)].count }
  /// Nodes that have a label.
  public func labelCount(of type: NodeTypeID) -> Int { nodeTables[Int(type.rawValue)].labelCount }
  /// How many edges were added to `relation`, before repeated ones are merged.
  public func edgeCount(of relation: Int) -> Int { edges[relation].count }

  /// - Parameter label: what people call the node; the last one given stays.
  public mutating func setLabel(_ label: String, of index: UInt32, type: NodeTypeID) {
    precondition(Int(index) < nodeCount(of: type), "node \(index) is outside a type of \(nodeCount(of: type))")
    nodeTables[Int(type.rawValue)].setLabel(label, at: index)
  }

  /// - Returns: the position of the attribute in its node type, for `setAttribute`.
  /// - Precondition: no other attribute of the type has the name.
  public mutating func addAttribute(_ name: String, kind: AttributeKind, to type: NodeTypeID) -> Int {
    let number = Int(type.rawValue)
    precondition(
      !nodeTables[number].attributes.contains { $0.attribute.name == name }, "attribute '\(name)' is already there")
    nodeTables[number].addAttribute(NodeAttribute(name: name, kind: kind))
    return nodeTables[number].attributes.count - 1
  }

  /// - Parameter value: of the attribute's kind; the last one given stays.
  public mutating func setAttribute(_ attribute: Int, to value: AttributeValue, of index: UInt32, type: NodeTypeID) {
    precondition(Int(index) < nodeCount(of: type), "node \(index) is outside a type of \(nodeCount(of: type))")
    nodeTables[Int(type.rawValue)].set(value, attribute: attribute, at: index)
  }

  /// - Parameters:
  ///   - weight: positive and finite; all edges of a relation have one or none has.
  ///   - value: finite; all or none.
  ///   - time: seconds since 1970, UTC, or `TimeColumn.unknown`; all or none.
  public mutating func addEdge(
    _ relation: Int, from source: UInt32, to target: UInt32, weight: Float? = nil, value: Float? = nil,
    time: Int64? = nil
  ) {
    let types = relations[relation]
    precondition(Int(source) < nodeTables[types.source].count, "source \(source) is not a node of its type")
    precondition(Int(target) < nodeTables[types.target].count, "target \(target) is not a node of its type")
    if let weight {
      precondition(weight > 0 && weight.isFinite, "a weight must be positive and finite, found \(weight)")
    }
    if let value { precondition(value.isFinite, "a value must be finite, found \(value)") }
    edges[relation].append(source, target, weight: weight, value: value, time: time)
  }

  /// Whether some edges are on disk.
  public var isSpilled: Bool { edges.contains(where: \.hasRuns) }

  /// Moves edges to disk where they have no room in memory: to be called now and then by who adds edges one by one.
  ///
  /// - Throws: `GraphError.cannotWrite`, `.memoryBoundTooSmall`.
  public mutating func keepWithinBound() throws(GraphError) {
    guard let bound else { return }
    let limit = try bound.edgeLimit(beside: bytesBesideEdges)
    while edges.reduce(0, { $0 + $1.countInMemory }) > limit {
      let largest = edges.indices.max { edges[$0].countInMemory < edges[$1].countInMemory }!
      try edges[largest].spill(to: bound.folder)
    }
  }

  private var bytesBesideEdges: Int { nodeTables.reduce(bytesBeside) { $0 + $1.byteCount } }

  func ends(of relation: Int) -> (source: Int, target: Int) { (relations[relation].source, relations[relation].target) }

  /// Takes a table out, so that nobody else holds it while it changes.
  mutating func take(_ type: Int) -> NodeTableBuilder {
    let table = nodeTables[type]
    nodeTables[type] = NodeTableBuilder(name: table.name)
    return table
  }

  func table(_ type: Int) -> NodeTableBuilder { nodeTables[type] }

  mutating func put(_ table: NodeTableBuilder, _ type: Int) { nodeTables[type] = table }

  mutating func append(_ chunks: [EdgeChunk], relation: Int, execution: Execution) throws {
    for chunk in chunks { edges[relation].append(chunk) }
    try edges[relation].settle(sourceCount: nodeTables[relations[relation].source].count, execution: execution)
  }

  /// Edges of `relation` that have not been merged yet, scaled: for readers that learn the unit of times only at the end.
  public mutating func scaleTimes(of relation: Int, _ scale: @escaping @Sendable (Int64) -> Int64) {
    edges[relation].scaleTimes(scale)
  }

  /// Weights of `relation` are what `formula` makes of them once repeated edges are merged: of counts, `log(1 + count)`.
  ///
  /// - Parameter formula: of positive and finite numbers, with such results.
  public mutating func setWeightFormula(of relation: Int, _ formula: @escaping @Sendable (Float) -> Float) {
    weightFormulas[relation] = formula
  }

  /// The schema says `duplicates` of `relation`, whatever is done here: for edges that come as another graph merged them.
  public mutating func record(duplicates: DuplicatePolicy, of relation: Int) { recorded[relation] = duplicates }

  /// - Returns: the snapshot, and how many edges of each relation were merged into another.
  /// - Throws: `GraphError.sumTooLarge`; `CancellationError`.
  /// - Complexity: O(nodes + edges).
  public consuming func build(roles: Roles = Roles(), execution: Execution = .serial) throws -> GraphBuild {
    let counts = nodeTables.map(\.count)
    let arrived = edges.map(\.count)
    try keepWithinBound()
    // What one relation needed the disk for, all get: their columns come together.
    let isSpilled = isSpilled
    var rows: [RelationEdges] = []
    for (number, relation) in relations.enumerated() {
      let sorting = EdgeSorting(
        sourceCount: counts[relation.source], targetCount: counts[relation.target], policy: relation.duplicates,
        formula: weightFormulas[number], execution: execution)
      do {
        if let bound, isSpilled {
          let limit = try bound.edgeLimit(beside: bytesBesideEdges)
          try edges[number].spill(to: bound.folder)
          let (runs, layout) = edges[number].takeRuns()
          rows.append(try sorting.relation(from: runs, layout, runLength: limit, in: bound.folder))
        } else {
          rows.append(
            try sorting.relation(
              from: edges[number].takeRounds(sourceCount: counts[relation.source], execution: execution)))
        }
      } catch let overflow as EdgeSorting.Overflow {
        throw GraphError.sumTooLarge(
          relation: relation.name, source: nodeTables[relation.source].id(at: overflow.source),
          target: nodeTables[relation.target].id(at: overflow.target))
      }
    }
    let tables = nodeTables
    let nodes = try concurrentMap(count: tables.count, chunkSize: 1, execution: execution) { range in
      tables[range.lowerBound].build()
    }
    var schema = Schema(
      nodeTypes: zip(tables, counts).map {
        NodeType(name: $0.name, count: $1, attributes: $0.attributes.map(\.attribute))
      }, relations: relations, roles: roles)
    for (number, built) in rows.enumerated() {
      schema.relations[number].edgeCount = built.forward.edgeCount
      schema.relations[number].timeBase = built.timeBase
      if let policy = recorded[number] { schema.relations[number].duplicates = policy }
    }
    let snapshot = try Snapshot(schema: schema, nodes: nodes, relations: rows, execution: execution)
    return GraphBuild(
      snapshot: snapshot, merged: zip(arrived, rows).map { $0 - $1.forward.edgeCount }, isSpilled: isSpilled)
  }
}

/// What a builder made, and what it merged on the way.
public struct GraphBuild: Sendable {
  /// The finished graph, in memory.
  public let snapshot: Snapshot
  /// Per relation, how many edges the duplicate policy merged into another.
  public let merged: [Int]
  /// Whether the columns of edges are temporary files, as they had no room in memory.
  public let isSpilled: Bool
}

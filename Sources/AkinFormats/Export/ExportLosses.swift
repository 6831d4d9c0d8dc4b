import AkinGraph

extension GraphExport {
  /// What of the graph a file of `format` has no place for, in words; empty where the same graph can come back of it.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func losses(_ format: ExportFormat, relation: Int? = nil) throws -> [String] {
    let schema = snapshot.schema
    guard !format.isWhole else {
      return try format == .schema ? [] : categoriesThatRunTogether()
    }
    var losses: [String] = []
    let written = relation ?? schema.roles.primaryRelation
    if !format.holdsAllRelations, schema.relations.count > 1 {
      let others = schema.relations.indices.filter { $0 != written }.map { "'\(schema.relations[$0].name)'" }
      losses.append((others.count == 1 ? "relation " : "relations ") + others.joined(separator: ", "))
    }
    if format != .dot, snapshot.nodes.contains(where: { $0.labels != nil }) { losses.append("labels") }
    let attributes = schema.nodeTypes.flatMap(\.attributes).count
    if attributes > 0 { losses.append(attributes == 1 ? "1 attribute" : "\(attributes) attributes") }
    let payload = snapshot.relations[written].forward.attributes
    if format == .lists, payload.weights != nil { losses.append("weights") }
    if [.lists, .matrixMarket, .npz, .dot].contains(format), payload.values != nil { losses.append("values") }
    if [.lists, .matrixMarket, .npz].contains(format), payload.times != nil { losses.append("times") }
    if [.csv, .tsv, .jsonLines].contains(format) {
      let lone = try lonely(written)
      if lone > 0 { losses.append(lone == 1 ? "1 node without an edge" : "\(lone) nodes without an edge") }
    }
    return losses
  }

  /// Lists of categories of which each separator is part of one: the names of a node cannot be told apart.
  private func categoriesThatRunTogether() throws -> [String] {
    var losses: [String] = []
    for (type, table) in zip(snapshot.schema.nodeTypes, snapshot.nodes) {
      for (attribute, column) in zip(type.attributes, table.attributes) where attribute.kind == .categories {
        guard try GraphDescription.separator(of: column) == nil else { continue }
        losses.append("where a category of '\(attribute.name)' ends, as they contain every separator")
      }
    }
    return losses
  }

  /// Nodes at the ends' types of a relation that it has no edge of.
  private func lonely(_ relation: Int) throws -> Int {
    let ends = snapshot.schema.relations[relation]
    let edges = snapshot.relations[relation]
    var hasEdge = snapshot.nodes.map { [Bool](repeating: false, count: $0.count) }
    for (type, rows) in [(ends.source, edges.forward), (ends.target, edges.reverse)] {
      for node in 0..<rows.nodeCount where !hasEdge[type][node] {
        hasEdge[type][node] = try !rows.edges(of: UInt32(node)).isEmpty
      }
    }
    return Set([ends.source, ends.target]).reduce(0) { count, type in
      count + hasEdge[type].count { !$0 }
    }
  }
}

extension ExportFormat {
  /// Whether the same graph can come back of a file.
  public var isWhole: Bool { [.graphML, .sqlite, .schema].contains(self) }
}

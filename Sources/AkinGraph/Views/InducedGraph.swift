public import AkinParallel

extension Snapshot {
  /// The graph of some of the nodes, with all edges between them.
  ///
  /// Nodes keep their order, ids, labels and attributes; their indices close up. A category that no node is left of goes
  /// with the nodes.
  ///
  /// - Parameter kept: one flag a node, by node type.
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(nodes + edges) time and space, plus the checksums of the graph.
  public func induced(byNodes kept: [[Bool]], execution: Execution = .serial) throws -> Snapshot {
    precondition(
      kept.map(\.count) == schema.nodeTypes.map(\.count), "flags for \(kept.map(\.count)) nodes of each type")
    let isWhole = kept.map { !$0.contains(false) }
    if !isWhole.contains(false) { return self }
    var schema = schema
    var indices: [[UInt32]] = []
    for (type, flags) in kept.enumerated() {
      var next: UInt32 = 0
      indices.append(
        flags.map { isKept in
          defer { if isKept { next += 1 } }
          return isKept ? next : UInt32.max
        })
      schema.nodeTypes[type].count = Int(next)
    }
    var tables: [NodeTable] = []
    for (type, table) in nodes.enumerated() {
      try execution.cancellation.check()
      tables.append(isWhole[type] ? table : try table.keeping(kept[type], of: schema.nodeTypes[type]))
    }
    var relations: [RelationEdges] = []
    for (number, relation) in schema.relations.enumerated() {
      try execution.cancellation.check()
      let (sources, targets) = (relation.source, relation.target)
      var edges = self.relations[number]
      if !isWhole[sources] || !isWhole[targets] {
        var list = try edges.forward.edgeList { kept[sources][Int($0.source)] && kept[targets][Int($0.target)] }
        // New indices ascend as the old ones did, so rows stay sorted.
        for edge in list.sources.indices {
          list.sources[edge] = indices[sources][Int(list.sources[edge])]
          list.targets[edge] = indices[targets][Int(list.targets[edge])]
        }
        edges = try RelationEdges(
          sorted: list, sourceCount: schema.nodeTypes[sources].count, targetCount: schema.nodeTypes[targets].count,
          execution: execution)
      }
      schema.relations[number].edgeCount = edges.forward.edgeCount
      schema.relations[number].timeBase = edges.timeBase
      relations.append(edges)
    }
    return try Snapshot(schema: schema, nodes: tables, relations: relations, execution: execution)
  }
}

extension Adjacency {
  /// The edges for which `isKept` holds, in order, with what they carry.
  func edgeList(where isKept: (EdgeEnds) throws -> Bool) throws -> EdgeList {
    var list = EdgeList()
    for source in 0..<UInt32(nodeCount) {
      for edge in try edges(of: source) {
        let target = try neighbor(at: edge)
        guard try isKept(EdgeEnds(position: edge, source: source, target: target)) else { continue }
        list.sources.append(source)
        list.targets.append(target)
        if let weights = attributes.weights { list.weights.append(weights[edge]) }
        if let values = attributes.values { list.values.append(values[edge]) }
        if let times = attributes.times { list.times.append(times.time(at: edge) ?? TimeColumn.unknown) }
      }
    }
    return list
  }
}

extension NodeTable {
  /// The table of the nodes whose flag is set.
  func keeping(_ kept: [Bool], of type: NodeType) throws -> NodeTable {
    var builder = NodeTableBuilder(name: type.name)
    for attribute in type.attributes { builder.addAttribute(attribute) }
    for index in kept.indices where kept[index] {
      let copied = try unsafe ids.withBytes(at: index) { bytes in
        Result { () throws(GraphError) in try unsafe builder.intern(bytes) }
      }.get()
      if let label = try label(of: UInt32(index)) { builder.setLabel(label, at: copied) }
      for (number, column) in attributes.enumerated() {
        if let value = try column.value(of: UInt32(index)) { builder.set(value, attribute: number, at: copied) }
      }
    }
    return builder.build()
  }
}

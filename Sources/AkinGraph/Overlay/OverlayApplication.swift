public import AkinParallel

extension Snapshot {
  func operations(of log: OverlayLog) throws(GraphError) -> [OverlayOperation] {
    try operationsByBatch(of: log).flatMap { $0 }
  }

  func operationsByBatch(of log: OverlayLog) throws(GraphError) -> [[OverlayOperation]] {
    var batches: [[OverlayOperation]] = []
    for (number, batch) in log.batches.enumerated() {
      do throws(OverlayDamage) {
        batches.append(try OverlayOperation.decode(batch, schema: schema))
      } catch {
        throw .corrupt(path: log.path, place: "record \(number)", found: error.found, expected: error.expected)
      }
    }
    return batches
  }

  func applying(_ log: OverlayLog, execution: Execution) throws -> Snapshot {
    let operations = try operations(of: log)
    return operations.isEmpty ? self : try applying(operations, execution: execution)
  }

  /// The graph after these changes, one after the other: equal to one made of all edges at once, but for sums of weights,
  /// which are rounded where the snapshot was written.
  ///
  /// - Throws: `GraphError`; `CancellationError`.
  /// - Complexity: O(nodes of types that change + edges of relations that change + operations).
  public func applying(_ operations: [OverlayOperation], execution: Execution = .serial) throws -> Snapshot {
    let changes = try OverlayChanges(operations, of: self)
    var schema = schema
    var tables = nodes
    for type in nodes.indices where changes.changesTable(of: type) {
      try execution.cancellation.check()
      tables[type] = try changes.table(of: type, in: self)
      schema.nodeTypes[type].count = tables[type].count
    }
    var relations = relations
    for (number, relation) in schema.relations.enumerated() {
      try execution.cancellation.check()
      let counts = (tables[relation.source].count, tables[relation.target].count)
      if changes.touches(number, relation) {
        relations[number] = try changes.edges(of: number, in: self, counts: counts, execution)
      } else if counts.0 > nodes[relation.source].count || counts.1 > nodes[relation.target].count {
        let edges = relations[number]
        relations[number] = RelationEdges(
          forward: edges.forward.grown(nodeCount: counts.0, neighborCount: counts.1),
          reverse: edges.reverse.grown(nodeCount: counts.1, neighborCount: counts.0), timeBase: edges.timeBase)
      }
      schema.relations[number].edgeCount = relations[number].forward.edgeCount
      schema.relations[number].timeBase = relations[number].timeBase
    }
    let merged = try Snapshot(schema: schema, nodes: tables, relations: relations, execution: execution)
    return try merged.induced(byNodes: changes.kept(counts: tables.map(\.count)), execution: execution)
  }
}

extension Adjacency {
  /// With nodes that have no edges, behind those there are.
  func grown(nodeCount: Int, neighborCount: Int) -> Adjacency {
    var offsets = self.offsets.array()
    offsets += repeatElement(UInt64(edgeCount), count: nodeCount - self.nodeCount)
    return Adjacency(
      offsets: Column(offsets), neighbors: neighbors, neighborCount: neighborCount, attributes: attributes)
  }
}

/// What a list of operations comes to.
private struct OverlayChanges {
  private struct Pair: Hashable {
    var source: UInt32
    var target: UInt32
  }

  private struct Addition {
    var position: Int
    var source: UInt32
    var target: UInt32
    var weight: Float?
    var value: Float?
    var time: Int64?
  }

  /// Ids that are new, by type, in order of first appearance; their indices follow those of the snapshot.
  private var newIDs: [[String]]
  private var newIndices: [[String: UInt32]]
  private var labels: [[UInt32: String]]
  /// When a node was last removed, by type and index.
  private var removals: [[UInt32: Int]]
  /// When a node was last needed, by type and index.
  private var needs: [[UInt32: Int]]
  private var additions: [[Addition]]
  private var removedPairs: [[Pair: Int]]
  private let baseCounts: [Int]

  init(_ operations: [OverlayOperation], of snapshot: Snapshot) throws(GraphError) {
    let types = snapshot.nodes.count
    let relations = snapshot.relations.count
    newIDs = Array(repeating: [], count: types)
    newIndices = Array(repeating: [:], count: types)
    labels = Array(repeating: [:], count: types)
    removals = Array(repeating: [:], count: types)
    needs = Array(repeating: [:], count: types)
    additions = Array(repeating: [], count: relations)
    removedPairs = Array(repeating: [:], count: relations)
    baseCounts = snapshot.nodes.map(\.count)
    for (position, operation) in operations.enumerated() {
      switch operation {
      case .addEdge(let number, let source, let target, let weight, let value, let time):
        let relation = snapshot.schema.relations[number]
        let from = try need(source, relation.source, position, snapshot)
        let to = try need(target, relation.target, position, snapshot)
        additions[number].append(
          Addition(position: position, source: from, target: to, weight: weight, value: value, time: time))
      case .removeEdge(let number, let source, let target):
        let relation = snapshot.schema.relations[number]
        guard let from = try index(source, relation.source, snapshot),
          let to = try index(target, relation.target, snapshot)
        else { continue }
        removedPairs[number][Pair(source: from, target: to)] = position
      case .addNode(let type, let id, let label):
        let node = try need(id, type, position, snapshot)
        if let label { labels[type][node] = label }
      case .removeNode(let type, let id):
        guard let node = try index(id, type, snapshot) else { continue }
        removals[type][node] = position
        labels[type][node] = nil
      }
    }
  }

  private func index(_ id: String, _ type: Int, _ snapshot: Snapshot) throws(GraphError) -> UInt32? {
    if let known = newIndices[type][id] { return known }
    return try snapshot.nodes[type].index(ofID: id)
  }

  private mutating func need(
    _ id: String, _ type: Int, _ position: Int, _ snapshot: Snapshot
  ) throws(GraphError) -> UInt32 {
    let node: UInt32
    if let known = try index(id, type, snapshot) {
      node = known
    } else {
      let count = baseCounts[type] + newIDs[type].count
      guard count < Int(UInt32.max) else {
        throw .tooManyNodes(type: snapshot.schema.nodeTypes[type].name, limit: Int(UInt32.max))
      }
      node = UInt32(count)
      newIDs[type].append(id)
      newIndices[type][id] = node
    }
    needs[type][node] = position
    return node
  }

  func changesTable(of type: Int) -> Bool {
    !newIDs[type].isEmpty || !labels[type].isEmpty || !removals[type].isEmpty
  }

  /// All nodes, the removed ones too, without what was known of those.
  func table(of type: Int, in snapshot: Snapshot) throws -> NodeTable {
    let base = snapshot.nodes[type]
    let nodeType = snapshot.schema.nodeTypes[type]
    var builder = NodeTableBuilder(name: nodeType.name)
    for attribute in nodeType.attributes { builder.addAttribute(attribute) }
    for index in 0..<UInt32(base.count) {
      let copied = try unsafe base.ids.withBytes(at: Int(index)) { bytes in
        Result { () throws(GraphError) in try unsafe builder.intern(bytes) }
      }.get()
      guard copied == index else {
        throw GraphError.damagedData(place: "id \(index)", found: "that of node \(copied)", expected: "one of its own")
      }
      guard removals[type][index] == nil else { continue }
      if let label = try base.label(of: index) { builder.setLabel(label, at: index) }
      for (number, column) in base.attributes.enumerated() {
        if let value = try column.value(of: index) { builder.set(value, attribute: number, at: index) }
      }
    }
    for id in newIDs[type] {
      var id = id
      _ = try unsafe id.withUTF8Bytes { bytes throws(GraphError) in try unsafe builder.intern(bytes) }
    }
    for (index, label) in labels[type] { builder.setLabel(label, at: index) }
    return builder.build()
  }

  func touches(_ number: Int, _ relation: Relation) -> Bool {
    !additions[number].isEmpty || !removedPairs[number].isEmpty || !removals[relation.source].isEmpty
      || !removals[relation.target].isEmpty
  }

  func edges(
    of number: Int, in snapshot: Snapshot, counts: (Int, Int), _ execution: Execution
  ) throws -> RelationEdges {
    if let patched = try patchedEdges(of: number, in: snapshot, counts: counts, execution) { return patched }
    let relation = snapshot.schema.relations[number]
    let forward = snapshot.relations[number].forward
    var list = try forward.edgeList { edge in
      removedPairs[number][Pair(source: edge.source, target: edge.target)] == nil
        && removals[relation.source][edge.source] == nil && removals[relation.target][edge.target] == nil
    }
    let isCount = relation.duplicates == .count
    let hasWeights = forward.attributes.weights != nil
    // Edges of counts that are all 1 have no column; here each needs its 1, to be added to.
    if isCount, !hasWeights { list.weights = Array(repeating: 1, count: list.count) }
    for edge in additions[number] {
      let pair = Pair(source: edge.source, target: edge.target)
      if let gone = removedPairs[number][pair], gone > edge.position { continue }
      if let gone = removals[relation.source][edge.source], gone > edge.position { continue }
      if let gone = removals[relation.target][edge.target], gone > edge.position { continue }
      list.sources.append(edge.source)
      list.targets.append(edge.target)
      if hasWeights || isCount { list.weights.append(isCount ? 1 : edge.weight ?? 1) }
      if forward.attributes.values != nil { list.values.append(edge.value ?? 0) }
      if forward.attributes.times != nil { list.times.append(edge.time ?? TimeColumn.unknown) }
    }
    let sorting = EdgeSorting(
      sourceCount: counts.0, targetCount: counts.1, policy: isCount ? .sum : relation.duplicates, execution: execution)
    do {
      let edges = try sorting.relation(from: [EdgeChunk(list)])
      return isCount && !edges.hasWeightsBesideOne ? edges.withoutWeights() : edges
    } catch let overflow as EdgeSorting.Overflow {
      throw GraphError.sumTooLarge(
        relation: relation.name, source: "node \(overflow.source)", target: "node \(overflow.target)")
    }
  }

  /// The edges of a relation where its rows can be patched; `nil` where all must be made anew: where nodes went, or where
  /// times need another base.
  private func patchedEdges(
    of number: Int, in snapshot: Snapshot, counts: (Int, Int), _ execution: Execution
  ) throws -> RelationEdges? {
    let relation = snapshot.schema.relations[number]
    let base = snapshot.relations[number]
    guard removals[relation.source].isEmpty, removals[relation.target].isEmpty, base.forward.edgeCount > 0 else {
      return nil
    }
    var timeBase: Int64 = 0
    switch base.forward.attributes.times {
    case .narrow(_, let known): timeBase = known
    case .wide: return nil
    case nil: break
    }
    let changedPairs = Set(additions[number].map { Pair(source: $0.source, target: $0.target) })
      .union(removedPairs[number].keys)
    let isCount = relation.duplicates == .count
    let hasBaseWeights = base.forward.attributes.weights != nil
    var list = EdgeList()
    func append(_ pair: Pair, weight: Float?, value: Float?, time: Int64?) {
      list.sources.append(pair.source)
      list.targets.append(pair.target)
      if hasBaseWeights || isCount { list.weights.append(weight ?? 1) }
      if base.forward.attributes.values != nil { list.values.append(value ?? 0) }
      if base.forward.attributes.times != nil { list.times.append(time ?? TimeColumn.unknown) }
    }
    for pair in changedPairs where removedPairs[number][pair] == nil && Int(pair.source) < base.forward.nodeCount {
      var edge = try base.forward.firstEdge(from: pair.source, to: pair.target)
      let end = try base.forward.edges(of: pair.source).upperBound
      while edge < end, base.forward.neighbors[edge] == pair.target {
        append(
          pair, weight: base.forward.attributes.weight(at: edge), value: base.forward.attributes.values?[edge],
          time: base.forward.attributes.times?.time(at: edge))
        edge += 1
      }
    }
    for edge in additions[number] {
      let pair = Pair(source: edge.source, target: edge.target)
      if let gone = removedPairs[number][pair], gone > edge.position { continue }
      append(pair, weight: isCount ? 1 : edge.weight, value: edge.value, time: edge.time)
    }
    for time in list.times where time != TimeColumn.unknown {
      let (above, overflows) = time.subtractingReportingOverflow(timeBase)
      guard !overflows, above >= 0, above < Int64(TimeColumn.unknownNarrow) else { return nil }
    }
    let sorting = EdgeSorting(
      sourceCount: counts.0, targetCount: counts.1, policy: isCount ? .sum : relation.duplicates, execution: execution)
    let changed: RelationEdges
    do {
      changed = try sorting.relation(from: [EdgeChunk(list)])
    } catch let overflow as EdgeSorting.Overflow {
      throw GraphError.sumTooLarge(
        relation: relation.name, source: "node \(overflow.source)", target: "node \(overflow.target)")
    }
    let hasWeights = hasBaseWeights || (isCount && changed.hasWeightsBesideOne)
    func patched(_ base: Adjacency, _ changed: Adjacency, _ pairs: [UInt64]) throws(GraphError) -> Adjacency {
      try OverlayPatch(
        base: base, changed: changed, pairs: pairs.sorted(), nodeCount: changed.nodeCount,
        neighborCount: changed.neighborCount, hasWeights: hasWeights, timeBase: timeBase
      ).patched()
    }
    let forward = try patched(
      base.forward, changed.forward, changedPairs.map { UInt64($0.source) << 32 | UInt64($0.target) })
    // The edge that the base of times came from may be gone.
    if case .narrow(let times, _)? = forward.attributes.times {
      let least = times.withSpan { span in span.indices.reduce(UInt32.max) { min($0, span[$1]) } }
      guard least == 0 || (least == TimeColumn.unknownNarrow && timeBase == 0) else { return nil }
    }
    let reverse = try patched(
      base.reverse, changed.reverse, changedPairs.map { UInt64($0.target) << 32 | UInt64($0.source) })
    let edges = RelationEdges(
      forward: forward, reverse: reverse, timeBase: base.timeBase)
    return isCount && hasWeights && !edges.hasWeightsBesideOne ? edges.withoutWeights() : edges
  }

  /// Which nodes are not removed, or were needed again after that.
  func kept(counts: [Int]) -> [[Bool]] {
    counts.enumerated().map { type, count in
      var kept = [Bool](repeating: true, count: count)
      for (node, gone) in removals[type] { kept[Int(node)] = (needs[type][node] ?? -1) > gone }
      return kept
    }
  }
}

import AkinGraph
public import AkinRanking

/// Draws two lists for one question side by side: what they share is joined, what entered and what left stands out.
public struct ListsDiagram: Sendable {
  /// What stands over the lists, such as the methods' names.
  public var names: (String, String)
  /// Heading of the picture; empty for none.
  public var title = ""
  /// What nodes are called; pseudonyms given so far are kept from picture to picture.
  public private(set) var naming: NodeNaming

  /// `names` stand over the lists, the first on the left.
  public init(names: (String, String), naming: NodeNaming) {
    self.names = names
    self.naming = naming
  }

  /// - Parameters: lists of nodes, best first; at most 60 each are drawn.
  /// - Throws: `GraphError.damagedData`; `DiagramError`.
  public mutating func diagram(_ first: [NodeID], _ second: [NodeID]) throws -> Diagram {
    let lists = [Array(first.prefix(60)), Array(second.prefix(60))]
    let sets = lists.map { Set($0) }
    let ranks = lists.map { list in Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1, $0 + 1) }) }
    var types: [NodeTypeID] = []
    for node in lists[0] + lists[1] where !types.contains(node.type) { types.append(node.type) }
    var nodes: [DiagramNode] = []
    for (column, list) in lists.enumerated() {
      for (position, node) in list.enumerated() {
        let isShared = sets[1 - column].contains(node)
        var detail = column == 0 ? "left" : "new"
        if isShared, let before = ranks[0][node], let after = ranks[1][node] {
          detail = before == after ? "same place" : after < before ? "up \(before - after)" : "down \(after - before)"
        }
        nodes.append(
          DiagramNode(
            key: "\(column)/\(naming.key(of: node))", label: "\(position + 1). \(try naming.label(of: node))",
            detail: detail, kind: types.firstIndex(of: node.type)!,
            role: isShared ? .related : column == 0 ? .left : .entered, column: column, id: try naming.id(of: node)))
      }
    }
    let shared = lists[0].filter { sets[1].contains($0) }
    let edges = shared.map { node -> DiagramEdge in
      let key = naming.key(of: node)
      let (before, after) = (ranks[0][node]!, ranks[1][node]!)
      return DiagramEdge(
        from: "0/\(key)", to: "1/\(key)", weight: 0.06, tooltip: "\(names.0): \(before), \(names.1): \(after)",
        tone: after == before ? .rest : after < before ? .hue(2) : .hue(1))
    }
    return try Diagram(
      title: title,
      caption: "left: \(names.0) · right: \(names.1) · \(shared.count) shared, "
        + "\(lists[1].count - shared.count) entered, \(lists[0].count - shared.count) left",
      kinds: types.map { DiagramKind(naming.snapshot.schema.name(of: $0)) }, nodes: nodes, edges: edges, layout: .flow,
      orderedColumns: [0, 1])
  }
}

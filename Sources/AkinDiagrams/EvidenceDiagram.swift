import AkinGraph
import AkinRanking

/// Draws why something is recommended: the flow of evidence from the sources on the left to the answer on the right.
public struct EvidenceDiagram: Sendable {
  /// Heading of the picture; empty for none.
  public var title = ""
  /// A smaller line below it; empty for none.
  public var caption = ""
  /// What nodes are called; pseudonyms given so far are kept from picture to picture.
  public private(set) var naming: NodeNaming

  /// `naming` decides what nodes are called and who gets a pseudonym.
  public init(naming: NodeNaming) { self.naming = naming }

  /// Sources, what lies between, the item; a ribbon is as wide as its share of the largest of the scores, and what the
  /// parts leave out has a ribbon of its own.
  ///
  /// - Parameter evidence: one item, or several to be compared on one scale; each with what is to be said of it.
  /// - Throws: `GraphError.damagedData`; `DiagramError`.
  public mutating func diagram(of evidence: [(evidence: Evidence, detail: String)]) throws -> Diagram {
    let longest = evidence.flatMap(\.evidence.parts).map(\.way.count).max() ?? 0
    let scale =
      evidence.map { item in
        max(abs(item.evidence.score), item.evidence.parts.reduce(abs(item.evidence.remainder)) { $0 + abs($1.amount) })
      }.max() ?? 0
    var types: [NodeTypeID] = evidence.map(\.evidence.node.type)
    for part in evidence.flatMap(\.evidence.parts) {
      types.append(part.source.type)
      for stop in part.way {
        switch stop {
        case .node(let node): types.append(node.type)
        case .crowd(let type, _): types.append(type)
        }
      }
    }
    var kinds: [NodeTypeID] = []
    for type in types where !kinds.contains(type) { kinds.append(type) }
    func kind(_ type: NodeTypeID) -> Int { kinds.firstIndex(of: type)! }

    var nodes: [DiagramNode] = []
    var position: [String: Int] = [:]
    var amounts: [String: Double] = [:]
    func add(_ node: DiagramNode, amount: Double) {
      amounts[node.key, default: 0] += amount
      guard position[node.key] == nil else { return }
      position[node.key] = nodes.count
      nodes.append(node)
    }
    struct Ribbon: Hashable {
      var from: String
      var to: String
      var source: NodeID?
    }
    var order: [Ribbon] = []
    var flows: [Ribbon: (for: Double, against: Double)] = [:]
    func flow(_ ribbon: Ribbon, _ amount: Double) {
      if flows[ribbon] == nil { order.append(ribbon) }
      if amount >= 0 {
        flows[ribbon, default: (0, 0)].for += amount
      } else {
        flows[ribbon, default: (0, 0)].against += amount
      }
    }
    var hues: [NodeID: Int] = [:]
    for (number, item) in evidence.enumerated() {
      let evidence = item.evidence
      let itemKey = "item:\(naming.key(of: evidence.node))"
      for part in evidence.parts {
        if hues[part.source] == nil { hues[part.source] = hues.count }
        var key = "source:\(naming.key(of: part.source))"
        add(
          DiagramNode(
            key: key, label: try naming.label(of: part.source), kind: kind(part.source.type), role: .source, column: 0,
            id: try naming.id(of: part.source)), amount: part.amount)
        for (place, stop) in part.way.enumerated() {
          // Short ways end where long ones do: next to the item.
          let column = longest - part.way.count + place + 1
          let next: DiagramNode
          let mark = place == 0 && part.isLonger ? "… " : ""
          switch stop {
          case .node(let node):
            next = DiagramNode(
              key: "\(mark)\(column):\(naming.key(of: node))", label: mark + (try naming.label(of: node)),
              kind: kind(node.type),
              role: .connector, column: column, id: try naming.id(of: node))
          case .crowd(let type, let count):
            next = DiagramNode(
              key: "\(mark)\(column):crowd:\(kind(type)):\(key)>\(itemKey)",
              label: mark + "\(naming.snapshot.schema.name(of: type)) × \(count)", kind: kind(type), role: .connector,
              column: column)
          }
          add(next, amount: part.amount)
          flow(Ribbon(from: key, to: next.key, source: part.source), part.amount)
          key = next.key
        }
        flow(Ribbon(from: key, to: itemKey, source: part.source), part.amount)
      }
      // What a source gives by ways that are not named is the source's all the same.
      var remainder = evidence.remainder
      for other in longest > 0 ? evidence.unnamed : [] {
        let (source, ways) = ("source:\(naming.key(of: other.source))", "ways:\(number)")
        amounts[source, default: 0] += other.amount
        remainder -= other.amount
        add(
          DiagramNode(
            key: ways, label: "other ways", kind: kind(evidence.node.type), role: .more, column: longest),
          amount: other.amount)
        flow(Ribbon(from: source, to: ways, source: other.source), other.amount)
        flow(Ribbon(from: ways, to: itemKey, source: other.source), other.amount)
      }
      if abs(remainder) > 1e-9 * abs(evidence.score) || evidence.parts.isEmpty {
        let rest = "rest:\(number)"
        let others = evidence.isBySource ? evidence.sourceCount - evidence.parts.count : 0
        let restName = others > 0 ? "\(others) more source\(others == 1 ? "" : "s")" : "everything else"
        let hidden = evidence.hiddenPathCount > 0 ? ", paths kept back: \(evidence.hiddenPathCount)" : ""
        add(
          DiagramNode(
            key: rest, label: evidence.parts.isEmpty ? "no single source" : restName + hidden,
            kind: kind(evidence.node.type), role: .more, column: 0), amount: remainder)
        flow(Ribbon(from: rest, to: itemKey, source: nil), remainder)
      }
      add(
        DiagramNode(
          key: itemKey, label: try naming.label(of: evidence.node),
          detail: item.detail.isEmpty ? "score \(Evidence.text(evidence.score))" : item.detail,
          kind: kind(evidence.node.type), role: .related, column: longest + 1, id: try naming.id(of: evidence.node)),
        amount: 0)
    }
    let only = evidence.count == 1 ? evidence[0].evidence : nil
    func said(_ amount: Double) -> String {
      if let only { return only.share(amount) }
      guard scale > 0 else { return Evidence.text(amount) }
      return Evidence.percent(amount / scale * 100)
    }
    // A source of several items has no share of any one.
    for number in nodes.indices where nodes[number].role != .related && (only != nil || nodes[number].role != .source) {
      nodes[number].detail = said(amounts[nodes[number].key]!)
    }
    let leaving = Dictionary(grouping: order, by: \.from).mapValues(\.count)
    let arriving = Dictionary(grouping: order, by: \.to).mapValues(\.count)
    var edges: [DiagramEdge] = []
    for ribbon in order {
      let (gain, loss) = flows[ribbon]!
      for (amount, isAgainst) in [(gain, false), (-loss, true)] where amount > 0 {
        let tone: DiagramTone =
          isAgainst ? .against : ribbon.source.map { .hue(hues[$0]!) } ?? .rest
        let text = said(isAgainst ? -amount : amount)
        let ends = [ribbon.from, ribbon.to].map { nodes[position[$0]!].label }
        // A ribbon that is all of a node's has its share in the node.
        let isAlone = leaving[ribbon.from] == 1 || arriving[ribbon.to] == 1
        edges.append(
          DiagramEdge(
            from: ribbon.from, to: ribbon.to, weight: scale > 0 ? min(1, amount / scale) : 0, isDirected: true,
            label: isAlone && gain * loss == 0 ? "" : text, tooltip: "\(ends[0]) → \(ends[1]): \(text)", tone: tone))
      }
    }
    return try Diagram(
      title: title, caption: caption, kinds: kinds.map { DiagramKind(naming.snapshot.schema.name(of: $0)) },
      nodes: nodes, edges: edges, layout: .flow)
  }
}

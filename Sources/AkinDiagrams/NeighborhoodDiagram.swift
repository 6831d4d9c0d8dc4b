public import AkinGraph
public import AkinRanking

/// The surroundings of some nodes, as a walk or another method found them, before it is decided what deserves ink.
public struct Neighborhood: Sendable {
  public var snapshot: Snapshot
  /// From a related node to what connects it with others.
  public var hop: Hop
  public var sources: [NodeID]
  /// Best first.
  public var related: [RankedNode]
  /// What leads from the sources to related nodes, by how much passed through it; in any order.
  public var connectors: [RankedNode]

  public init(
    snapshot: Snapshot, hop: Hop, sources: [NodeID], related: [RankedNode], connectors: [RankedNode]
  ) {
    self.snapshot = snapshot
    self.hop = hop
    self.sources = sources
    self.related = related
    self.connectors = connectors
  }
}

/// How a neighbourhood is drawn.
public struct NeighborhoodOptions: Sendable, Equatable {
  /// Nodes in the picture, sources included; at least 3.
  public var limit = 40
  /// `nil`: columns, from the sources over what connects to what is related.
  public var layout: DiagramLayout?
  public var title = ""
  public var caption = ""

  public init() {}
}

extension Neighborhood {
  /// Related nodes take two fifths of the picture, what connects them the rest: fewer leave the reason unseen.
  private static let relatedShare = 0.4
  /// Lines to a related node; more make a picture in which nothing can be followed.
  private static let linesPerRelated = 3
  private static let linesPerConnector = 4
  /// Connectors that are looked at, those that most passed through first.
  private static let connectorsConsidered = 2000

  /// The picture: sources, the best related nodes, and the connectors through which most of the way between them leads.
  ///
  /// A connector is taken only when it touches a source and a related node that is drawn. Of the edges between connectors
  /// and related nodes the strongest few of each node are drawn.
  ///
  /// - Throws: `GraphError.damagedData`; `DiagramError`.
  /// - Complexity: O(edges of the connectors considered).
  public func diagram(_ options: NeighborhoodOptions = NeighborhoodOptions()) throws -> Diagram {
    precondition(options.limit >= 3, "limit must be at least 3, found \(options.limit)")
    let shownSources = Array(sources.prefix(options.limit / 3))
    let room = options.limit - shownSources.count
    let wanted = Array(related.prefix(max(1, Int((Double(room) * Self.relatedShare).rounded()))))
    let links = try links(from: shownSources, to: wanted, most: room - wanted.count)
    let drawn = wanted.filter { item in links.contains { $0.items.contains { $0.node == item.node } } }
    var nodes: [DiagramNode] = []
    for source in shownSources {
      nodes.append(try node(source, role: .source, column: 0, detail: ""))
    }
    func hasOwnColumn(_ node: NodeID) -> Bool { !shownSources.contains(node) }
    for link in links where hasOwnColumn(link.connector) {
      nodes.append(try node(link.connector, role: .connector, column: 1, detail: ""))
    }
    let reach = try reach(of: shownSources)
    for item in drawn where hasOwnColumn(item.node) {
      nodes.append(try node(item.node, role: .related, column: 2, detail: try sharing(item.node, reach)))
    }
    let keys = Set(nodes.map(\.key))
    return try Diagram(
      title: options.title, caption: options.caption, kinds: kinds, nodes: nodes,
      edges: edges(links, within: keys), layout: options.layout, weightMeaning: weightMeaning, orderedColumns: [2])
  }

  /// A connector with its edges that may be drawn.
  private struct Link {
    var connector: NodeID
    /// How much passes along one of its edges.
    var flow: Double
    var sources: [End]
    var items: [End]
    var gain: Double { flow * Double(items.count) }

    struct End {
      var node: NodeID
      var weight: Double
    }
  }

  private func links(from sources: [NodeID], to items: [RankedNode], most: Int) throws -> [Link] {
    let edges = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    let isSource = Set(sources)
    let isItem = Set(items.map(\.node))
    var links: [Link] = []
    let considered = connectors.sorted { ($1.score, $0.node) < ($0.score, $1.node) }.prefix(Self.connectorsConsidered)
    // What is related is not drawn a second time as what leads there.
    for connector in considered where !isItem.contains(connector.node) {
      let row = try edges.edges(of: connector.node.index)
      guard !row.isEmpty else { continue }
      // A source that is itself the connector, as a user is to their items, touches itself.
      var link = Link(
        connector: connector.node, flow: connector.score / Double(row.count),
        sources: isSource.contains(connector.node) ? [Link.End(node: connector.node, weight: 1)] : [], items: [])
      for edge in row {
        let end = Link.End(
          node: NodeID(type: snapshot.origin(of: hop), index: try edges.neighbor(at: edge)),
          weight: Double(edges.attributes.weight(at: edge)))
        if isSource.contains(end.node) { link.sources.append(end) }
        if isItem.contains(end.node) { link.items.append(end) }
      }
      if !link.sources.isEmpty, !link.items.isEmpty { links.append(link) }
    }
    return Array(links.sorted { ($1.gain, $0.connector) < ($0.gain, $1.connector) }.prefix(most))
  }

  /// Every edge to a source, and of those to related nodes the strongest, a few of each node at either end, so that no
  /// hub takes all lines; each connector and each related node has at least one.
  private func edges(_ links: [Link], within keys: Set<String>) -> [DiagramEdge] {
    let hasWeights = snapshot.adjacency(hop).attributes.weights != nil
    func strength(_ link: Link, _ end: Link.End) -> Double { hasWeights ? end.weight : link.flow }
    var lines: [(link: Link, end: Link.End)] = []
    var count: [NodeID: Int] = [:]
    var left: [(link: Link, end: Link.End)] = []
    let pairs = links.flatMap { link in link.items.map { (link: link, end: $0) } }
      .sorted {
        (strength($1.link, $1.end), $0.link.connector, $0.end.node)
          < (strength($0.link, $0.end), $1.link.connector, $1.end.node)
      }
    for pair in pairs {
      let isFull =
        count[pair.link.connector, default: 0] >= Self.linesPerConnector
        || count[pair.end.node, default: 0] >= Self.linesPerRelated
      guard !isFull else {
        left.append(pair)
        continue
      }
      for node in [pair.link.connector, pair.end.node] { count[node, default: 0] += 1 }
      lines.append(pair)
    }
    for pair in left where count[pair.link.connector] == nil || count[pair.end.node] == nil {
      for node in [pair.link.connector, pair.end.node] { count[node, default: 0] += 1 }
      lines.append(pair)
    }
    lines = links.flatMap { link in link.sources.map { (link: link, end: $0) } } + lines
    let strengths = lines.map { strength($0.link, $0.end) }
    let (least, most) = (strengths.min() ?? 0, strengths.max() ?? 1)
    let isOneType = snapshot.origin(of: hop) == snapshot.destination(of: hop)
    return zip(lines, strengths).compactMap { line, strength in
      let (connector, other) = (key(line.link.connector), key(line.end.node))
      guard connector != other, keys.contains(connector), keys.contains(other) else { return nil }
      // An edge of the graph leads from the connector where related nodes are its targets.
      let leadsFromConnector = hop.direction == .reverse
      return DiagramEdge(
        from: leadsFromConnector ? connector : other, to: leadsFromConnector ? other : connector,
        weight: most > least ? (strength - least) / (most - least) : 0.4, isDirected: isOneType)
    }
  }

  private var kinds: [DiagramKind] {
    let types = [snapshot.origin(of: hop), snapshot.destination(of: hop)]
    let isOneType = types[0] == types[1]
    return (isOneType ? [types[0]] : types).map { DiagramKind(snapshot.schema.name(of: $0)) }
  }

  private var weightMeaning: String? {
    guard snapshot.adjacency(hop).attributes.weights != nil else { return "how much leads through it" }
    return snapshot.schema.relations[hop.relation].weightName ?? "weight"
  }

  private func node(_ node: NodeID, role: DiagramRole, column: Int, detail: String) throws -> DiagramNode {
    let table = snapshot.table(of: node.type)
    let id = try table.ids.string(at: Int(node.index))
    let type = snapshot.schema.name(of: node.type)
    // A bare number says nothing: "user 42".
    let name = try table.label(of: node.index) ?? (id.allSatisfy(\.isNumber) ? "\(type) \(id)" : id)
    return DiagramNode(
      key: key(node), label: name, detail: detail, kind: node.type == snapshot.origin(of: hop) ? 0 : 1, role: role,
      column: column)
  }

  private func key(_ node: NodeID) -> String { "\(node.type.rawValue):\(node.index)" }

  /// All connectors next to a source.
  private func reach(of sources: [NodeID]) throws -> Set<UInt32> {
    let outward = snapshot.adjacency(hop)
    var reach: Set<UInt32> = []
    for source in sources {
      if source.type == snapshot.origin(of: hop) {
        for edge in try outward.edges(of: source.index) { reach.insert(try outward.neighbor(at: edge)) }
      } else {
        reach.insert(source.index)
      }
    }
    return reach
  }

  /// "20 of 33 shared": the connectors of a related node that are next to a source too.
  private func sharing(_ node: NodeID, _ reach: Set<UInt32>) throws -> String {
    let outward = snapshot.adjacency(hop)
    let row = try outward.edges(of: node.index)
    var shared = 0
    for edge in row where reach.contains(try outward.neighbor(at: edge)) { shared += 1 }
    return "\(shared) of \(row.count) shared"
  }
}

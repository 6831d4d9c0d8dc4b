public import AkinGraph
public import AkinRanking

/// The surroundings of some nodes, as a walk or another method found them, before it is decided what deserves ink.
public struct Neighborhood: Sendable {
  /// The graph that the nodes are of.
  public var snapshot: Snapshot
  /// From a related node to what connects it with others.
  public var hop: Hop
  /// What the question was about.
  public var sources: [NodeID]
  /// Best first.
  public var related: [RankedNode]
  /// What leads from the sources to related nodes, by how much passed through it; in any order.
  public var connectors: [RankedNode]

  /// `related` is best first and of the type that `hop` starts from; `connectors` may come in any order.
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
  /// `nil` chooses by size.
  public var shape: NeighborhoodShape?
  /// `nil`: the one that belongs to the shape.
  public var layout: DiagramLayout?
  /// Says how many neighbours of a source are not drawn, where there is room for it.
  public var showsStubs = true
  /// The type whose nodes get pseudonyms, unless they are sources.
  public var privateType: NodeTypeID?
  /// Heading of the picture; empty for none.
  public var title = ""
  /// A smaller line below it; empty for none.
  public var caption = ""

  /// Forty nodes, in a shape chosen by their number, with nobody's name withheld.
  public init() {}
}

/// How the nodes of a neighbourhood stand to each other.
public enum NeighborhoodShape: String, Sendable, CaseIterable {
  /// From the sources over what connects to what is related, left to right.
  case columns
  /// What connects on the left; sources and what is related on the right.
  case twoColumns = "two-columns"
  /// Rings around the source.
  case radial
  /// Joined nodes close together.
  case springs

  /// Columns longer than this are a strip that nobody can read.
  public static let longestColumn = 26

  static func suggested(sourceCount: Int, connectorCount: Int, relatedCount: Int) -> NeighborhoodShape {
    max(sourceCount, connectorCount, relatedCount) <= longestColumn ? .columns : .springs
  }
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
    var naming = NodeNaming(snapshot, privateType: options.privateType, known: sources)
    let shownSources = Array(sources.prefix(max(1, options.limit - 2)))
    let hasStubs = options.showsStubs && options.limit >= shownSources.count + 12
    let room = options.limit - shownSources.count - (hasStubs ? shownSources.count : 0)
    let wanted = Array(related.prefix(max(1, Int((Double(room) * Self.relatedShare).rounded()))))
    let links = try links(from: shownSources, to: wanted, most: room - wanted.count)
    let drawn = wanted.filter { item in links.contains { $0.items.contains { $0.node == item.node } } }
    func hasOwnColumn(_ node: NodeID) -> Bool { !shownSources.contains(node) }
    let connectors = links.map(\.connector).filter(hasOwnColumn)
    let items = drawn.map(\.node).filter(hasOwnColumn)
    let shape =
      options.shape
      ?? .suggested(
        sourceCount: shownSources.count, connectorCount: connectors.count + (hasStubs ? shownSources.count : 0),
        relatedCount: items.count)
    func column(_ role: DiagramRole) -> Int? {
      switch shape {
      case .columns: role == .source ? 0 : role == .related ? 2 : 1
      case .twoColumns: role == .connector || role == .more ? 0 : 1
      case .radial, .springs: nil
      }
    }
    var nodes: [DiagramNode] = []
    var keys: [NodeID: String] = [:]
    func add(_ node: NodeID, _ role: DiagramRole, detail: String = "", tooltip: String? = nil) throws {
      let label = try naming.label(of: node)
      let key = naming.key(of: node)
      keys[node] = key
      nodes.append(
        DiagramNode(
          key: key, label: label, detail: detail, kind: node.type == snapshot.origin(of: hop) ? 0 : 1, role: role,
          column: column(role), tooltip: tooltip.map { "\(label) · \($0)" }, id: try naming.id(of: node)))
    }
    for source in shownSources { try add(source, .source) }
    let drawnCount = Dictionary(uniqueKeysWithValues: links.map { ($0.connector, $0.sources.count + $0.items.count) })
    for connector in connectors {
      let degree = try snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite)).degree(
        of: connector.index)
      try add(
        connector, .connector, tooltip: "\(degree) edges, \(degree - drawnCount[connector]!) of them lead elsewhere")
    }
    let reach = try reach(of: shownSources)
    for item in items { try add(item, .related, detail: try sharing(item, reach)) }
    var edges = edges(links, keys)
    if hasStubs {
      for source in shownSources {
        let hidden = try hiddenCount(of: source, drawn: keys)
        guard hidden > 0 else { continue }
        let key = "more/\(keys[source]!)"
        let other = source.type == snapshot.origin(of: hop) ? snapshot.destination(of: hop) : snapshot.origin(of: hop)
        nodes.append(
          DiagramNode(
            key: key, label: "+ \(hidden) more",
            kind: other == snapshot.origin(of: hop) ? 0 : 1, role: .more, column: column(.more),
            tooltip: "\(hidden) neighbours are not drawn"))
        edges.append(
          DiagramEdge(
            from: keys[source]!, to: key, weight: 0, tooltip: "\(hidden) neighbours are not drawn", tone: .rest))
      }
    }
    let layout: DiagramLayout? =
      options.layout ?? (shape == .radial && shownSources.count == 1 ? .rings : nil)
    return try Diagram(
      title: options.title, caption: options.caption, kinds: kinds, nodes: nodes, edges: edges, layout: layout,
      weightMeaning: weightMeaning, orderedColumns: shape == .columns ? [2] : [])
  }

  /// How many different neighbours of a source have no place in the picture.
  private func hiddenCount(of source: NodeID, drawn: [NodeID: String]) throws -> Int {
    let isItem = source.type == snapshot.origin(of: hop)
    let adjacency =
      isItem
      ? snapshot.adjacency(hop) : snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    let type = isItem ? snapshot.destination(of: hop) : snapshot.origin(of: hop)
    var hidden = 0
    var previous: UInt32?
    for edge in try adjacency.edges(of: source.index) {
      let neighbor = try adjacency.neighbor(at: edge)
      // Rows are sorted: parallel edges lie side by side.
      guard neighbor != previous else { continue }
      previous = neighbor
      if drawn[NodeID(type: type, index: neighbor)] == nil { hidden += 1 }
    }
    return hidden
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
  private func edges(_ links: [Link], _ keys: [NodeID: String]) -> [DiagramEdge] {
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
      guard let connector = keys[line.link.connector], let other = keys[line.end.node], connector != other else {
        return nil
      }
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

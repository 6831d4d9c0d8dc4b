public import AkinGraph
public import AkinRanking

/// What lies around some nodes along any relations, with how much of a walk passes there.
public struct Surroundings: Sendable {
  /// The graph that was walked on.
  public var snapshot: Snapshot
  /// Where the walk began.
  public var sources: [NodeID]
  /// In order of discovery, the sources first.
  public var places: [Place]
  /// Positions of relations that were followed.
  public var relations: [Int]
  /// The types that could appear; all for `nil`.
  public var types: Set<NodeTypeID>?

  /// A node that the walk came to.
  public struct Place: Sendable, Equatable {
    /// The node, of any type.
    public var node: NodeID
    /// Share of the walk's visits.
    public var mass: Double
    /// Where most of the walk came from when it first arrived: position in `places`; `nil` for sources.
    public var origin: Int?

    /// `mass` is a share in 0...1; `origin` is a position of an earlier place.
    public init(node: NodeID, mass: Double, origin: Int?) {
      self.node = node
      self.mass = mass
      self.origin = origin
    }
  }

  /// `places` are in order of discovery, sources first; `relations` are positions in the schema.
  public init(
    snapshot: Snapshot, sources: [NodeID], places: [Place], relations: [Int], types: Set<NodeTypeID>? = nil
  ) {
    self.snapshot = snapshot
    self.sources = sources
    self.places = places
    self.relations = relations
    self.types = types
  }

  /// Lines between the nodes drawn, for each node; more make a picture in which nothing can be followed.
  private static let linesPerNode = 2

  /// The nodes of most mass, each with the chain of nodes that leads to it, and the edges among them.
  ///
  /// - Throws: `GraphError.damagedData`; `DiagramError`.
  public func diagram(_ options: NeighborhoodOptions = NeighborhoodOptions()) throws -> Diagram {
    precondition(options.limit >= 3, "limit must be at least 3, found \(options.limit)")
    var naming = NodeNaming(snapshot, privateType: options.privateType, known: sources)
    let chosen = chosen(options.limit - (options.showsStubs && options.limit >= 12 ? sources.count : 0))
    var types: [NodeTypeID] = []
    for position in chosen where !types.contains(places[position].node.type) {
      types.append(places[position].node.type)
    }
    let numbers = Dictionary(uniqueKeysWithValues: chosen.map { (places[$0].node, $0) })
    let lines = try lines(chosen, numbers)
    let (least, most) = (lines.map(\.strength).min() ?? 0, lines.map(\.strength).max() ?? 1)
    let hasNames = Set(lines.map(\.relation)).count > 1
    var nodes: [DiagramNode] = []
    for position in chosen {
      let place = places[position]
      nodes.append(
        DiagramNode(
          key: naming.key(of: place.node), label: try naming.label(of: place.node),
          kind: types.firstIndex(of: place.node.type)!, role: place.origin == nil ? .source : .related,
          tooltip: nil, id: try naming.id(of: place.node)))
    }
    var edges = lines.map { line in
      let relation = snapshot.schema.relations[line.relation]
      return DiagramEdge(
        from: naming.key(of: line.from), to: naming.key(of: line.to),
        weight: most > least ? (line.strength - least) / (most - least) : 0.4,
        isDirected: relation.source == relation.target || hasNames, tooltip: relation.name,
        tone: hasNames ? .hue(relations.firstIndex(of: line.relation) ?? 0) : .plain)
    }
    if options.showsStubs, options.limit >= 12 {
      for source in sources.prefix(options.limit / 4) {
        let hidden = try hiddenCount(of: source, numbers)
        guard hidden > 0 else { continue }
        let key = "more/\(naming.key(of: source))"
        nodes.append(
          DiagramNode(
            key: key, label: "+ \(hidden) more", kind: 0, role: .more, tooltip: "\(hidden) neighbours are not drawn"))
        edges.append(
          DiagramEdge(
            from: naming.key(of: source), to: key, weight: 0, tooltip: "\(hidden) neighbours are not drawn", tone: .rest
          ))
      }
    }
    return try Diagram(
      title: options.title, caption: options.caption,
      kinds: types.map { DiagramKind(snapshot.schema.name(of: $0)) }, nodes: nodes, edges: edges,
      layout: options.layout ?? (options.shape == .radial && sources.count == 1 ? .twopi : nil),
      weightMeaning: "more of the walk")
  }

  /// By falling mass, each with the way to it, as long as there is room; then in order of discovery.
  private func chosen(_ limit: Int) -> [Int] {
    var taken = Set(places.indices.filter { places[$0].origin == nil })
    let order = places.indices.sorted { (places[$1].mass, $0) < (places[$0].mass, $1) }
    for position in order {
      var chain: [Int] = []
      var next: Int? = position
      while let place = next, !taken.contains(place) {
        chain.append(place)
        next = places[place].origin
      }
      if taken.count + chain.count <= limit { taken.formUnion(chain) }
    }
    return taken.sorted()
  }

  private struct Line {
    var from: NodeID
    var to: NodeID
    var relation: Int
    var strength: Double
    var isWay: Bool
  }

  /// The edge that each node was reached by, and the strongest of the others.
  private func lines(_ chosen: [Int], _ numbers: [NodeID: Int]) throws -> [Line] {
    var found: [Line] = []
    for number in relations {
      let relation = snapshot.schema.relations[number]
      let forward = snapshot.relations[number].forward
      for position in chosen where places[position].node.type == relation.sourceType {
        var previous: UInt32?
        for edge in try forward.edges(of: places[position].node.index) {
          let target = try forward.neighbor(at: edge)
          guard target != previous else { continue }
          previous = target
          guard let other = numbers[NodeID(type: relation.targetType, index: target)], other != position else {
            continue
          }
          found.append(
            Line(
              from: places[position].node, to: places[other].node, relation: number,
              strength: min(places[position].mass, places[other].mass),
              isWay: places[position].origin == other || places[other].origin == position))
        }
      }
    }
    let ways = found.filter(\.isWay)
    let others = found.filter { !$0.isWay }.enumerated()
      .sorted { ($1.element.strength, $0.offset) < ($0.element.strength, $1.offset) }.map(\.element)
    return ways + others.prefix(max(0, chosen.count * Self.linesPerNode - ways.count))
  }

  private func hiddenCount(of source: NodeID, _ numbers: [NodeID: Int]) throws -> Int {
    var hidden: Set<NodeID> = []
    for number in relations {
      for direction in Direction.allCases {
        let hop = Hop(relation: number, direction: direction)
        guard snapshot.origin(of: hop) == source.type, types?.contains(snapshot.destination(of: hop)) ?? true else {
          continue
        }
        let adjacency = snapshot.adjacency(hop)
        for edge in try adjacency.edges(of: source.index) {
          let node = NodeID(type: snapshot.destination(of: hop), index: try adjacency.neighbor(at: edge))
          if numbers[node] == nil { hidden.insert(node) }
        }
      }
    }
    return hidden.count
  }
}

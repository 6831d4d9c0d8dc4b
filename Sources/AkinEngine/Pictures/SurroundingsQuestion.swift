public import AkinDiagrams
import AkinGraph
public import AkinRanking

extension Engine {
  /// What lies within `hops` edges of the sources along `relations`, with how much of a walk of that many steps passes
  /// there.
  ///
  /// Of the mass at a node the share `damping` goes on, alike along each edge of the relations; the mass of a node is what
  /// arrives in all steps. Mass below a hundred-thousandth is not followed, which bounds the work.
  ///
  /// - Parameters:
  ///   - relations: names; all for `nil`.
  ///   - types: names of the types that may appear besides the sources'; all for `nil`.
  /// - Throws: `EngineError.unknownRelation`, `.unknownType`; `GraphError.damagedData`.
  /// - Complexity: O(edges of the nodes followed), at most 100,000 nodes a step.
  public func surroundings(
    of sources: [NodeID], hops: Int, relations: [String]? = nil, types: [String]? = nil, damping: Double = 0.85
  ) throws -> Surroundings {
    precondition(hops >= 1, "hops must be at least 1, found \(hops)")
    let schema = snapshot.schema
    var followed = Array(schema.relations.indices)
    if let relations {
      for name in relations where !schema.relations.contains(where: { $0.name == name }) {
        throw EngineError.unknownRelation(name, known: schema.relations.map(\.name))
      }
      followed = followed.filter { relations.contains(schema.relations[$0].name) }
    }
    var admitted = Set(schema.nodeTypes.indices.map { NodeTypeID(rawValue: UInt16($0)) })
    if let types {
      admitted = Set(sources.map(\.type))
      for name in types {
        guard let type = schema.nodeType(named: name) else {
          throw EngineError.unknownType(name, known: schema.nodeTypes.map(\.name))
        }
        admitted.insert(type)
      }
    }
    let ways = followed.flatMap { number in Direction.allCases.map { Hop(relation: number, direction: $0) } }
      .filter { admitted.contains(snapshot.destination(of: $0)) }

    var places: [Surroundings.Place] = []
    var position: [NodeID: Int] = [:]
    for source in sources where position[source] == nil {
      position[source] = places.count
      places.append(.init(node: source, mass: 0, origin: nil))
    }
    let start = 1 / Double(places.count)
    for place in places.indices { places[place].mass = start }
    var current = places.indices.map { (place: $0, mass: start) }
    for _ in 0..<hops {
      var next: [Int: Double] = [:]
      var arrivals: [Int: Double] = [:]
      for (place, mass) in current {
        let node = places[place].node
        var rows: [(hop: Hop, edges: Range<Int>)] = []
        for way in ways where snapshot.origin(of: way) == node.type {
          let row = try snapshot.adjacency(way).edges(of: node.index)
          if !row.isEmpty { rows.append((way, row)) }
        }
        let degree = rows.reduce(0) { $0 + $1.edges.count }
        guard degree > 0 else { continue }
        let flow = mass * damping / Double(degree)
        for (hop, row) in rows {
          let adjacency = snapshot.adjacency(hop)
          for edge in row {
            let other = NodeID(type: snapshot.destination(of: hop), index: try adjacency.neighbor(at: edge))
            if let known = position[other] {
              next[known, default: 0] += flow
              // Still being discovered in this step: the strongest way in counts.
              if let best = arrivals[known], flow > best {
                arrivals[known] = flow
                places[known].origin = place
              }
            } else {
              position[other] = places.count
              next[places.count] = flow
              arrivals[places.count] = flow
              places.append(.init(node: other, mass: 0, origin: place))
            }
          }
        }
      }
      for (place, mass) in next { places[place].mass += mass }
      current = next.filter { $0.value > 1e-5 }.map { (place: $0.key, mass: $0.value) }
        .sorted { ($1.mass, $0.place) < ($0.mass, $1.place) }
      current = Array(current.prefix(100_000))
    }
    return Surroundings(snapshot: snapshot, sources: sources, places: places, relations: followed, types: admitted)
  }

  /// The graph of what happened from `since` to before `until`: edges of every relation with times, the nodes as they are.
  ///
  /// - Throws: `EngineError.noTimes` where no relation has times; `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(edges).
  public func within(since: Int64?, until: Int64?) throws -> Engine {
    guard since != nil || until != nil else { return self }
    var view = snapshot
    var hasTimes = false
    for number in view.relations.indices {
      guard let times = view.relations[number].forward.attributes.times else { continue }
      hasTimes = true
      view = try view.keepingEdges(of: number, execution: execution) { edge in
        guard let time = times.time(at: edge.position) else { return false }
        return time >= since ?? .min && time < until ?? .max
      }
    }
    guard hasTimes else { throw EngineError.noTimes }
    return Engine(view, execution: execution)
  }

  /// A map of the nodes of one type with most edges, or of those given.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func itemMap(of nodes: [NodeID]? = nil, limit: Int, along relation: String? = nil) throws -> ItemMap {
    let type = nodes?.first?.type ?? recommendedType
    let hop = try hop(along: relation, from: type)
    if let nodes { return ItemMap(snapshot: snapshot, hop: hop, nodes: Array(nodes.prefix(limit))) }
    let adjacency = snapshot.adjacency(hop)
    var top = TopK(limit)
    for index in 0..<UInt32(adjacency.nodeCount) {
      let degree = try adjacency.degree(of: index)
      if degree > 0 { top.offer(index, score: Double(degree)) }
    }
    return ItemMap(snapshot: snapshot, hop: hop, nodes: top.ranked(type: type).map(\.node))
  }
}

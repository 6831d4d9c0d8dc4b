public import AkinGraph
public import AkinRanking

/// Which edges a walk may follow, and in what order: an automaton whose states say what kind of node the walk is at.
///
/// - `alternating`: out along a relation and back, forever: item, user, item, …
/// - `cycle`: typed relations in sequence, a metapath: item –tagged→ tag ←tagged– item ←saved– user –saved→ item.
/// - `anywhere`: at every node a relation is drawn with given probabilities, then one of its edges.
///
/// Source of metapaths: Dong, Chawla & Swami, "metapath2vec", KDD 2017, doi:10.1145/3097983.3098036.
public struct WalkPath: Sendable, Equatable {
  /// Not empty. Walks start at the first state unless another of the type of their source is asked for.
  public let states: [State]

  /// A place in the path.
  public struct State: Sendable, Equatable {
    /// The type of the nodes that a walk is at in this state.
    public var type: NodeTypeID
    /// One is drawn by its probability, among those of which the node has an edge. None: walks end here.
    public var ways: [Way]

    /// Checked when a `WalkPath` is made of the states.
    public init(type: NodeTypeID, ways: [Way]) {
      self.type = type
      self.ways = ways
    }
  }

  /// One relation that may be followed from a state.
  public struct Way: Sendable, Equatable {
    /// The relation, and the direction in which it is followed.
    public var hop: Hop
    /// Positive and finite, relative to the other ways of the state.
    public var probability: Double
    /// Position in `states` of where it leads.
    public var next: Int

    /// `probability` is positive and finite; `next` is a position in `states`. Checked when a `WalkPath` is made.
    public init(hop: Hop, probability: Double = 1, next: Int) {
      self.hop = hop
      self.probability = probability
      self.next = next
    }
  }

  /// - Throws: `WalkError.brokenPath` where a way does not lead from and to the types of its states, leads to no state,
  ///   or has a probability that is not positive and finite.
  public init(states: [State], in schema: Schema) throws(WalkError) {
    guard !states.isEmpty else { throw .brokenPath(place: "path", found: "no state", expected: "at least one") }
    for (number, state) in states.enumerated() {
      guard state.ways.count <= 64 else {
        throw .brokenPath(place: "state \(number)", found: "\(state.ways.count) ways", expected: "at most 64")
      }
      for (position, way) in state.ways.enumerated() {
        let place = "state \(number), way \(position)"
        guard states.indices.contains(way.next) else {
          throw .brokenPath(place: place, found: "next state \(way.next)", expected: "one of 0..<\(states.count)")
        }
        guard way.probability > 0, way.probability.isFinite else {
          throw .brokenPath(
            place: place, found: "probability \(way.probability)", expected: "a positive, finite number")
        }
        let ends = try schema.ends(of: way.hop, at: place)
        guard ends.origin == state.type else {
          throw .brokenPath(
            place: place, found: "a hop from '\(schema.name(of: ends.origin))'",
            expected: "one from '\(schema.name(of: state.type))'")
        }
        guard ends.destination == states[way.next].type else {
          throw .brokenPath(
            place: place, found: "a hop to '\(schema.name(of: ends.destination))'",
            expected: "one to '\(schema.name(of: states[way.next].type))'")
        }
      }
    }
    self.states = states
  }

  /// There and back along one hop, whose ends are known.
  init(alternating hop: Hop, from origin: NodeTypeID, to destination: NodeTypeID) {
    states = [
      State(type: origin, ways: [Way(hop: hop, next: 1)]),
      State(type: destination, ways: [Way(hop: hop.reversed, next: 0)]),
    ]
  }

  /// Out along a hop and back along the same relation, again and again.
  public static func alternating(_ hop: Hop, in schema: Schema) throws(WalkError) -> WalkPath {
    try cycle([hop, hop.reversed], in: schema)
  }

  /// Hops in sequence; after the last the first again where it starts from the type that the last leads to, else walks
  /// end there.
  public static func cycle(_ hops: [Hop], in schema: Schema) throws(WalkError) -> WalkPath {
    var states: [State] = []
    for (position, hop) in hops.enumerated() {
      let ends = try schema.ends(of: hop, at: "hop \(position)")
      states.append(State(type: ends.origin, ways: [Way(hop: hop, next: position + 1)]))
      guard position == hops.count - 1 else { continue }
      if ends.destination == states[0].type {
        states[position].ways[0].next = 0
      } else {
        states.append(State(type: ends.destination, ways: []))
      }
    }
    return try WalkPath(states: states, in: schema)
  }

  /// Any relation in either direction: a state for each node type, in which every relation that has an end there is drawn
  /// with its probability. A relation that joins a type to itself is two ways, one for each direction, each with half.
  ///
  /// - Parameter probabilities: by position of the relation, relative to each other; 0 leaves a relation out, and one
  ///   that is not named counts 1.
  public static func anywhere(in schema: Schema, probabilities: [Int: Double] = [:]) throws(WalkError) -> WalkPath {
    var states = schema.nodeTypes.indices.map { State(type: NodeTypeID(rawValue: UInt16($0)), ways: []) }
    for (number, relation) in schema.relations.enumerated() {
      var probability = probabilities[number] ?? 1
      if probability == 0 { continue }
      if relation.source == relation.target { probability /= 2 }
      for direction in Direction.allCases {
        let (from, to) =
          direction == .forward ? (relation.source, relation.target) : (relation.target, relation.source)
        states[from].ways.append(
          Way(hop: Hop(relation: number, direction: direction), probability: probability, next: to))
      }
    }
    return try WalkPath(states: states, in: schema)
  }

  /// The first state of a type.
  func state(of type: NodeTypeID) -> Int? { states.firstIndex { $0.type == type } }
}

extension Hop {
  var reversed: Hop { Hop(relation: relation, direction: direction.opposite) }
}

extension Schema {
  fileprivate func ends(
    of hop: Hop, at place: String
  ) throws(WalkError) -> (origin: NodeTypeID, destination: NodeTypeID) {
    guard relations.indices.contains(hop.relation) else {
      throw .brokenPath(
        place: place, found: "relation \(hop.relation)", expected: "one of 0..<\(relations.count)")
    }
    let relation = relations[hop.relation]
    return hop.direction == .forward
      ? (relation.sourceType, relation.targetType) : (relation.targetType, relation.sourceType)
  }
}

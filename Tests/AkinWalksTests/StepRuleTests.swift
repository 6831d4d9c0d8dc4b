import AkinGraph
import AkinParallel
import AkinRanking
import AkinWalks
import Foundation
import TestSupport
import Testing

/// Every rule against its exact transition matrix, and against a matrix that is a little off, which must be refused: a
/// bias in the walk is the same as one in the matrix, with the other sign.
@Suite struct StepRuleTests {
  enum Rule: CaseIterable, Sendable {
    case uniform, weighted, decayed, decayedWeights, degreePenalised, category, forbidden, steep
    case node2vecReturning, node2vecStaying, node2vecWeightedBiased, relationProbabilities
  }

  enum Path: CaseIterable, Sendable { case thereAndBack, metapath, anywhere }

  func path(_ path: Path, _ rule: Rule, _ schema: Schema) throws -> WalkPath {
    switch path {
    case .thereAndBack: try .alternating(Hop(relation: 0, direction: .forward), in: schema)
    case .metapath:
      try .cycle(
        [
          Hop(relation: 2, direction: .forward), Hop(relation: 2, direction: .reverse),
          Hop(relation: 0, direction: .reverse), Hop(relation: 0, direction: .forward),
        ], in: schema)
    case .anywhere: try .anywhere(in: schema, probabilities: rule == .relationProbabilities ? [0: 0.2, 1: 3] : [:])
    }
  }

  /// What the library is told, what the definitions say, and what they say with a bias.
  func setting(_ rule: Rule, _ graph: PlainGraph) throws -> (RandomWalkOptions, [NodeBias], PlainRule, PlainRule) {
    var options = RandomWalkOptions()
    options.length = 12
    options.walksPerNode = 900
    var biases: [NodeBias] = []
    var right = PlainRule()
    var wrong = PlainRule()
    let users = NodeTypeID(rawValue: 0)
    let items = NodeTypeID(rawValue: 1)
    switch rule {
    case .uniform, .relationProbabilities: wrong.usesWeights = true
    case .weighted:
      options.weighting = EdgeWeighting(usesWeights: true)
      right.usesWeights = true
    case .decayed:
      options.weighting = EdgeWeighting(halfLife: 150)
      right.halfLife = 150
      wrong.halfLife = 200
    case .decayedWeights:
      options.weighting = EdgeWeighting(usesWeights: true, halfLife: 150)
      right.usesWeights = true
      right.halfLife = 150
      wrong.usesWeights = true
    case .degreePenalised:
      let hop = Hop(relation: 0, direction: .forward)
      biases = [try NodeBias(against: 0.8, degreesIn: hop, of: graph.snapshot)]
      func penalty(_ exponent: Double) -> (PlainGraph.Node) -> Double {
        { node in
          node.type != 1 ? 1 : pow(Double(graph.edges.count { $0.relation == 0 && $0.target == node.index }), -exponent)
        }
      }
      right.factor = penalty(0.8)
      wrong.factor = penalty(0.5)
    case .category:
      let categories = Column((0..<UInt32(PlainGraph.counts[1])).map { $0 % 3 })
      biases = [NodeBias(type: items, preferring: 1, of: categories, others: 0.25)]
      right.factor = { $0.type == 1 && $0.index % 3 != 1 ? 0.25 : 1 }
      wrong.factor = { $0.type == 1 && $0.index % 3 != 1 ? 0.35 : 1 }
    case .forbidden:
      // Item 0 is never gone to; users by two biases at once.
      biases = [
        NodeBias(type: items, factors: Column((0..<PlainGraph.counts[1]).map { $0 == 0 ? 0 : 7 })),
        NodeBias(type: users, factors: Column((0..<PlainGraph.counts[0]).map { Float($0 + 1) })),
        NodeBias(type: users, factors: Column((0..<PlainGraph.counts[0]).map { $0 == 2 ? 2 : 1 })),
      ]
      right.factor = { node in
        node.type == 1
          ? (node.index == 0 ? 0 : 1) : node.type == 0 ? Double(node.index + 1) * (node.index == 2 ? 2 : 1) : 1
      }
      wrong.factor = { node in node.type == 1 ? (node.index == 0 ? 0 : 1) : node.type == 0 ? Double(node.index + 1) : 1
      }
    case .steep:
      // Nearly all draws are refused, so that rows are weighed.
      let factors = (0..<PlainGraph.counts[1]).map { Float($0 == 6 ? 1 : 0.001 * Double($0 + 1)) }
      options.weighting = EdgeWeighting(usesWeights: true)
      options.walksPerNode = 300
      biases = [NodeBias(type: items, factors: Column(factors))]
      right.usesWeights = true
      right.factor = { $0.type == 1 ? Double(factors[$0.index]) : 1 }
      wrong.factor = right.factor
    case .node2vecReturning:
      options.returnParameter = 0.3
      options.inOutParameter = 2
      right.p = 0.3
      right.q = 2
      wrong.p = 0.4
      wrong.q = 2
    case .node2vecStaying:
      options.returnParameter = 4
      options.inOutParameter = 0.25
      right.p = 4
      right.q = 0.25
      wrong.p = 4
      wrong.q = 0.6
    case .node2vecWeightedBiased:
      options.returnParameter = 3
      options.inOutParameter = 0.5
      options.weighting = EdgeWeighting(usesWeights: true)
      biases = [NodeBias(type: users, factors: Column((0..<PlainGraph.counts[0]).map { Float($0 + 1) }))]
      right.p = 3
      right.q = 0.5
      right.usesWeights = true
      right.factor = { $0.type == 0 ? Double($0.index + 1) : 1 }
      wrong = right
      wrong.p = 1.5
    }
    return (options, biases, right, wrong)
  }

  @Test(arguments: Rule.allCases, Path.allCases)
  func `transitions are those of the definition`(rule: Rule, kind: Path) throws {
    let graph = try PlainGraph(seed: 17)
    var (options, biases, right, wrong) = try setting(rule, graph)
    options.seed = 3
    let path = try path(kind, rule, graph.snapshot.schema)
    let found = try Transitions(
      of: RandomWalks(graph.snapshot, along: path, options: options, biases: biases).walks(), along: path,
      areSecondOrder: right.p != 1 || right.q != 1)
    let accepted = found.chiSquare(against: right, in: graph)
    #expect(accepted.isAccepted, "\(accepted) above \(accepted.limit)")
    let refused = found.chiSquare(against: wrong, in: graph)
    #expect(!refused.isAccepted, "\(refused) within \(refused.limit)")
  }

  /// The engine itself walks with a bias that the definition does not know: one item in seven is gone to a fifth less
  /// readily than it should be. The test above must find that out, whatever the rule and the path.
  @Test(arguments: Rule.allCases, Path.allCases)
  func `a bias planted in the walk is found`(rule: Rule, kind: Path) throws {
    let graph = try PlainGraph(seed: 17)
    var (options, biases, right, _) = try setting(rule, graph)
    options.seed = 3
    let factors = (0..<PlainGraph.counts[1]).map { Float($0 == 6 ? 0.8 : 1) }
    biases.append(NodeBias(type: NodeTypeID(rawValue: 1), factors: Column(factors)))
    let path = try path(kind, rule, graph.snapshot.schema)
    let found = try Transitions(
      of: RandomWalks(graph.snapshot, along: path, options: options, biases: biases).walks(), along: path,
      areSecondOrder: right.p != 1 || right.q != 1)
    let refused = found.chiSquare(against: right, in: graph)
    #expect(!refused.isAccepted, "\(refused) within \(refused.limit)")
  }

  /// The engine chooses relations, weighs edges, ages them or turns back a little differently than it is told to.
  @Test(arguments: [Rule.relationProbabilities, .weighted, .decayed, .node2vecReturning, .node2vecStaying])
  func `a parameter that the walk gets wrong is found`(rule: Rule) throws {
    let graph = try PlainGraph(seed: 17)
    var (options, biases, right, _) = try setting(rule, graph)
    options.seed = 3
    let schema = graph.snapshot.schema
    var walked = try path(.anywhere, rule, schema)
    switch rule {
    case .relationProbabilities: walked = try .anywhere(in: schema, probabilities: [0: 0.25, 1: 3])
    case .weighted: options.weighting = EdgeWeighting()
    case .decayed: options.weighting = EdgeWeighting(halfLife: 200)
    case .node2vecReturning: options.returnParameter = 0.4
    default: options.inOutParameter = 0.4
    }
    let found = try Transitions(
      of: RandomWalks(graph.snapshot, along: walked, options: options, biases: biases).walks(),
      along: try path(.anywhere, rule, schema), areSecondOrder: right.p != 1 || right.q != 1)
    let refused = found.chiSquare(against: right, in: graph)
    #expect(!refused.isAccepted, "\(refused) within \(refused.limit)")
  }

  @Test(arguments: Rule.allCases)
  func `walks do not depend on threads or on what is walked beside them`(rule: Rule) throws {
    let graph = try PlainGraph(seed: 4)
    var (options, biases, _, _) = try setting(rule, graph)
    options.walksPerNode = 150
    let path = try path(.anywhere, rule, graph.snapshot.schema)
    let walks = try RandomWalks(graph.snapshot, along: path, options: options, biases: biases).walks()
    #expect(walks.count == 150 * PlainGraph.counts.reduce(0, +))
    let threaded = try RandomWalks(
      graph.snapshot, along: path, options: options, biases: biases, execution: Execution(threads: 3))
    #expect(try threaded.walks() == walks)
    options.seed = 1
    #expect(try RandomWalks(graph.snapshot, along: path, options: options, biases: biases).walks() != walks)
  }

  /// Stationary: with the start drawn by degree every position is distributed by degree. Walks are independent, so the
  /// distance of the mean of n walks from each of K nodes, weighted by π, is in the mean at most ½ √(K · Σπ² / n), and
  /// exceeds that by √(Σπ²/n · ln(10⁶)/2) with probability 1e-6 at most (McDiarmid).
  @Test(arguments: UInt64(0)..<3)
  func `the stationary distribution is by degree`(seed: UInt64) throws {
    let graph = try PlainGraph(seed: seed)
    var options = RandomWalkOptions()
    options.length = 30
    options.walksPerNode = 1500
    options.seed = seed
    let path = try WalkPath.alternating(Hop(relation: 0, direction: .forward), in: graph.snapshot.schema)
    let users = NodeTypeID(rawValue: 0)
    let walks = try RandomWalks(graph.snapshot, along: path, options: options, startTypes: [users]).walks()
    let planted = try RandomWalks(
      graph.snapshot, along: path, options: options,
      biases: [NodeBias(type: users, factors: Column((0..<PlainGraph.counts[0]).map { $0 == 0 ? 0.7 : 1 }))],
      startTypes: [users]
    ).walks()
    let saved = graph.edges.filter { $0.relation == 0 }
    let share = (0..<PlainGraph.counts[0]).map { user in Double(saved.count { $0.source == user }) / Double(saved.count)
    }
    func visits(_ walks: [[NodeID]]) -> [Double] {
      var found = [Double](repeating: 0, count: share.count)
      for walk in walks {
        let weight = share[Int(walk[0].index)] / Double(options.walksPerNode) / Double(options.length / 2)
        for node in walk where node.type == users { found[Int(node.index)] += weight }
      }
      return found
    }
    let squares = share.reduce(0) { $0 + $1 * $1 } / Double(options.walksPerNode)
    let limit = 0.5 * (Double(share.count) * squares).squareRoot() + (squares * log(1e6) / 2).squareRoot()
    func distance(_ found: [Double]) -> Double { zip(found, share).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
    #expect(distance(visits(walks)) < limit)
    // A walk that avoids one user a little does not have this distribution.
    #expect(distance(visits(planted)) > limit)
    #expect(distance([Double](repeating: 1 / Double(share.count), count: share.count)) > limit)
  }

  @Test func `an edge of unknown time is as old as the oldest of its node`() throws {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let saved = builder.addRelation("saved", from: user, to: item, duplicates: .last)
    for index in 0..<3 { _ = try builder.intern("\(index)", type: item) }
    _ = try builder.intern("u", type: user)
    for (target, time) in [1000, 0, TimeColumn.unknown].enumerated() {
      builder.addEdge(saved, from: 0, to: UInt32(target), weight: nil, time: time)
    }
    let snapshot = try builder.build().snapshot
    var options = RandomWalkOptions()
    options.length = 2
    options.walksPerNode = 40_000
    options.weighting = EdgeWeighting(halfLife: 500)
    let walks = try RandomWalks(
      snapshot, along: .cycle([Hop(relation: 0, direction: .forward)], in: snapshot.schema), options: options,
      startTypes: [user]
    ).walks()
    var observed: [PlainGraph.Node: Int] = [:]
    for walk in walks { observed[PlainGraph.Node(type: 1, index: Int(walk[1].index)), default: 0] += 1 }
    var chiSquare = ChiSquare()
    let shares = [4.0 / 6, 1.0 / 6, 1.0 / 6].enumerated().map {
      (PlainGraph.Node(type: 1, index: $0.offset), $0.element)
    }
    chiSquare.add(observed, expected: Dictionary(uniqueKeysWithValues: shares))
    #expect(chiSquare.isAccepted)
  }

  @Test func `walks end where no edge leads on, and do not start where none leads off`() throws {
    let snapshot = try bipartiteSnapshot([("a", "b"), ("b", "c")], sourceType: "package", targetType: "package")
    let path = try WalkPath.cycle([Hop(relation: 0, direction: .forward)], in: snapshot.schema)
    var options = RandomWalkOptions()
    options.walksPerNode = 2
    options.length = 5
    let walks = try RandomWalks(snapshot, along: path, options: options).walks()
    #expect(walks.map { $0.map(\.index) } == [[0, 1, 2], [1, 2], [0, 1, 2], [1, 2]])
    // Nothing may be gone to.
    let none = NodeBias(type: NodeTypeID(rawValue: 0), factors: Column([1, 0, 1]))
    let stuck = try RandomWalks(snapshot, along: path, options: options, biases: [none]).walks()
    #expect(stuck.map { $0.map(\.index) } == [[0], [1, 2], [0], [1, 2]])
  }

  @Test func `a path that does not hold together is refused`() throws {
    let schema = try PlainGraph(seed: 0).snapshot.schema
    let saved = Hop(relation: 0, direction: .forward)
    #expect(throws: WalkError.brokenPath(place: "hop 0", found: "relation 9", expected: "one of 0..<3")) {
      try WalkPath.cycle([Hop(relation: 9, direction: .forward)], in: schema)
    }
    #expect(
      throws: WalkError.brokenPath(place: "state 0, way 0", found: "a hop to 'item'", expected: "one to 'user'")
    ) {
      try WalkPath.cycle([saved, saved], in: schema)
    }
    #expect(throws: WalkError.brokenPath(place: "path", found: "no state", expected: "at least one")) {
      try WalkPath.cycle([], in: schema)
    }
    #expect(
      throws: WalkError.brokenPath(
        place: "state 0, way 0", found: "probability -1.0", expected: "a positive, finite number")
    ) {
      try WalkPath.anywhere(in: schema, probabilities: [0: -1])
    }
  }
}

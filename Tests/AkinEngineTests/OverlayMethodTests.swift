import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

/// Every method of the registry answers of a snapshot and what was appended to it as of the graph of all edges at once.
@Suite struct OverlayMethodTests {
  private struct Edge: Hashable {
    var user: String
    var item: String
  }

  /// What is saved how strongly and when; later edges replace earlier ones of the same pair.
  private struct Saved {
    var users: [String] = []
    var items: [String] = []
    var edges: [Edge: (weight: Float, time: Int64)] = [:]

    mutating func add(_ edge: Edge, _ weight: Float, _ time: Int64) {
      if !users.contains(edge.user) { users.append(edge.user) }
      if !items.contains(edge.item) { items.append(edge.item) }
      edges[edge] = (weight, time)
    }

    func snapshot() throws -> Snapshot {
      var builder = GraphBuilder()
      let user = builder.addNodeType("user")
      let item = builder.addNodeType("item")
      let relation = builder.addRelation("rated", from: user, to: item, duplicates: .last, weightName: "rating")
      let category = builder.addNodeType("category")
      let inCategory = builder.addRelation("in", from: item, to: category, duplicates: .last)
      for id in ["c0", "c1"] { _ = try builder.intern(id, type: category) }
      for id in users { _ = try builder.intern(id, type: user) }
      for id in items { _ = try builder.intern(id, type: item) }
      for (edge, what) in edges.sorted(by: { ($0.key.user, $0.key.item) < ($1.key.user, $1.key.item) }) {
        builder.addEdge(
          relation, from: builder.index(of: edge.user, type: user)!, to: builder.index(of: edge.item, type: item)!,
          weight: what.weight, time: what.time)
      }
      for id in items {
        builder.addEdge(
          inCategory, from: builder.index(of: id, type: item)!,
          to: builder.index(of: Self.category(of: id), type: category)!)
      }
      return try builder.build().snapshot
    }

    static func category(of item: String) -> String { "c\(item.utf8.count % 2)" }
  }

  /// A base, what is appended to it in two batches (new users and items, replaced edges, edges and nodes that go), and the
  /// graph that it comes to.
  private static func graphs(in folder: TemporaryFolder, seed: UInt64) throws -> (live: Snapshot, whole: Snapshot) {
    var random = SplitMix64(seed: seed)
    var saved = Saved()
    func edge(_ count: Int) -> Edge {
      Edge(user: "u\(Int.random(in: 0..<count, using: &random))", item: "i\(Int.random(in: 0..<count, using: &random))")
    }
    func weight() -> Float { Float(Int.random(in: 1...10, using: &random)) / 2 }
    for number in 0..<130 { saved.add(edge(16), weight(), Int64(number) * 86_400) }
    let path = folder.file("g.akin")
    try saved.snapshot().write(to: path)
    for batch in 1...2 {
      var operations: [OverlayOperation] = []
      for number in 0..<25 {
        let (edge, weight, time) = (edge(20), weight(), Int64(batch * 1000 + number) * 86_400)
        saved.add(edge, weight, time)
        operations.append(
          .addEdge(relation: 0, source: edge.user, target: edge.item, weight: weight, value: nil, time: time))
        operations.append(
          .addEdge(
            relation: 1, source: edge.item, target: Saved.category(of: edge.item), weight: nil, value: nil, time: nil))
      }
      for edge in saved.edges.keys.sorted(by: { ($0.user, $0.item) < ($1.user, $1.item) }).prefix(4) {
        saved.edges[edge] = nil
        operations.append(.removeEdge(relation: 0, source: edge.user, target: edge.item))
      }
      let gone = saved.items[batch]
      saved.items.removeAll { $0 == gone }
      saved.edges = saved.edges.filter { $0.key.item != gone }
      operations.append(.removeNode(type: 1, id: gone))
      try OverlayWriter(path: path).append(operations)
    }
    return (try Snapshot.open(path), try saved.snapshot())
  }

  @Test(arguments: MethodRegistry.all.map(\.name))
  func `lists, scores and reasons are those of the graph of all edges at once`(name: String) throws {
    let folder = TemporaryFolder()
    let (live, whole) = try Self.graphs(in: folder, seed: 5)
    #expect(live.fingerprint == whole.fingerprint)
    let hop = Hop(relation: 0, direction: .reverse)
    func method(_ snapshot: Snapshot) throws -> any Recommender {
      try Engine(snapshot).method(
        named: name, parameters: [:], hop: hop, purpose: .recommendation, queryExecution: .serial)
    }
    let sessions = (try method(live).makeSession(), try method(whole).makeSession())
    let items = NodeTypeID(rawValue: 1)
    for user in 0..<UInt32(3) {
      let seen = try whole.relations[0].forward.edges(of: user).map { whole.relations[0].forward.neighbors[$0] }
      let query = Query(
        sources: seen.map { WeightedSource(NodeID(type: items, index: $0)) },
        candidates: CandidateFilter(type: items, excluded: NodeSet(seen)), seed: 3)
      let (found, expected) = (try sessions.0.rank(query, k: 8), try sessions.1.rank(query, k: 8))
      #expect(found == expected)
      #expect(
        try found.items.map { try live.name(of: $0.node) } == expected.items.map { try whole.name(of: $0.node) })
      let nodes = (0..<UInt32(whole.nodes[1].count)).map { NodeID(type: items, index: $0) }
      #expect(try sessions.0.scores(of: nodes, for: query) == sessions.1.scores(of: nodes, for: query))
    }
  }
}

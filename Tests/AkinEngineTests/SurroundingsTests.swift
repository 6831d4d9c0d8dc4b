import AkinDiagrams
import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct SurroundingsTests {
  /// A walk by dense vectors over lists of edges.
  private func naive(_ graph: RandomGraph, from source: NodeID, hops: Int) -> [NodeID: Double] {
    let schema = graph.snapshot.schema
    var neighbors: [NodeID: [NodeID]] = [:]
    for (number, relation) in graph.snapshot.relations.enumerated() {
      for from in 0..<UInt32(relation.forward.nodeCount) {
        for edge in try! relation.forward.edges(of: from) {
          let one = NodeID(type: schema.relations[number].sourceType, index: from)
          let other = NodeID(
            type: schema.relations[number].targetType, index: try! relation.forward.neighbor(at: edge))
          neighbors[one, default: []].append(other)
          neighbors[other, default: []].append(one)
        }
      }
    }
    var total: [NodeID: Double] = [source: 1]
    var current = total
    for _ in 0..<hops {
      var next: [NodeID: Double] = [:]
      for (node, mass) in current {
        for other in neighbors[node, default: []] {
          next[other, default: 0] += 0.85 * mass / Double(neighbors[node]!.count)
        }
      }
      for (node, mass) in next { total[node, default: 0] += mass }
      current = next
    }
    return total
  }

  @Test(arguments: UInt64(0)..<12)
  func `mass agrees with a walk by hand`(seed: UInt64) throws {
    let graph = try RandomGraph(seed: seed)
    let source = NodeID(type: NodeTypeID(rawValue: 1), index: 0)
    let found = try Engine(graph.snapshot).surroundings(of: [source], hops: 3)
    let expected = naive(graph, from: source, hops: 3)
    #expect(Set(found.places.map(\.node)) == Set(expected.keys))
    // What is too small to be followed may be missing.
    for place in found.places { #expect(abs(place.mass - expected[place.node]!) < 1e-3) }
    for place in found.places.dropFirst() { #expect(place.origin != nil) }
  }

  @Test func `relations and types are kept to, and unknown ones refused`() throws {
    let graph = try RandomGraph(seed: 3)
    let engine = Engine(graph.snapshot)
    let source = NodeID(type: NodeTypeID(rawValue: 1), index: 0)
    let found = try engine.surroundings(of: [source], hops: 2, relations: ["tagged"], types: ["tag"])
    #expect(found.places.allSatisfy { [1, 2].contains($0.node.type.rawValue) })
    #expect(throws: EngineError.unknownRelation("likes", known: ["saved", "follows", "tagged"])) {
      try engine.surroundings(of: [source], hops: 2, relations: ["likes"])
    }
    #expect(throws: EngineError.unknownType("film", known: ["user", "item", "tag"])) {
      try engine.surroundings(of: [source], hops: 2, types: ["film"])
    }
  }

  @Test func `neighbours of types that are not asked for are not counted as left out`() throws {
    var builder = GraphBuilder()
    let (user, item, tag) = (
      builder.addNodeType("user"), builder.addNodeType("item"), builder.addNodeType("tag")
    )
    let saved = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
    let tagged = builder.addRelation("tagged", from: item, to: tag, duplicates: .keep)
    let source = NodeID(type: item, index: try builder.intern("book", type: item))
    for number in 0..<30 {
      builder.addEdge(saved, from: try builder.intern("user \(number)", type: user), to: source.index)
    }
    for number in 0..<2 {
      builder.addEdge(tagged, from: source.index, to: try builder.intern("tag \(number)", type: tag))
    }
    let engine = Engine(try builder.build().snapshot)
    var options = NeighborhoodOptions()
    options.limit = 12
    let all = try engine.surroundings(of: [source], hops: 1).diagram(options)
    #expect(all.nodes.contains { $0.role == .more })
    let tags = try engine.surroundings(of: [source], hops: 1, types: ["tag"]).diagram(options)
    #expect(tags.nodes.count > 1 && !tags.nodes.contains { $0.role == .more })
  }

  @Test(arguments: 3...20)
  func `the picture keeps to its limit and is connected`(limit: Int) throws {
    let engine = Engine(try Checkerboard().snapshot)
    let source = NodeID(type: engine.recommendedType, index: 0)
    var options = NeighborhoodOptions()
    options.limit = limit
    let diagram = try engine.surroundings(of: [source], hops: 4).diagram(options)
    #expect(diagram.nodes.count <= limit)
    var reached: Set<String> = [diagram.nodes[0].key]
    for _ in diagram.nodes {
      for edge in diagram.edges where reached.contains(edge.from) || reached.contains(edge.to) {
        reached.formUnion([edge.from, edge.to])
      }
    }
    #expect(reached.count == diagram.nodes.count)
  }

  @Test func `a time window keeps the edges of its time`() throws {
    let engine = Engine(try Checkerboard().snapshot)
    let times = try #require(engine.snapshot.relations[0].forward.attributes.times)
    let all = (0..<times.count).compactMap { times.time(at: $0) }.sorted()
    let (since, until) = (all[all.count / 4], all[all.count / 2])
    let window = try engine.within(since: since, until: until)
    #expect(window.snapshot.relations[0].forward.edgeCount == all.count { $0 >= since && $0 < until })
    #expect(window.snapshot.relations[1].forward.edgeCount == engine.snapshot.relations[1].forward.edgeCount)
    #expect(throws: EngineError.noTimes) {
      try Engine(bipartiteSnapshot([("a", "b")])).within(since: 1, until: nil)
    }
  }
}

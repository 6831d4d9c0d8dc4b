import AkinRanking
import Glibc
import TestSupport
import Testing

@testable import AkinGraph

@Suite struct FilterTests {
  @Test(arguments: UInt64(0)..<30)
  func `the graph of some nodes has the edges between them`(seed: UInt64) throws {
    let snapshot = try RandomGraph(seed: seed).snapshot
    var random = SplitMix64(seed: seed)
    let kept = snapshot.nodes.map { table in (0..<table.count).map { _ in Int.random(in: 0..<3, using: &random) > 0 } }
    let part = try snapshot.induced(byNodes: kept)
    #expect(try part.verify() == [])
    func names(_ snapshot: Snapshot, _ type: Int) throws -> [String] {
      try (0..<snapshot.nodes[type].count).map { try snapshot.nodes[type].ids.string(at: $0) }
    }
    func edges(_ snapshot: Snapshot, _ number: Int, where isKept: (UInt32, UInt32) -> Bool) throws -> [String] {
      let relation = snapshot.schema.relations[number]
      let (sources, targets) = (try names(snapshot, relation.source), try names(snapshot, relation.target))
      let rows = snapshot.relations[number].forward
      return try (0..<UInt32(rows.nodeCount)).flatMap { source in
        try rows.edges(of: source).filter { isKept(source, rows.neighbors[$0]) }.map {
          "\(sources[Int(source)]) \(targets[Int(rows.neighbors[$0])]) \(rows.attributes.weight(at: $0))"
        }
      }
    }
    for type in kept.indices {
      let all = try names(snapshot, type)
      #expect(try names(part, type) == all.indices.filter { kept[type][$0] }.map { all[$0] })
    }
    for (number, relation) in snapshot.schema.relations.enumerated() {
      let expected = try edges(snapshot, number) { kept[relation.source][Int($0)] && kept[relation.target][Int($1)] }
      #expect(try edges(part, number) { _, _ in true } == expected)
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `the largest component is that of a search from every node`(seed: UInt64) throws {
    let snapshot = try RandomGraph(seed: seed).snapshot
    var neighbors: [[Int]: Set<[Int]>] = [:]
    for (relation, edges) in zip(snapshot.schema.relations, snapshot.relations) {
      for source in 0..<edges.forward.nodeCount {
        for edge in try edges.forward.edges(of: UInt32(source)) {
          let (a, b) = ([relation.source, source], [relation.target, Int(edges.forward.neighbors[edge])])
          neighbors[a, default: []].insert(b)
          neighbors[b, default: []].insert(a)
        }
      }
    }
    var best: Set<[Int]> = []
    for (type, table) in snapshot.nodes.enumerated() {
      for node in 0..<table.count {
        var found: Set<[Int]> = [[type, node]]
        var waiting = [[type, node]]
        while let next = waiting.popLast() {
          for other in neighbors[next] ?? [] where found.insert(other).inserted { waiting.append(other) }
        }
        if found.count > best.count { best = found }
      }
    }
    let flags = try snapshot.largestComponent()
    let chosen = flags.enumerated().flatMap { type, nodes in nodes.indices.filter { nodes[$0] }.map { [type, $0] } }
    #expect(Set(chosen) == best)
  }

  @Test func `a window keeps what is inside, and no unknown times`() throws {
    var builder = GraphBuilder()
    let node = builder.addNodeType("node")
    let relation = builder.addRelation("to", from: node, to: node, duplicates: .keep)
    let a = try builder.intern("a", type: node)
    for time in [5, 10, 15, TimeColumn.unknown] { builder.addEdge(relation, from: a, to: a, time: time) }
    let snapshot = try builder.build().snapshot
    func times(_ from: Int64?, _ until: Int64?) throws -> [Int64?] {
      let times = try snapshot.window(of: 0, from: from, until: until).relations[0].forward.attributes.times
      return times.map { column in (0..<column.count).map { column.time(at: $0) } } ?? []
    }
    #expect(try times(nil, nil) == [5, 10, 15])
    #expect(try times(10, nil) == [10, 15])
    #expect(try times(nil, 10) == [5])
    #expect(try times(6, 15) == [10])
  }

  /// Boards about one thing each, and one about everything; pins that are about the first thing.
  func boards() throws -> (Snapshot, AttributeColumn) {
    var builder = GraphBuilder()
    let board = builder.addNodeType("board")
    let pin = builder.addNodeType("pin")
    let topic = builder.addAttribute("topic", kind: .category, to: pin)
    let saved = builder.addRelation("saved", from: board, to: pin, duplicates: .last)
    let content = [("cats", "aaa"), ("dogs", "abb"), ("all", "abc"), ("birds", "acc")]
    for (name, topics) in content {
      let from = try builder.intern(name, type: board)
      for (number, letter) in topics.enumerated() {
        let to = try builder.intern(number == 0 ? "shared" : "\(name)\(number)", type: pin)
        builder.setAttribute(topic, to: .category(String(letter)), of: to, type: pin)
        builder.addEdge(saved, from: from, to: to)
      }
    }
    let snapshot = try builder.build().snapshot
    return (snapshot, try #require(snapshot.attribute("topic", of: pin)))
  }

  @Test func `pruning keeps what fits the topic, and drops the most diverse`() throws {
    let (snapshot, topics) = try boards()
    func sharedSources(_ snapshot: Snapshot) throws -> [UInt32] {
      let reverse = snapshot.relations[0].reverse
      return try reverse.edges(of: 0).map { reverse.neighbors[$0] }
    }
    // Four boards have the shared pin: 4^0.5 = 2 stay, the one all about it and, of the mixed, the one with the best cosine.
    let half = try snapshot.pruned(relation: 0, topics: topics, exponent: 0.5, diverseShare: 0)
    #expect(try sharedSources(half) == [0, 2])
    #expect(half.relations[0].forward.edgeCount == snapshot.relations[0].forward.edgeCount - 2)
    #expect(try half.verify() == [])
    // The board about everything has the largest entropy.
    let focused = try snapshot.pruned(relation: 0, topics: topics, exponent: 1, diverseShare: 0.25)
    #expect(try focused.relations[0].forward.degree(of: 2) == 0)
    #expect(try sharedSources(focused) == [0, 1, 3])
    let whole = try snapshot.pruned(relation: 0, topics: topics, exponent: 1, diverseShare: 0)
    #expect(whole.fingerprint == snapshot.fingerprint)
  }
}

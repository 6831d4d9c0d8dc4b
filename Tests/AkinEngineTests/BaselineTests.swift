import AkinGraph
import AkinParallel
import AkinRanking
import Foundation
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct BaselineTests {
  /// Three users; item a has 3 edges, b 2, c 1 (the newest), d none.
  private func store(isTimed: Bool = true, hasCategories: Bool = true) throws -> Engine {
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let saved = builder.addRelation("saved", from: users, to: items, duplicates: .last)
    for user in ["x", "y", "z"] { _ = try builder.intern(user, type: users) }
    for item in ["a", "b", "c", "d"] { _ = try builder.intern(item, type: items) }
    let day: Int64 = 86_400
    for (user, item, time) in [(0, 0, 0), (1, 0, 1), (2, 0, 2), (0, 1, 50), (1, 1, 60), (2, 2, 100)] {
      builder.addEdge(
        saved, from: UInt32(user), to: UInt32(item), time: isTimed ? 1_000_000_000 + Int64(time) * day : nil)
    }
    if hasCategories {
      let genres = builder.addNodeType("genre")
      let inGenre = builder.addRelation("in", from: items, to: genres, duplicates: .last)
      for genre in ["war", "love"] { _ = try builder.intern(genre, type: genres) }
      // a: war; b: war, love; c: love; d: love.
      for (item, genre) in [(0, 0), (1, 0), (1, 1), (2, 1), (3, 1)] {
        builder.addEdge(inGenre, from: UInt32(item), to: UInt32(genre))
      }
    }
    return Engine(try builder.build().snapshot)
  }

  private func list(
    _ method: String, _ parameters: [String: String] = [:], from sources: [UInt32], excluded: [UInt32] = [],
    seed: UInt64 = 0, engine: Engine
  ) throws -> [RankedNode] {
    let type = engine.recommendedType
    let hop = Hop(relation: 0, direction: .reverse)
    let query = Query(
      sources: sources.map { WeightedSource(NodeID(type: type, index: $0)) },
      candidates: CandidateFilter(type: type, excluded: NodeSet(excluded)), seed: seed)
    return try engine.method(
      named: method, parameters: parameters, hop: hop, purpose: .recommendation, queryExecution: .serial
    )
    .rank(query, k: 10).items
  }

  @Test func `popular counts edges and leaves out what nobody has`() throws {
    let items = try list("popular", from: [3], engine: store())
    #expect(items.map(\.node.index) == [0, 1, 2])
    #expect(items.map(\.score) == [3, 2, 1])
    #expect(try list("popular", from: [3], excluded: [0], engine: store()).map(\.node.index) == [1, 2])
  }

  @Test func `of late the newest item leads when the half-life is short`() throws {
    let short = try list("recent-popular", ["halfLife": "10"], from: [0], engine: store())
    #expect(short.map(\.node.index) == [2, 1, 0])
    #expect(abs(short[0].score - 1) < 1e-12)
    #expect(abs(short[1].score - (pow(2, -5) + pow(2, -4))) < 1e-12)
    let long = try list("recent-popular", ["halfLife": "100000"], from: [0], engine: store())
    #expect(long.map(\.node.index) == [0, 1, 2])
  }

  @Test func `in a category its popular items lead`() throws {
    // From c: love alone. b has 2 edges, d none.
    let love = try list("popular-in-category", from: [2], engine: store())
    #expect(love.map(\.node.index) == [1, 2])
    #expect(love.map(\.score) == [2, 1])
    // From b: half war, half love: a 3/2, b 2 · (1/2 + 1/2), c 1/2.
    let both = try list("popular-in-category", from: [1], engine: store())
    #expect(both.map(\.node.index) == [1, 0, 2])
    #expect(both.map(\.score) == [2, 1.5, 0.5])
  }

  @Test func `what a method lacks is named`() throws {
    #expect(
      throws: EngineError.missingData(
        method: "recent-popular", found: "edges of 'saved' without times", expected: "a time column at the import")
    ) { try list("recent-popular", from: [0], engine: store(isTimed: false)) }
    #expect(
      throws: EngineError.missingData(
        method: "popular-in-category", found: "no relation from 'item' to a category",
        expected: "one such as 'item –in→ category'")
    ) { try list("popular-in-category", from: [0], engine: store(hasCategories: false)) }
  }

  @Test func `chance is fair, and other for each seed and each asker`() throws {
    let engine = try store()
    let method = try engine.method(
      named: "random", parameters: [:], hop: Hop(relation: 0, direction: .reverse), purpose: .recommendation,
      queryExecution: .serial)
    let session = method.makeSession()
    var firsts = [Int](repeating: 0, count: 4)
    for seed in 0..<4000 {
      let query = Query(
        sources: [WeightedSource(NodeID(type: engine.recommendedType, index: 0))],
        candidates: CandidateFilter(type: engine.recommendedType), seed: UInt64(seed))
      firsts[Int(try session.rank(query, k: 1).items[0].node.index)] += 1
    }
    // Four outcomes of one in four: standard deviation 27.
    #expect(firsts.allSatisfy { abs($0 - 1000) < 140 }, "\(firsts)")
    let seeds = try Set((0..<40).map { try list("random", from: [0], seed: $0, engine: engine).map(\.node.index) })
    #expect(seeds.count > 10)
    let askers = try Set((0..<4).map { try list("random", from: [$0], engine: engine).map(\.score) })
    #expect(askers.count == 4)
  }
}

import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

/// Every method that gives reasons; one that begins to is here by doing so.
@Suite struct ExplanationTests {
  /// Users, items, ratings and times; some pairs of items share nothing.
  private static func rated() throws -> Snapshot {
    var random = SplitMix64(seed: 4)
    var builder = GraphBuilder()
    let (users, items) = (builder.addNodeType("user"), builder.addNodeType("item"))
    let relation = builder.addRelation("rated", from: users, to: items, duplicates: .last)
    for user in 0..<30 { _ = try builder.intern("u\(user)", type: users) }
    for item in 0..<24 { _ = try builder.intern("i\(item)", type: items) }
    for user in UInt32(0)..<29 {
      for item in UInt32(0)..<23 where UInt32.random(in: 0..<4, using: &random) == 0 {
        builder.addEdge(
          relation, from: user, to: item, weight: Float(Int.random(in: 1...10, using: &random)) / 2,
          time: 1_500_000_000 + Int64.random(in: 0..<1_000_000, using: &random))
      }
    }
    return try builder.build().snapshot
  }

  @Test func `what two nodes share is counted as sets count it`() throws {
    var random = SplitMix64(seed: 12)
    var builder = GraphBuilder()
    let (users, items) = (builder.addNodeType("user"), builder.addNodeType("item"))
    let relation = builder.addRelation("saved", from: users, to: items, duplicates: .keep)
    for user in 0..<9 { _ = try builder.intern("u\(user)", type: users) }
    for item in 0..<12 { _ = try builder.intern("i\(item)", type: items) }
    var sets = [Set<UInt32>](repeating: [], count: 12)
    for _ in 0..<70 {
      let (user, item) = (UInt32.random(in: 0..<9, using: &random), UInt32.random(in: 0..<11, using: &random))
      builder.addEdge(relation, from: user, to: item)
      sets[Int(item)].insert(user)
    }
    let engine = Engine(try builder.build().snapshot)
    for (source, node) in (UInt32(0)..<12).flatMap({ first in (UInt32(0)..<12).map { (first, $0) } }) {
      let question = try engine.relatedQuestion(to: [NodeID(type: engine.recommendedType, index: source)], seed: 1)
      let found = try engine.overlap(of: NodeID(type: engine.recommendedType, index: node), for: question)
      guard source != node else {
        #expect(found == nil)
        continue
      }
      let (first, second) = (sets[Int(source)], sets[Int(node)])
      #expect(
        [found?.sharedCount, found?.sourceCount, found?.nodeCount]
          == [first.intersection(second).count, first.count, second.count])
    }
  }

  @Test(arguments: MethodRegistry.all.map(\.name))
  func `shares sum to the score`(name: String) throws {
    let engine = Engine(try Self.rated())
    for user in [UInt32(7)] {
      let question = try engine.recommendationQuestion(for: NodeID(type: engine.askingType, index: user), seed: 5)
      try check(name, engine, question)
    }
    try check(
      name, engine, engine.relatedQuestion(to: [NodeID(type: engine.recommendedType, index: 3)], seed: 1))
  }

  private func check(_ name: String, _ engine: Engine, _ question: Question) throws {
    // As short a walk as says something: there is no optimisation here.
    let isWalk = try MethodRegistry.definition(named: name).parameters.contains { $0.name == "steps" }
    guard
      let method = try? engine.method(named: name, parameters: isWalk ? ["steps": "1000"] : [:], for: question),
      let session = method.makeSession() as? any ExplainingSession
    else { return }
    let nodes = stride(from: UInt32(0), to: 24, by: 3).map { NodeID(type: engine.recommendedType, index: $0) }
    let scores = try session.scores(of: nodes, for: question.query)
    for (node, score) in zip(nodes, scores) {
      for limit in [2, 1000] {
        let explanation = try session.explanation(of: node, for: question.query, limit: limit)
        guard let score else {
          #expect(explanation == nil, "\(name), \(node)")
          continue
        }
        let found = try #require(explanation, "\(name), \(node)")
        #expect(found.score == score && found.node == node, "\(name), \(node)")
        #expect(abs(found.total - score) <= 1e-9 * max(1e-3, abs(score)), "\(name), \(node): \(found.total), \(score)")
        #expect(found.parts.count <= limit, "\(name)")
        #expect(zip(found.parts, found.parts.dropFirst()).allSatisfy { $0.amount >= $1.amount }, "\(name)")
        let ways = Set(found.parts.map { [$0.source] + $0.way })
        #expect(ways.count == found.parts.count, "\(name): each pair of source and way once")
        #expect(
          found.parts.allSatisfy { part in question.query.sources.contains { $0.node == part.source } }, "\(name)")
      }
    }
  }

  @Test func `walks, PageRank and shared users give reasons; the crowd does not`() throws {
    let able = MethodRegistry.explaining
    #expect(able.contains("pixie") && able.contains("pagerank") && able.contains("cosine"))
    #expect(!able.contains("popular"))
    let engine = Engine(try Self.rated())
    let question = try engine.relatedQuestion(to: [NodeID(type: engine.recommendedType, index: 3)])
    let popular = try engine.method(named: "popular", for: question)
    #expect(throws: EngineError.cannotExplain(method: "popular", able: able)) {
      try engine.explanation(of: NodeID(type: engine.recommendedType, index: 1), for: question, by: popular, limit: 3)
    }
    let cosine = try engine.method(named: "cosine", for: question)
    #expect(
      throws: EngineError.noScore(
        node: "i3", method: "cosine", reason: "it is left out as a source, as seen, or as of another type")
    ) {
      try engine.explanation(of: NodeID(type: engine.recommendedType, index: 3), for: question, by: cosine, limit: 3)
    }
  }
}

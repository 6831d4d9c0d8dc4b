import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct WhyNotTests {
  /// "hub" has everything, "fan" and "friend" the first items; "lonely" has no edge, "far" is where nobody else is.
  private func engine() throws -> Engine {
    var builder = GraphBuilder()
    let (users, items) = (builder.addNodeType("user"), builder.addNodeType("item"))
    let saved = builder.addRelation("saved", from: users, to: items, duplicates: .last)
    func add(_ user: String, _ names: [String]) throws {
      for name in names {
        builder.addEdge(saved, from: try builder.intern(user, type: users), to: try builder.intern(name, type: items))
      }
    }
    try add("fan", ["a", "b", "c"])
    try add("friend", ["a", "b"])
    try add("hub", ["a", "c", "d", "e", "f", "g", "h"])
    try add("stranger", ["far", "farther"])
    _ = try builder.intern("lonely", type: items)
    return Engine(try builder.build().snapshot)
  }

  private func whyNot(_ name: String, from source: String? = "a", k: Int = 2) throws -> WhyNot {
    let engine = try engine()
    let question =
      try source.map { try engine.relatedQuestion(to: [engine.node(named: $0)]) }
      ?? engine.recommendationQuestion(for: engine.node(named: "friend", types: [engine.askingType]))
    let method = try engine.method(named: "cosine", for: question)
    return try engine.whyNot(engine.node(named: name), for: question, by: method, k: k)
  }

  @Test func `each cause is found`() throws {
    #expect(try whyNot("b").cause == .listed)
    #expect(try whyNot("a").cause == .isSource)
    #expect(try whyNot("a", from: nil).cause == .seen(relation: "saved"))
    #expect(try whyNot("lonely").cause == .isolated(relation: "saved"))
    #expect(try whyNot("far").cause == .unconnected)
    #expect(try whyNot("d").cause == .outscored)
    #expect(try whyNot("stranger").cause == .otherType(found: "user", expected: "item"))
  }

  @Test func `rank, score, the last of the list and the hub`() throws {
    let answer = try whyNot("d")
    let engine = try engine()
    // By hand: cosine of a = {fan, friend, hub} with b = {fan, friend} and c = {fan, hub} is 2/√6, with d = {hub} 1/√3.
    #expect(answer.rank == 3 && answer.rankedCount == 7)
    #expect(abs(try #require(answer.score) - 1 / 3.0.squareRoot()) < 1e-6)
    #expect(abs(try #require(answer.last).score - 2 / 6.0.squareRoot()) < 1e-6)
    let connection = try #require(answer.connection)
    #expect(connection.sharedCount == 1 && connection.hubDegree == 7 && connection.degree == 1)
    #expect(try engine.snapshot.name(of: #require(connection.hub)) == "hub")
    #expect(connection.listedMedianDegree == 2)
  }

  @Test func `what is left out has the rank that it would have`() throws {
    let answer = try whyNot("a", from: nil)
    #expect(answer.rank == nil && answer.score == nil)
    let unfiltered = try #require(answer.unfiltered)
    // Behind c, which is like a and like b; a is like b alone, itself not counting.
    #expect(unfiltered.rank == 2 && abs(unfiltered.score - 2 / 6.0.squareRoot()) < 1e-6)
  }
}

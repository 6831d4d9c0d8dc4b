import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct EngineTests {
  @Test func `recommendations leave out what was seen`() throws {
    var pairs: [(String, String)] = []
    for user in 0..<20 { for item in 0..<10 where user % 2 == item % 2 { pairs.append(("u\(user)", "i\(item)")) } }
    pairs.removeAll { $0 == ("u0", "i4") }
    let engine = Engine(try bipartiteSnapshot(pairs))
    let question = try engine.recommendationQuestion(for: try engine.node(named: "u0"))
    let list = try engine.method(named: "pixie", for: question).rank(question.query, k: 5)
    #expect(try list.items.map { try engine.snapshot.name(of: $0.node) } == ["i4"])
    #expect(question.query.sources.count == 4)
  }

  @Test func `a history has other defaults than a single node, and what is set holds for both`() throws {
    let engine = Engine(try bipartiteSnapshot([("a", "x"), ("a", "y"), ("b", "x")]))
    func parameter(_ name: String, _ question: Question, _ set: [String: String] = [:]) throws -> String? {
      try engine.method(named: "pixie", parameters: set, for: question).info.parameters.first { $0.name == name }?.value
    }
    let related = try engine.relatedQuestion(to: [try engine.node(named: "x")])
    let recommended = try engine.recommendationQuestion(for: try engine.node(named: "b"))
    #expect(try parameter("connectorExponent", related) == "0.25")
    #expect(try parameter("connectorExponent", recommended) == "1.0")
    for question in [related, recommended] {
      #expect(try parameter("connectorExponent", question, ["connectorExponent": "0.5"]) == "0.5")
      #expect(try parameter("restart", question) == "0.8")
    }
  }

  @Test func `related users share items`() throws {
    let engine = Engine(try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event"))
    let question = try engine.relatedQuestion(to: [try engine.node(named: "Evelyn Jefferson")])
    let list = try engine.method(named: "pixie", for: question).rank(question.query, k: 3)
    // The three who share most of her events: Theresa 7, Laura 6, Brenda 6.
    #expect(
      Set(try list.items.map { try engine.snapshot.name(of: $0.node) })
        == ["Theresa Anderson", "Laura Mandeville", "Brenda Rogers"])
  }

  @Test func `in a relation within one type the list follows the edges there are, and says so`() throws {
    let engine = Engine(
      try bipartiteSnapshot(
        [("a", "lib"), ("b", "lib"), ("b", "x"), ("a", "x")], sourceType: "package", targetType: "package"))
    let question = try engine.relatedQuestion(to: [try engine.node(named: "a")])
    #expect(question.remark == "no 'saved' edge leads to 'a', so the list follows the edges that lead from there")
    let list = try engine.method(named: "pixie", for: question).rank(question.query, k: 3)
    #expect(try list.items.map { try engine.snapshot.name(of: $0.node) } == ["b"])
    let reached = try engine.relatedQuestion(to: [try engine.node(named: "lib")])
    #expect(reached.remark == nil)
    #expect(reached.hop == Hop(relation: 0, direction: .reverse))
  }

  @Test func `what cannot be answered is named`() throws {
    let engine = Engine(try bipartiteSnapshot([("a", "b")]))
    let question = try engine.relatedQuestion(to: [try engine.node(named: "b")])
    #expect(throws: EngineError.unknownMethod("pixi", known: MethodRegistry.all.map(\.name))) {
      try engine.method(named: "pixi", for: question)
    }
    #expect(
      throws: EngineError.unknownParameter(
        "step", method: "pixie",
        known: (MethodDefinition.pixie.parameters.map(\.name) + MethodDefinition.pixie.texts.map(\.name)))
    ) {
      try engine.method(named: "pixie", parameters: ["step": "5"], for: question)
    }
    for text in ["0", "1.5", "nan", "many", "2e9"] {
      #expect(
        throws: EngineError.badParameter(
          "steps", method: "pixie", found: text, expected: "a whole number from 1 to 1000000000")
      ) {
        try engine.method(named: "pixie", parameters: ["steps": text], for: question)
      }
    }
    #expect(throws: EngineError.notAsking(found: "item", expected: "user")) {
      try engine.recommendationQuestion(for: try engine.node(named: "b"))
    }
  }
}

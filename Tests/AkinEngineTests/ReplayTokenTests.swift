import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct ReplayTokenTests {
  /// Every method of the registry; a new one is here by being there.
  @Test(arguments: MethodRegistry.all.map(\.name))
  func `a token alone gives the same answer`(name: String) throws {
    let definition = try MethodRegistry.definition(named: name)
    let board = try Checkerboard()
    let engine = Engine(board.snapshot)
    let question = Question(query: board.query(for: 3, seed: 11), hop: board.hop, purpose: .recommendation)
    // Not at its default, so that a token that forgot what was set would be found out.
    var settings: [String: String] = [:]
    if let parameter = definition.parameters.first(where: { $0.search != nil && !$0.isWhole }),
      let search = parameter.search
    {
      settings[parameter.name] = "\((search.range.lowerBound + search.range.upperBound) / 2)"
    }
    let token = try #require(
      try engine.replayToken(named: name, parameters: settings, for: question, along: nil))
    let read = try ReplayToken(token.description)
    #expect(read == token)
    #expect(read.parameters.count == definition.parameters.count + definition.texts.count)
    let list = try engine.method(named: name, parameters: settings, for: question).rank(question.query, k: 8)
    let again = try engine.method(named: read.method, parameters: read.parameters, for: question)
    #expect(again.info == (try engine.method(named: name, parameters: settings, for: question)).info)
    #expect(try again.rank(question.query, k: 8) == list)
  }

  @Test func `any names and values come through, and a shell takes the word as it is`() throws {
    var token = try ReplayToken("akin1:0123456789abcdef:v3:18446744073709551615:paths")
    token.parameters = ["weight.bought: again": "2.5", "path": "saved=1, kept|100%", "empty": ""]
    token.along = "mag ich – sehr"
    token.model = "00000000000000ff"
    token.purpose = .recommendation
    #expect(try ReplayToken(token.description) == token)
    #expect(token.seed == .max)
    #expect(token.description.utf8.allSatisfy { "0123456789abcdefghijklmnopqrstuvwxyz.:=%+-_".utf8.contains($0) })
  }

  @Test func `a time budget leaves no token`() throws {
    let board = try Checkerboard()
    let question = Question(query: board.query(for: 3, seed: 0), hop: board.hop)
    let engine = Engine(board.snapshot)
    let timed = try engine.replayToken(
      named: "pagerank", parameters: ["milliseconds": "5"], for: question, along: nil)
    #expect(timed == nil)
    #expect(throws: EngineError.self) {
      try engine.replayToken(named: "pagerank", parameters: ["steps": "x"], for: question, along: nil)
    }
  }

  @Test(arguments: [
    ("", "found ''"), ("akin1", "found 'akin1'"), ("akin2:0123456789abcdef:v3:1:pixie", "expected a replay token"),
    (
      "akin1:0123456789abcdeg:v3:1:pixie",
      "found '0123456789abcdeg' in the replay token, expected 16 hexadecimal digits"
    ),
    ("akin1:0123456789abcdef:v5:1:pixie", "found 'v5' in the replay token, expected 'default' or 'v3' or 'v4'"),
    ("akin1:0123456789abcdef:v3:-1:pixie", "found '-1'"),
    ("akin1:0123456789abcdef:v3:1:", "expected the name of a method"),
    ("akin1:0123456789abcdef:v3:1:pixie:steps", "found 'steps' in the replay token, expected name=value"),
    ("akin1:0123456789abcdef:v3:1:pixie:a=1:a=2", "found 'a=2'"),
    ("akin1:0123456789abcdef:v3:1:pixie:a=%4", "found 'a=%4'"),
    ("akin1:0123456789abcdef:v3:1:pixie:a=%ff", "found 'a=%ff'"),
    ("akin1:0123456789abcdef:v3:1:pixie:+other=1", "none that begins with '+'"),
    ("akin1:0123456789abcdef:v3:1:pixie:+model=x", "found '+model=x'"),
    ("akin1:0123456789abcdef:v3:1:pixie:+for=dinner", "found '+for=dinner'"),
  ])
  func `what is no token is refused with what was found`(text: String, expected: String) {
    let error = #expect(throws: ReplayTokenError.self) { try ReplayToken(text) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }
}

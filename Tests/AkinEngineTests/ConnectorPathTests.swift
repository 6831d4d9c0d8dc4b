import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

/// Nodes compared by what paths lead to.
@Suite struct ConnectorPathTests {
  @Test func `paths are read as they are written`() {
    func read(_ text: String) -> [(String, Double)]? {
      ConnectorPath(parsing: text)?.branches.map { branch in
        (branch.steps.map { ($0.isReverse ? "^" : "") + $0.relation }.joined(separator: "/"), branch.weight)
      }
    }
    #expect(read("^saved")?.map(\.0) == ["^saved"])
    #expect(read("^saved|0.5*tagged/^tagged")?.map(\.0) == ["^saved", "tagged/^tagged"])
    #expect(read("^saved|0.5*tagged/^tagged")?.map(\.1) == [1, 0.5])
    for text in ["", "|saved", "saved/", "0*saved", "-1*saved", "^"] { #expect(read(text) == nil) }
  }

  private func answer(
    _ engine: Engine, _ source: NodeID, _ parameters: [String: String]
  ) throws -> (question: Question, method: any Recommender, list: RankedList) {
    let question = try engine.relatedQuestion(to: [source])
    let method = try engine.method(named: "cosine", parameters: parameters, for: question)
    return (question, method, try method.rank(question.query, k: 50))
  }

  /// Rows of weights by node, one column a connector.
  private func rows(_ snapshot: Snapshot, _ hop: Hop, weight: Double = 1) throws -> [[Double]] {
    let adjacency = snapshot.adjacency(hop)
    return try (0..<adjacency.nodeCount).map { node in
      var row = [Double](repeating: 0, count: adjacency.neighborCount)
      for edge in try adjacency.edges(of: UInt32(node)) {
        row[Int(try adjacency.neighbor(at: edge))] += weight * Double(adjacency.attributes.weight(at: edge))
      }
      return row
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `cosine over several relations is that of the rows side by side`(seed: UInt64) throws {
    let engine = Engine(try RandomGraph(seed: seed).snapshot)
    let type = engine.recommendedType
    let savers = try rows(engine.snapshot, Hop(relation: 0, direction: .reverse))
    let tags = try rows(engine.snapshot, Hop(relation: 2, direction: .forward), weight: 0.5)
    let sides = zip(savers, tags).map { $0 + $1 }
    for source in sides.indices {
      let node = NodeID(type: type, index: UInt32(source))
      let plain = try answer(engine, node, [:]).list
      let same = try answer(engine, node, ["path": "^saved"]).list
      #expect(same.items.map(\.node) == plain.items.map(\.node))
      let made = try answer(engine, node, ["path": "^saved|0.5*tagged"])
      let session = made.method.makeSession() as! any ExplainingSession
      for other in sides.indices where other != source {
        func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
        let expected =
          dot(sides[source], sides[other])
          / (dot(sides[source], sides[source]) * dot(sides[other], sides[other])).squareRoot()
        let found = made.list.items.first { Int($0.node.index) == other }?.score ?? 0
        #expect(abs(found - (expected.isNaN ? 0 : expected)) < 1e-6)
        guard found > 0 else { continue }
        let reasons = try #require(
          try session.explanation(of: NodeID(type: type, index: UInt32(other)), for: made.question.query, limit: 1000))
        let sum = reasons.parts.reduce(reasons.remainder) { $0 + $1.amount }
        #expect(abs(sum - found) < 1e-9)
        // Connectors are nodes of the graph, not of the computed relation.
        for part in reasons.parts { #expect(throws: Never.self) { try engine.snapshot.name(of: part.way[0]) } }
      }
    }
  }

  @Test func `what does not fit a graph is named`() throws {
    let engine = Engine(try RandomGraph(seed: 3).snapshot)
    let node = NodeID(type: engine.recommendedType, index: 0)
    func failure(_ path: String) -> EngineError? {
      do {
        _ = try answer(engine, node, ["path": path])
        return nil
      } catch {
        return error as? EngineError
      }
    }
    #expect(
      failure("saved")
        == .unfitParameter(
          "path", method: "cosine", found: "saved",
          reason: "'saved' starts from 'user', expected a step from 'item'"))
    #expect(
      failure("^saved/tags")
        == .unfitParameter(
          "path", method: "cosine", found: "^saved/tags",
          reason: "no relation 'tags', expected saved, follows, tagged"))
    #expect(
      failure("^saved||tagged")
        == .badParameter("path", method: "cosine", found: "^saved||tagged", expected: ConnectorPath.expectation))
  }
}

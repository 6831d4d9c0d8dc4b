import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct EvidenceTests {
  private let user = NodeTypeID(rawValue: 0)
  private let item = NodeTypeID(rawValue: 1)
  private let snapshot: Snapshot

  init() throws {
    snapshot = try bipartiteSnapshot(
      (0..<30).flatMap { user in (0..<3).map { ("secret\(user)", "item\($0 + user % 2)") } })
  }

  private func node(_ index: UInt32) -> NodeID { NodeID(type: item, index: index) }
  private func person(_ index: UInt32) -> NodeID { NodeID(type: user, index: index) }

  /// Three people lead from item 0 to item 2, one from item 1; a tenth of the score has no single way.
  private var explanation: Explanation {
    Explanation(
      node: node(2), score: 1,
      parts: [
        ScorePart(source: node(0), way: [person(4)], amount: 0.4),
        ScorePart(source: node(1), way: [person(7)], amount: 0.25),
        ScorePart(source: node(0), way: [person(8)], amount: 0.2),
        ScorePart(source: node(0), way: [person(6)], amount: 0.1), ScorePart(source: node(0), way: [], amount: -0.05),
      ], remainder: 0.1)
  }

  @Test(arguments: 1...6, 1...4)
  func `what is shown sums to the score`(limit: Int, minUsers: Int) {
    let evidence = Evidence(
      explanation, limit: limit, minUsers: minUsers, naming: NodeNaming(snapshot, privateType: user))
    #expect(evidence.parts.count <= limit)
    #expect(abs(evidence.parts.reduce(evidence.remainder) { $0 + $1.amount } - 1) < 1e-12)
  }

  @Test func `paths of too few people are kept back, the others counted`() {
    let evidence = Evidence(explanation, limit: 10, minUsers: 2, naming: NodeNaming(snapshot, privateType: user))
    #expect(evidence.hiddenPathCount == 1)
    #expect(evidence.parts.map(\.way) == [[.crowd(user, count: 3)], []])
    #expect(evidence.parts.map(\.source) == [node(0), node(0)])
    #expect(abs(evidence.parts[0].amount - 0.7) < 1e-12 && abs(evidence.remainder - 0.35) < 1e-12)
    let open = Evidence(explanation, limit: 10, minUsers: 2, naming: NodeNaming(snapshot))
    #expect(open.hiddenPathCount == 0 && open.parts.count == 5, "without private types nobody is counted")
  }

  @Test func `sources have the sums of their ways, but not of those kept back`() {
    var explanation = explanation
    explanation.sources = [SourceAmount(source: node(0), amount: 0.65), SourceAmount(source: node(1), amount: 0.25)]
    let naming = NodeNaming(snapshot, privateType: user)
    let open = Evidence(explanation, limit: 1, naming: naming).bySource
    #expect(open.parts == [Evidence.Part(source: node(0), way: [], amount: 0.65)])
    #expect(open.sourceCount == 2 && abs(open.remainder - 0.35) < 1e-12)
    let guarded = Evidence(explanation, limit: 3, minUsers: 2, naming: naming).bySource
    #expect(guarded.parts.map(\.source) == [node(0)], "the sum of the other would tell of the one person behind it")
    #expect(abs(guarded.parts[0].amount - 0.65) < 1e-12 && abs(guarded.remainder - 0.35) < 1e-12)
  }

  @Test func `shares are of the score, amounts where there is none to share`() {
    var evidence = Evidence(explanation, limit: 10, naming: NodeNaming(snapshot))
    #expect([0.4, 0.0512, 0.0004, -0.05].map { evidence.share($0) } == ["40 %", "5.1 %", "0.04 %", "-5.0 %"])
    evidence.score = -2
    #expect(evidence.share(0.5) == "0.5000" && evidence.share(1234) == "1234" && evidence.share(0) == "0")
  }

  @Test func `pseudonyms follow appearance, names stay where they are known`() throws {
    var naming = NodeNaming(snapshot, privateType: user, known: [person(9)])
    #expect(try naming.label(of: person(4)) == "user A")
    #expect(try naming.label(of: person(9)) == "secret9")
    #expect(try naming.label(of: person(2)) == "user B" && naming.label(of: person(4)) == "user A")
    #expect(try naming.id(of: person(4)) == nil && naming.id(of: node(0)) == "item0")
    #expect([0, 25, 26, 51, 52, 701, 702].map { NodeNaming.letters($0) } == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"])
  }

  @Test func `ways that are not named leave their source, not a place of their own`() throws {
    var explanation = explanation
    explanation.sources = [SourceAmount(source: node(0), amount: 0.65), SourceAmount(source: node(1), amount: 0.25)]
    var drawing = EvidenceDiagram(naming: NodeNaming(snapshot, privateType: user))
    // Two parts: 40 % from item 0, 25 % from item 1, whose ways are all named.
    let diagram = try drawing.diagram(of: [(Evidence(explanation, limit: 2, naming: drawing.naming), "")])
    #expect(diagram.nodes.filter { $0.role == .source }.map(\.detail) == ["65 %", "25 %"])
    let more = diagram.nodes.filter { $0.role == .more }
    #expect(more.map(\.label) == ["other ways", "everything else"])
    #expect(more.map(\.detail) == ["25 %", "10 %"])
    let ways = try #require(more.first)
    #expect(diagram.edges.filter { $0.to == ways.key }.map(\.from) == [diagram.nodes[0].key])
  }

  @Test func `the picture shows every share, the remainder, and nobody's name`() throws {
    var drawing = EvidenceDiagram(naming: NodeNaming(snapshot, privateType: user))
    let evidence = Evidence(explanation, limit: 10, naming: drawing.naming)
    let diagram = try drawing.diagram(of: [(evidence, "")])
    #expect(diagram.nodes.filter { $0.role == .source }.map(\.detail) == ["65 %", "25 %"])
    #expect(diagram.nodes.filter { $0.role == .connector }.map(\.label) == ["user A", "user B", "user C", "user D"])
    #expect(diagram.nodes.filter { $0.role == .connector }.map(\.detail) == ["40 %", "25 %", "20 %", "10 %"])
    #expect(diagram.nodes.filter { $0.role == .more }.map(\.detail) == ["10 %"])
    // The largest of score and amounts is the scale; here parts for and against go beyond the score.
    let item = try #require(diagram.nodes.last)
    let arriving = diagram.edges.filter { $0.to == item.key }
    #expect(abs(arriving.reduce(0) { $0 + $1.weight } - 1) < 1e-9)
    #expect(arriving.filter { $0.tone == .against }.map(\.label) == ["-5.0 %"])
    for format in [ImageFormat.svg, .dot, .json, .html, .mermaid, .graphml] {
      let text = try String(decoding: DiagramRenderer.render(diagram, as: format).bytes, as: UTF8.self)
      #expect(!text.contains("secret"), "\(format)")
    }
  }

  @Test func `a score of no single source is drawn too`() throws {
    var drawing = EvidenceDiagram(naming: NodeNaming(snapshot))
    let evidence = Evidence(
      Explanation(node: node(1), score: 3, parts: [], remainder: 3), limit: 5, naming: drawing.naming)
    let diagram = try drawing.diagram(of: [(evidence, "")])
    #expect(diagram.nodes.map(\.label) == ["no single source", "item1"])
    #expect(diagram.nodes.map(\.detail) == ["100 %", "score 3.000"])
  }
}

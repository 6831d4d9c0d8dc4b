import AkinDiagrams
import Testing

@Suite struct DiagramTests {
  private let kinds = [DiagramKind("movie")]
  private func node(_ key: String, kind: Int = 0) -> DiagramNode {
    DiagramNode(key: key, label: key, kind: kind, role: .related)
  }

  @Test func `each key may occur once`() {
    #expect(throws: DiagramError.duplicateKey("a")) {
      try Diagram(title: "", kinds: kinds, nodes: [node("a"), node("b"), node("a")], edges: [])
    }
  }

  @Test func `edges end at known keys`() {
    let edges = [DiagramEdge(from: "a", to: "a"), DiagramEdge(from: "a", to: "z")]
    #expect(throws: DiagramError.unknownKey("z", edge: 1)) {
      try Diagram(title: "", kinds: kinds, nodes: [node("a")], edges: edges)
    }
  }

  @Test(arguments: [-1, 1])
  func `kinds are in range`(kind: Int) {
    #expect(throws: DiagramError.kindOutOfRange(kind, kindCount: 1, node: "a")) {
      try Diagram(title: "", kinds: kinds, nodes: [node("a", kind: kind)], edges: [])
    }
  }

  @Test(arguments: [-0.1, 1.1, .infinity])
  func `weights are from 0 to 1`(weight: Double) {
    #expect(throws: DiagramError.weightOutOfRange(weight, edge: 0)) {
      try Diagram(
        title: "", kinds: kinds, nodes: [node("a")], edges: [DiagramEdge(from: "a", to: "a", weight: weight)])
    }
  }

  @Test func `a weight that is not a number is refused`() {
    #expect(throws: DiagramError.self) {
      try Diagram(title: "", kinds: kinds, nodes: [node("a")], edges: [DiagramEdge(from: "a", to: "a", weight: .nan)])
    }
  }

  @Test func `the layout follows from columns and size`() throws {
    #expect(try Diagram.threeColumns().layout == .dot)
    #expect(DiagramLayout.suggested(nodeCount: 30, edgeCount: 60, hasColumns: false) == .neato)
    #expect(DiagramLayout.suggested(nodeCount: 30, edgeCount: 1000, hasColumns: false) == .sfdp)
    #expect(DiagramLayout.suggested(nodeCount: 400, edgeCount: 400, hasColumns: false) == .sfdp)
  }

  @Test func `messages say what was found and what was expected`() {
    #expect(
      "\(DiagramError.unknownKey("z", edge: 1))" == "diagram, edge 1: no node has the key 'z'")
    #expect(
      "\(DiagramError.weightOutOfRange(2, edge: 3))" == "diagram, edge 3: found weight 2.0, expected one from 0 to 1")
    #expect(
      "\(DiagramError.tooLarge(.dot, nodeCount: 500, edgeCount: 900))" == """
        found 500 nodes and 900 edges to draw, expected at most 200 and 400 for the layout dot: draw fewer, or use \
        sfdp (up to 1000 and 3000)
        """)
  }
}

import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct FlowLayoutTests {
  /// Two sources, three in between, one answer; a ribbon that passes the middle column.
  private func flow() throws -> Diagram {
    func node(_ key: String, _ column: Int) -> DiagramNode {
      DiagramNode(key: key, label: key, kind: 0, role: column == 0 ? .source : .connector, column: column)
    }
    return try Diagram(
      title: "", kinds: [DiagramKind("a")],
      nodes: [node("s", 0), node("t", 0), node("x", 1), node("y", 1), node("z", 1), node("item", 2)],
      edges: [
        DiagramEdge(from: "s", to: "x", weight: 0.4), DiagramEdge(from: "s", to: "y", weight: 0.1),
        DiagramEdge(from: "t", to: "z", weight: 0.2), DiagramEdge(from: "x", to: "item", weight: 0.4),
        DiagramEdge(from: "y", to: "item", weight: 0.1), DiagramEdge(from: "z", to: "item", weight: 0.2),
        DiagramEdge(from: "t", to: "item", weight: 0.3, label: "30 %"),
      ], layout: .flow)
  }

  private func scene(_ diagram: Diagram) throws -> Scene {
    try SceneBuilder(diagram: diagram, style: DiagramStyle()).scene(runner: GraphvizLayout())
  }

  @Test func `ribbons are as wide as what flows, side by side at their ends`() throws {
    let scene = try scene(flow())
    for edge in scene.edges { #expect(abs(edge.width - edge.edge.weight * FlowLayout.widestRibbon) < 1e-9) }
    let item = try #require(scene.nodes.last)
    let arriving = scene.edges.filter { $0.edge.to == "item" }
      .map { ($0.curve[$0.curve.count - 1].y, $0.width) }.sorted { $0.0 < $1.0 }
    for (upper, lower) in zip(arriving, arriving.dropFirst()) {
      #expect(lower.0 - lower.1 / 2 >= upper.0 + upper.1 / 2)
    }
    #expect(arriving[0].0 - arriving[0].1 / 2 >= item.center.y - item.size.height / 2)
    #expect(arriving[3].0 + arriving[3].1 / 2 <= item.center.y + item.size.height / 2)
  }

  @Test func `columns stand from left to right, and ribbons keep clear of the nodes that they pass`() throws {
    let scene = try scene(flow())
    #expect(overlaps(in: scene) == [])
    let places = Dictionary(uniqueKeysWithValues: scene.nodes.map { ($0.node.key, $0) })
    #expect(places["s"]!.center.x < places["x"]!.center.x && places["x"]!.center.x < places["item"]!.center.x)
    let passing = scene.edges[6]
    for step in 0...200 {
      let point = Bezier.point(on: passing.curve, at: Double(step) / 200)
      for key in ["x", "y", "z"] {
        let node = places[key]!
        if abs(point.x - node.center.x) <= node.size.width / 2 {
          #expect(abs(point.y - node.center.y) >= node.size.height / 2 + passing.width / 2 - 0.01)
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<30)
  func `random flows have no overlaps and the same picture each time`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let counts = (0..<Int.random(in: 2...4, using: &random)).map { _ in Int.random(in: 1...9, using: &random) }
    var nodes: [DiagramNode] = []
    for (column, count) in counts.enumerated() {
      for number in 0..<count {
        nodes.append(
          DiagramNode(key: "\(column).\(number)", label: "\(number)", kind: 0, role: .connector, column: column))
      }
    }
    let edges = (0..<Int.random(in: 0...25, using: &random)).map { _ in
      DiagramEdge(
        from: nodes.randomElement(using: &random)!.key, to: nodes.randomElement(using: &random)!.key,
        weight: .random(in: 0...1, using: &random))
    }.filter { edge in edge.from.first != edge.to.first }
    let diagram = try Diagram(title: "", kinds: [DiagramKind("a")], nodes: nodes, edges: edges, layout: .flow)
    let one = try scene(diagram)
    #expect(overlaps(in: one) == [])
    #expect(SVGWriter.text(of: one) == SVGWriter.text(of: try scene(diagram)))
  }

  @Test func `a node without a column is refused`() {
    #expect(throws: DiagramError.columnMissing(node: "a")) {
      try Diagram(
        title: "", kinds: [DiagramKind("a")], nodes: [DiagramNode(key: "a", label: "", kind: 0, role: .source)],
        edges: [],
        layout: .flow)
    }
  }
}

import Foundation
import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct LayoutTests {
  private func request(_ diagram: Diagram) -> LayoutRequest {
    LayoutPlan(of: diagram).request(
      sizes: diagram.nodes.map { _ in Size(width: 60, height: 20) }, labelSizes: diagram.edges.map { _ in nil })
  }

  @Test func `requests and placements survive being text`() throws {
    let request = request(try .random(nodeCount: 12, edgeCount: 20, layout: .sfdp, seed: 3))
    #expect(LayoutRequest(text: request.text) == request)
    let placement = try GraphvizLayout().place(request)
    #expect(Placement(text: placement.text, of: request) == placement)
  }

  @Test(arguments: [
    "", "dot", "dot 1", "dot x 0\n", "flop 1 0\n", "dot 1 1\n0 1\n", "dot 1 1\n", "dot 300 0\n", "dot -1 0\n",
    "dot 1 -1\n",
  ])
  func `what is no request is refused`(text: String) {
    #expect(LayoutRequest(text: text) == nil)
  }

  @Test func `what is no placement is refused`() throws {
    let request = request(try .star(labels: ["a", "b"]))
    for text in [
      "", "1 2\n", "1 2\n3 4\n", "1 2\n3 x\n- -\n", "1 2\n3 4\n- - 1\n", "1 2\n3 inf\n- -\n", "1 2\n3 4\n- -\n5 6\n",
    ] {
      #expect(Placement(text: text, of: request) == nil, "\(text)")
    }
    #expect(Placement(text: "1 2\n3 4\n- -\n", of: request) != nil)
  }

  @Test func `text that people wrote never comes to Graphviz`() throws {
    let request = request(try .star(labels: ["secret & title", "other \" label"]))
    #expect(!request.dot.contains("secret") && !request.dot.contains("label \"") && !request.dot.contains("k0"))
  }

  /// What a program has allocated before decides the addresses of what comes next.
  @Test(arguments: DiagramLayout.allCases.filter { $0 != .flow && $0 != .rings })
  func `equal requests have equal places to the last bit, whatever else is in memory`(layout: DiagramLayout) throws {
    let diagram = try Diagram.random(nodeCount: 30, edgeCount: 45, layout: layout, seed: 5)
    let first = try DiagramRenderer.render(diagram, as: .json).bytes
    let placed = try GraphvizLayout().place(request(diagram))
    var random = SplitMix64(seed: 11)
    var held: [[UInt8]] = []
    for round in 0..<12 {
      for _ in 0..<400 {
        let block = [UInt8](repeating: 1, count: .random(in: 1...900, using: &random))
        if held.count > 300 { held[Int.random(in: 0..<300, using: &random)] = block } else { held.append(block) }
      }
      // Another layout leaves the generator of the C library elsewhere.
      let other = try Diagram.random(nodeCount: 5 + round, edgeCount: 8, layout: .sfdp, seed: 1)
      _ = try GraphvizLayout().place(request(other))
      #expect(try GraphvizLayout().place(request(diagram)) == placed)
      #expect(try DiagramRenderer.render(diagram, as: .json).bytes == first)
    }
  }

  @Test(arguments: UInt64(0)..<8)
  func `what is called cheap is placed in the process`(seed: UInt64) throws {
    for layout in [DiagramLayout.dot, .neato, .twopi, .sfdp] {
      let diagram = try Diagram.random(nodeCount: seed % 2 == 0 ? 80 : 25, edgeCount: 200, layout: layout, seed: seed)
      let request = request(diagram)
      #expect(request.isCheap)
      #expect(try GraphvizLayout().place(request).nodes.count == request.nodeCount)
    }
  }

  /// Parallel lines beside each other.
  private func ladder(_ count: Int) throws -> (Diagram, [[Point]]) {
    let nodes = (0..<2 * count).map { DiagramNode(key: "\($0)", label: "", kind: 0, role: .related) }
    let edges = (0..<count).map { DiagramEdge(from: "\($0)", to: "\($0 + count)") }
    let diagram = try Diagram(title: "", kinds: [DiagramKind("a")], nodes: nodes, edges: edges, layout: .sfdp)
    let lines = (0..<count).map { Bezier.line(from: Point(0, Double($0) * 4), to: Point(600, Double($0) * 4)) }
    return (diagram, lines)
  }

  @Test func `many lines that run alike come together in the middle, and keep their ends`() throws {
    let (diagram, lines) = try ladder(170)
    let bundled = EdgeBundling.bundled(lines, of: diagram)
    #expect(zip(lines, bundled).allSatisfy { $0[0] == $1[0] && $0[3] == $1[$1.count - 1] })
    func spread(_ curves: [[Point]]) -> Double {
      let middles = curves.map { Bezier.point(on: $0, at: 0.5).y }
      return middles.max()! - middles.min()!
    }
    #expect(spread(bundled) < 0.75 * spread(lines))
    #expect(bundled.joined().allSatisfy { $0.x.isFinite && $0.y.isFinite })
    #expect(EdgeBundling.bundled(lines, of: diagram) == bundled)
  }

  @Test func `few lines stay as they are`() throws {
    let (diagram, lines) = try ladder(20)
    #expect(EdgeBundling.bundled(lines, of: diagram) == lines)
  }
}

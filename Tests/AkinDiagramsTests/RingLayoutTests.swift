import Testing

@testable import AkinDiagrams

@Suite struct RingLayoutTests {
  /// A source, connectors that lead to answers of their own group alone, and one node that leads nowhere.
  private func rings(groups: Int, answers: Int, connectors: Int) throws -> Diagram {
    var nodes = [DiagramNode(key: "source", label: "", kind: 0, role: .source)]
    var edges: [DiagramEdge] = []
    // Groups in turns, so that the order given is no help.
    for number in 0..<answers {
      for group in 0..<groups {
        nodes.append(DiagramNode(key: "answer \(group)/\(number)", label: "", kind: 0, role: .related))
      }
    }
    for number in 0..<connectors {
      for group in 0..<groups {
        let key = "connector \(group)/\(number)"
        nodes.append(DiagramNode(key: key, label: "", kind: 0, role: .connector))
        edges.append(DiagramEdge(from: "source", to: key, weight: 0.5))
        for answer in 0..<answers where (answer + number) % 3 != 0 {
          edges.append(DiagramEdge(from: key, to: "answer \(group)/\(answer)", weight: 0.5))
        }
      }
    }
    nodes.append(DiagramNode(key: "more", label: "", kind: 0, role: .more))
    edges.append(DiagramEdge(from: "source", to: "more", weight: 0))
    return try Diagram(title: "", kinds: [DiagramKind("a")], nodes: nodes, edges: edges, layout: .rings)
  }

  private func centers(_ diagram: Diagram) -> [Point] {
    let sizes = diagram.nodes.map { _ in Size(width: 60, height: 24) }
    return RingLayout(diagram: diagram, sizes: sizes, ends: LayoutPlan(of: diagram).ends).centers
  }

  @Test(arguments: [(1, 3, 2), (2, 4, 3), (3, 4, 4), (4, 5, 2)])
  func `what is led to together stands together, and what leads there on its side`(
    groups: Int, answers: Int, connectors: Int
  ) throws {
    let diagram = try rings(groups: groups, answers: answers, connectors: connectors)
    let centers = centers(diagram)
    #expect(centers == self.centers(diagram))
    #expect(centers.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    func group(_ key: String) -> Int? {
      key.split(whereSeparator: { $0 == " " || $0 == "/" }).dropFirst().first.flatMap { Int($0) }
    }
    // Around the outer ring a group begins once.
    let outer = diagram.nodes.indices.filter { diagram.nodes[$0].role == .related }.sorted {
      angle(centers[$0]) < angle(centers[$1])
    }.map { group(diagram.nodes[$0].key)! }
    let begins = outer.indices.count { outer[$0] != outer[($0 + outer.count - 1) % outer.count] }
    #expect(begins == (groups == 1 ? 0 : groups))
    #expect(centers[0] == Point(0, 0))
    for number in diagram.nodes.indices where diagram.nodes[number].role == .connector {
      let own = distance(centers[number], to: group(diagram.nodes[number].key)!, diagram, centers)
      for other in 0..<groups where groups > 2 {
        #expect(own <= distance(centers[number], to: other, diagram, centers) + 1e-9)
      }
      #expect(
        length(centers[number]) < centers.indices.filter { diagram.nodes[$0].role == .related }.map {
          length(centers[$0])
        }.min()!)
    }
    for (one, other) in centers.indices.flatMap({ one in centers.indices.dropFirst(one + 1).map { (one, $0) } }) {
      #expect((centers[one] - centers[other]).length > 1)
    }
  }

  @Test func `a source alone, and answers that nothing leads to, have places`() throws {
    #expect(centers(try rings(groups: 1, answers: 0, connectors: 0)).count == 2)
    let diagram = try rings(groups: 2, answers: 5, connectors: 0)
    #expect(Set(centers(diagram).map { "\($0)" }).count == diagram.nodes.count)
    let scene = try DiagramRenderer.render(diagram, as: .svg)
    #expect(!scene.bytes.isEmpty)
  }

  private func angle(_ point: Point) -> Double {
    // Ascends with the angle; no more is needed.
    let share = point.x / (abs(point.x) + abs(point.y))
    return point.y < 0 ? share - 1 : 1 - share
  }

  private func length(_ point: Point) -> Double { Point(point.x / 1.25, point.y).length }

  private func distance(_ from: Point, to group: Int, _ diagram: Diagram, _ centers: [Point]) -> Double {
    let members = centers.indices.filter { diagram.nodes[$0].key.hasPrefix("answer \(group)/") }
    return members.reduce(0) { $0 + (centers[$1] - from).length } / Double(members.count)
  }
}

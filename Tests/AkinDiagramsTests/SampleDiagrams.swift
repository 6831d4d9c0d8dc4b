import AkinDiagrams
import TestSupport

extension Diagram {
  /// One movie, two users, two related movies, in three columns.
  static func threeColumns() throws -> Diagram {
    try Diagram(
      title: "Related to Alien", caption: "by hand", kinds: [DiagramKind("movie"), DiagramKind("user")],
      nodes: [
        DiagramNode(key: "movie:1", label: "Alien (1979)", kind: 0, role: .source, column: 0),
        DiagramNode(key: "user:7", label: "user 7", kind: 1, role: .connector, column: 1),
        DiagramNode(key: "user:8", label: "user 8", kind: 1, role: .connector, column: 1),
        DiagramNode(
          key: "movie:2", label: "Aliens (1986)", detail: "9 visits", kind: 0, role: .related, column: 2, id: "2"),
        DiagramNode(key: "movie:3", label: "Arrival (2016)", detail: "4 visits", kind: 0, role: .related, column: 2),
      ],
      edges: [
        DiagramEdge(from: "movie:1", to: "user:7", weight: 1),
        DiagramEdge(from: "user:8", to: "movie:1", weight: 0.5, isDirected: true),
        DiagramEdge(from: "user:7", to: "movie:2", weight: 0),
        DiagramEdge(from: "user:8", to: "movie:3", label: "saw", tooltip: "seen twice"),
      ],
      weightMeaning: "more visits", orderedColumns: [2])
  }

  /// A star: the first label in the middle.
  static func star(
    labels: [String], keys: [String]? = nil, layout: DiagramLayout = .neato
  ) throws -> Diagram {
    let keys = keys ?? labels.indices.map { "k\($0)" }
    return try Diagram(
      title: "star", kinds: [DiagramKind("thing")],
      nodes: labels.indices.map { position in
        DiagramNode(
          key: keys[position], label: labels[position], kind: 0, role: position == 0 ? .source : .related)
      },
      edges: keys.dropFirst().map { DiagramEdge(from: keys[0], to: $0) }, layout: layout)
  }

  static func random(nodeCount: Int, edgeCount: Int, layout: DiagramLayout, seed: UInt64) throws -> Diagram {
    var random = SplitMix64(seed: seed)
    return try Diagram(
      title: "random \(seed)", kinds: ["a", "b", "c", "d", "e"].map { DiagramKind($0) },
      nodes: (0..<nodeCount).map { position in
        DiagramNode(
          key: "\(position)", label: "node \(position)", kind: position % 5,
          role: position == 0 ? .source : .allCases.randomElement(using: &random)!)
      },
      edges: (0..<edgeCount).map { _ in
        DiagramEdge(
          from: "\(Int.random(in: 0..<nodeCount, using: &random))",
          to: "\(Int.random(in: 0..<nodeCount, using: &random))",
          weight: .random(in: 0...1, using: &random))
      },
      layout: layout)
  }
}

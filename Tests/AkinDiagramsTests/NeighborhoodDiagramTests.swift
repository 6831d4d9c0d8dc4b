import AkinDiagrams
import AkinGraph
import AkinRanking
import TestSupport
import Testing

@Suite struct NeighborhoodDiagramTests {
  let user = NodeTypeID(rawValue: 0)
  let item = NodeTypeID(rawValue: 1)

  func node(_ name: String, _ type: NodeTypeID, in snapshot: Snapshot) throws -> NodeID {
    NodeID(type: type, index: try #require(try snapshot.table(of: type).index(ofID: name)))
  }

  /// A source shared by users 1 to 3; item a by all three of them, b by one, c by a user who is not near the source.
  func neighborhood(_ change: (inout [String]) -> Void = { _ in }) throws -> Neighborhood {
    var related = ["a", "b", "c"]
    change(&related)
    let snapshot = try bipartiteSnapshot([
      ("1", "source"), ("2", "source"), ("3", "source"), ("1", "a"), ("2", "a"), ("3", "a"), ("2", "b"), ("far", "c"),
    ])
    return Neighborhood(
      snapshot: snapshot, hop: Hop(relation: 0, direction: .reverse),
      sources: [try node("source", item, in: snapshot)],
      related: try related.enumerated().map { RankedNode(node: try node($1, item, in: snapshot), score: -Double($0)) },
      connectors: try ["1", "2", "3", "far"].map { RankedNode(node: try node($0, user, in: snapshot), score: 10) })
  }

  @Test func `shows the sources, what is related and what leads there`() throws {
    let diagram = try neighborhood().diagram()
    func labels(_ role: DiagramRole) -> [String] { diagram.nodes.filter { $0.role == role }.map(\.label) }
    #expect(labels(.source) == ["source"])
    #expect(Set(labels(.connector)) == ["user 1", "user 2", "user 3"])
    // Nobody near the source leads to c.
    #expect(labels(.related) == ["a", "b"])
    #expect(diagram.nodes.filter { $0.role == .related }.map(\.detail) == ["3 of 3 shared", "1 of 1 shared"])
    #expect(diagram.edges.count == 7)
    #expect(diagram.kinds.map(\.name) == ["item", "user"])
    #expect(diagram.edges.allSatisfy { !$0.isDirected })
  }

  @Test(arguments: 3...12)
  func `keeps to the limit`(limit: Int) throws {
    var options = NeighborhoodOptions()
    options.limit = limit
    let diagram = try neighborhood().diagram(options)
    #expect(diagram.nodes.count <= limit)
    #expect(diagram.nodes.contains { $0.role == .related })
    // Every node but the sources has a line.
    for node in diagram.nodes { #expect(diagram.edges.contains { $0.from == node.key || $0.to == node.key }) }
  }

  @Test func `no hub takes all lines`() throws {
    var pairs: [(String, String)] = []
    for user in 0..<20 {
      pairs.append(("u\(user)", "source"))
      for item in 0..<10 where user == 0 || item % 5 == user % 5 { pairs.append(("u\(user)", "i\(item)")) }
    }
    let snapshot = try bipartiteSnapshot(pairs)
    let diagram = try Neighborhood(
      snapshot: snapshot, hop: Hop(relation: 0, direction: .reverse), sources: [try node("source", item, in: snapshot)],
      related: try (0..<10).map { RankedNode(node: try node("i\($0)", item, in: snapshot), score: 1) },
      connectors: try (0..<20).map {
        RankedNode(node: try node("u\($0)", user, in: snapshot), score: $0 == 0 ? 100 : 1)
      }
    ).diagram()
    for node in diagram.nodes where node.role == .connector {
      #expect(diagram.edges.count { $0.from == node.key } <= 5)
    }
    for node in diagram.nodes where node.role == .related {
      #expect((1...4).contains(diagram.edges.count { $0.to == node.key }))
    }
  }

  @Test func `within one type nothing is drawn twice and edges have a direction`() throws {
    let snapshot = try bipartiteSnapshot(
      [("x", "git"), ("y", "git"), ("x", "hg"), ("y", "hg"), ("hg", "git"), ("hg", "x")], sourceType: "package",
      targetType: "package")
    let package = NodeTypeID(rawValue: 0)
    func named(_ names: [String]) throws -> [RankedNode] {
      try names.map { RankedNode(node: try node($0, package, in: snapshot), score: 1) }
    }
    let diagram = try Neighborhood(
      snapshot: snapshot, hop: Hop(relation: 0, direction: .reverse), sources: [try node("git", package, in: snapshot)],
      related: try named(["hg"]), connectors: try named(["x", "y", "hg"])
    ).diagram()
    #expect(diagram.nodes.map(\.label).sorted() == ["git", "hg", "x", "y"])
    #expect(diagram.edges.allSatisfy { $0.isDirected })
    #expect(diagram.kinds.map(\.name) == ["package"])
  }

  @Test func `a lone source is drawn alone`() throws {
    var lone = try neighborhood()
    lone.related = []
    lone.connectors = []
    let diagram = try lone.diagram()
    #expect(diagram.nodes.map(\.label) == ["source", "+ 3 more"])
    #expect(diagram.edges.count == 1)
    var options = NeighborhoodOptions()
    options.showsStubs = false
    #expect(try lone.diagram(options).nodes.map(\.label) == ["source"])
  }
}

import AkinGraph
import AkinPageRank
import AkinRanking
import TestSupport
import Testing

@Suite struct NetworkXTests {
  static let isPresent = Python.canImport("networkx", "scipy")

  @Test(.enabled(if: isPresent, "python3 cannot import networkx and scipy"))
  func `southern women as networkx ranks them`() throws {
    let snapshot = try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event")
    let output = try Python.run(
      """
      import csv, sys, networkx as nx
      g = nx.Graph(); rows = list(csv.reader(open(sys.argv[1])))[1:]
      g.add_edges_from((("w", r[0]), ("e", r[1])) for r in rows)
      for p in (None, {("w", "Evelyn Jefferson"): 1}, {("e", "E8"): 2, ("w", "Flora Price"): 1}):
          s = nx.pagerank(g, alpha=0.85, personalization=p, tol=1e-16, max_iter=10000)
          print("\\t".join(f"{k[0]}{k[1]}={v!r}" for k, v in s.items()))
      """, arguments: [projectFolder + "/graphs/southern-women/attendance.csv"])
    let pageRank = try PageRank(
      snapshot, following: .wholeGraph(snapshot.schema), options: PageRankOptions(tolerance: 1e-13))
    func node(_ type: UInt16, _ id: String, _ weight: Double) throws -> WeightedSource {
      let type = NodeTypeID(rawValue: type)
      let index = try #require(try snapshot.table(of: type).index(ofID: id))
      return WeightedSource(NodeID(type: type, index: index), weight: weight)
    }
    let results = [
      try pageRank.scores(), try pageRank.scores(from: [node(0, "Evelyn Jefferson", 1)]),
      try pageRank.scores(from: [node(1, "E8", 2), node(0, "Flora Price", 1)]),
    ]
    let lines = output.split(separator: "\n")
    try #require(lines.count == 3)
    for (line, result) in zip(lines, results) {
      let fields = line.split(separator: "\t")
      #expect(fields.count == 32)
      for field in fields {
        let equals = try #require(field.lastIndex(of: "="))
        let name = String(field[..<equals].dropFirst())
        let type: UInt16 = field.first == "w" ? 0 : 1
        let expected = try #require(Double(field[field.index(after: equals)...]))
        #expect(abs(result[try node(type, name, 1).node] - expected) < 1e-12)
      }
    }
  }
}

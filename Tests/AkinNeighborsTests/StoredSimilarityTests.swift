import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct StoredSimilarityTests {
  private func provenance(_ similarity: any NodeSimilarity) -> Provenance {
    Provenance(method: "test", parameters: ["k": "5"], snapshot: similarity.snapshot, hop: similarity.hop)
  }

  private func stored(_ similarity: any NodeSimilarity, k: Int, threads: Int = 1) throws -> Snapshot {
    try similarity.stored(k: k, provenance: provenance(similarity), execution: Execution(threads: threads))
  }

  private static func similarity(
    _ measure: some SimilarityMeasure, _ graph: RatedGraph, _ options: NeighborOptions
  ) throws -> any NodeSimilarity {
    try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: measure, options: options)
  }

  @Test(arguments: UInt64(0)..<20)
  func `the rows are those of the table, in a graph that keeps its promises`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .weights)
    let similarity = try Self.similarity(Cosine(), graph, NeighborOptions())
    let table = try similarity.allNeighbors(k: 4, execution: .serial)
    let kept = try stored(similarity, k: 4)
    #expect(try kept.verify().isEmpty)
    #expect(kept.schema.nodeTypes == [NodeType(name: "item", count: graph.numbers.count)])
    #expect(try stored(similarity, k: 4, threads: 3).fingerprint == kept.fingerprint)
    let rows = kept.relations[0].forward
    for item in 0..<table.nodeCount {
      let row = try rows.edges(of: UInt32(item)).map { (rows.neighbors[$0], rows.attributes.weight(at: $0)) }
      let expected = table.row(item).map { ($0.node.index, Float($0.score)) }.sorted { $0.0 < $1.0 }
      #expect(row.map(\.0) == expected.map(\.0))
      #expect(row.map(\.1) == expected.map(\.1))
      #expect(try kept.name(of: NodeID(type: NodeTypeID(rawValue: 0), index: UInt32(item))) == "i\(item)")
    }
  }

  @Test func `a file keeps rows and where they come from`() throws {
    let folder = TemporaryFolder()
    let graph = try RatedGraph(seed: 5, content: .weights)
    let similarity = try Self.similarity(Jaccard(), graph, NeighborOptions())
    let kept = try stored(similarity, k: 3)
    try kept.write(to: folder.file("similar.akin"))
    let opened = try Snapshot.open(folder.file("similar.akin"))
    #expect(opened.fingerprint == kept.fingerprint)
    #expect(opened.provenance == provenance(similarity))
    #expect(try opened.verify().isEmpty)
    let model = try ModelFile.open(folder.file("similar.akin"))
    #expect(model.provenance == provenance(similarity))
    #expect(model.graph?.fingerprint == kept.fingerprint)
  }

  @Test(arguments: UInt64(0)..<15)
  func `answers are those of the live method, and so are explanations`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .weights)
    let live = try Self.similarity(Cosine(), graph, NeighborOptions())
    let fromRows = try StoredSimilarity(stored(live, k: 3), of: live)
    let count = graph.numbers.count
    let query = Query(
      sources: Set([0, count - 1]).sorted().map {
        WeightedSource(NodeID(type: RatedGraph.item, index: UInt32($0)), weight: Double($0 + 1))
      }, candidates: CandidateFilter(type: RatedGraph.item))
    let expected = try SimilarNodes(live, neighborhood: 3, name: "cosine").rank(query, k: 100)
    let found = try SimilarNodes(fromRows, name: "cosine").rank(query, k: 100)
    #expect(Set(found.items.map(\.node)) == Set(expected.items.map(\.node)))
    let scores = Dictionary(uniqueKeysWithValues: expected.items.map { ($0.node, $0.score) })
    let sessions = [
      SimilarNodes(live, neighborhood: 3, name: "cosine"), SimilarNodes(fromRows, name: "cosine"),
    ].map { $0.makeSession() as! any ExplainingSession }
    for item in found.items {
      #expect(abs(item.score - scores[item.node]!) <= 1e-6 * item.score)
      let parts = try sessions.map { try $0.explanation(of: item.node, for: query, limit: 100)! }
      #expect(abs(parts[1].total - item.score) <= 1e-9 * item.score)
      let ways = parts.map { Dictionary(uniqueKeysWithValues: $0.parts.map { ([$0.source] + $0.way, $0.amount) }) }
      #expect(Set(ways[0].keys) == Set(ways[1].keys))
      for (way, amount) in ways[0] { #expect(abs(ways[1][way]! - amount) <= 1e-6 * amount) }
    }
  }

  @Test func `another graph is refused`() throws {
    let graph = try RatedGraph([[1, 1], [1, 1], [1, nil]], content: .binary)
    let similarity = try Self.similarity(Cosine(), graph, NeighborOptions())
    let expected = "one relation 'similar' within 3 nodes 'item'"
    #expect(throws: NeighborError.notStoredSimilarities(found: "'rated'", expected: expected)) {
      _ = try StoredSimilarity(graph.snapshot, of: similarity)
    }
    let smaller = try Self.similarity(
      Cosine(), try RatedGraph([[1, 1], [1, 1]], content: .binary), NeighborOptions())
    #expect(throws: NeighborError.notStoredSimilarities(found: "'similar'", expected: expected)) {
      _ = try StoredSimilarity(stored(smaller, k: 1), of: similarity)
    }
  }

  // MARK: Refreshing

  /// A sparse graph, and the same after some edges came, went and changed, perhaps with more items and users.
  private func change(seed: UInt64, content: RatedGraph.Content) throws -> (old: RatedGraph, new: RatedGraph) {
    var random = SplitMix64(seed: seed &+ 1000)
    var numbers = [[Double?]](repeating: [Double?](repeating: nil, count: 40), count: 50)
    func number() -> Double {
      content == .binary ? 1 : Double(Int.random(in: content == .values ? -5...5 : 1...9, using: &random))
    }
    for _ in 0..<110 {
      numbers[Int.random(in: 0..<50, using: &random)][Int.random(in: 0..<40, using: &random)] = number()
    }
    let old = try RatedGraph(numbers, content: content)
    if seed % 3 == 1 { numbers = numbers.map { $0 + [nil] } }
    if seed % 3 >= 1 { numbers.append([Double?](repeating: nil, count: numbers[0].count)) }
    for _ in 0..<Int(1 + seed % 4) {
      let user = Int.random(in: 0..<numbers[0].count, using: &random)
      numbers[Int.random(in: 0..<numbers.count, using: &random)][user] = number()
      let present = numbers.indices.filter { numbers[$0][user] != nil }
      if let gone = present.randomElement(using: &random), Bool.random(using: &random) { numbers[gone][user] = nil }
    }
    return (old, try RatedGraph(numbers, content: content))
  }

  @Test(arguments: MeasureTests.cases, UInt64(0)..<12)
  func `refreshed rows are those of a rebuild`(item: MeasureTests.Case, seed: UInt64) throws {
    for content in item.content {
      let (old, new) = try change(seed: seed, content: content)
      var options = MeasureTests.options(content, seed: seed)
      if seed % 5 == 4 { options.connectorLimit = 4 }
      try expectRefreshed(
        from: Self.similarity(item.measure, old, options), to: Self.similarity(item.measure, new, options))
    }
  }

  @Test(arguments: UInt64(0)..<12)
  func `refreshed rows of swing are those of a rebuild`(seed: UInt64) throws {
    let (old, new) = try change(seed: seed, content: .binary)
    func swing(_ graph: RatedGraph) -> Swing {
      Swing(graph.snapshot, hop: RatedGraph.hop, userLimit: seed % 2 == 0 ? 3 : 500)
    }
    try expectRefreshed(from: swing(old), to: swing(new))
  }

  private func expectRefreshed(from old: any NodeSimilarity, to new: any NodeSimilarity) throws {
    let touched = try TouchedRows(from: old.snapshot, to: new.snapshot, hop: RatedGraph.hop)
    let before = try stored(old, k: 3)
    let rebuilt = try stored(new, k: 3)
    for threads in [1, 3] {
      let refreshed = try new.refreshed(
        before, touched: touched, k: 3, provenance: provenance(new), execution: Execution(threads: threads),
        rebuildShare: 1)
      #expect(refreshed.fingerprint == rebuilt.fingerprint)
    }
  }

  @Test func `a change reaches few rows`() throws {
    var numbers = [[Double?]](repeating: [Double?](repeating: nil, count: 40), count: 80)
    // Items 2n and 2n + 1 share user n.
    for item in 0..<80 { numbers[item][item / 2] = 1 }
    let old = try RatedGraph(numbers, content: .binary)
    numbers[6][0] = 1
    let new = try RatedGraph(numbers, content: .binary)
    let touched = try TouchedRows(from: old.snapshot, to: new.snapshot, hop: RatedGraph.hop)
    #expect(touched == TouchedRows(nodes: [6], connectors: [0]))
    let cosine = try Self.similarity(Cosine(), new, NeighborOptions())
    let before = try stored(Self.similarity(Cosine(), old, NeighborOptions()), k: 3)
    #expect(try cosine.rows(reachedBy: touched, old: before, countsBefore: nil) == [0, 1, 6, 7])
    let mean = try Self.similarity(BM25(), new, NeighborOptions())
    #expect(try mean.rows(reachedBy: touched, old: before, countsBefore: before.provenance?.nodeCounts) == nil)
    #expect(
      try mean.rows(
        reachedBy: TouchedRows(nodes: [], connectors: []), old: before, countsBefore: before.provenance?.nodeCounts)
        == [])
  }

  @Test func `graphs of other nodes have no rows in common`() throws {
    let one = try RatedGraph([[1, 1], [1, nil]], content: .binary)
    let other = try RatedGraph([[1, 1]], content: .binary)
    #expect(throws: NeighborError.otherNodes(type: "item", found: "1 nodes", expected: "at least 2")) {
      _ = try TouchedRows(from: one.snapshot, to: other.snapshot, hop: RatedGraph.hop)
    }
  }
}

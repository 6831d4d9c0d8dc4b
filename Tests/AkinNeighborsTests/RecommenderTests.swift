import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct RecommenderTests {
  func node(_ index: Int) -> NodeID { NodeID(type: RatedGraph.item, index: UInt32(index)) }

  func query(_ sources: [(Int, Double)], excluded: [UInt32] = [], allowed: [UInt32]? = nil) -> Query {
    Query(
      sources: sources.map { WeightedSource(node($0.0), weight: $0.1) },
      candidates: CandidateFilter(
        type: RatedGraph.item, excluded: NodeSet(excluded), allowed: allowed.map { NodeSet($0) }))
  }

  @Test(arguments: UInt64(0)..<30)
  func `several sources add up, within filters`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .weights)
    let count = graph.numbers.count
    let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: Cosine())
    let table = try similarity.allNeighbors(k: 100, execution: .serial)
    for neighborhood in [nil, 2] {
      let method = SimilarNodes(similarity, neighborhood: neighborhood, name: "cosine")
      let question = query([(0, 2), (count / 2, 0.5)], excluded: [0], allowed: Array(0..<UInt32(max(1, count - 1))))
      var expected = [Double](repeating: 0, count: count)
      for source in question.sources {
        for entry in table.row(Int(source.node.index)).prefix(neighborhood ?? count) {
          expected[Int(entry.node.index)] += source.weight * entry.score
        }
      }
      let list = try method.rank(question, k: 1000)
      let wanted = (0..<count).filter { expected[$0] > 0 && $0 != 0 && $0 < max(1, count - 1) }
      #expect(Set(list.items.map { Int($0.node.index) }) == Set(wanted))
      for item in list.items { #expect(abs(item.score - expected[Int(item.node.index)]) < 1e-12) }
      #expect(list.items == list.items.sorted { ($1.score, $0.node) < ($0.score, $1.node) })
      let session = method.makeSession()
      for _ in 0..<2 {
        #expect(try session.rank(question, k: 1000) == list)
        let scores = try session.scores(of: (0..<count).map { node($0) }, for: question)
        for item in list.items { #expect(scores[Int(item.node.index)] == item.score) }
      }
    }
  }

  @Test(arguments: UInt64(0)..<30)
  func `users like the asker, against a dense formula`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .weights)
    let (items, users) = (graph.numbers.count, graph.numbers[0].count)
    let similarity = try GraphSimilarity(
      graph.snapshot, hop: Hop(relation: 0, direction: .forward), measure: Cosine())
    let asker = [(0, 3.0), (items - 1, 1.0)].prefix(items)
    let method = SimilarUsers(similarity, neighborhood: 3, name: "user-cosine")
    let list = try method.rank(query(Array(asker)), k: 100)
    var history = [Double](repeating: 0, count: items)
    for (item, weight) in asker { history[item] += weight }
    let similarities = (0..<users).map { user -> Double in
      let row = (0..<items).map { graph.numbers[$0][user] ?? 0 }
      let norm = (row.reduce(0) { $0 + $1 * $1 } * history.reduce(0) { $0 + $1 * $1 }).squareRoot()
      return norm == 0 ? 0 : zip(row, history).reduce(0) { $0 + $1.0 * $1.1 } / norm
    }
    let nearest = (0..<users).filter { similarities[$0] > 0 }
      .sorted { (similarities[$1], $0) < (similarities[$0], $1) }.prefix(3)
    for item in list.items {
      let expected = nearest.reduce(0) { $0 + similarities[$1] * (graph.numbers[Int(item.node.index)][$1] ?? 0) }
      #expect(abs(item.score - expected) < 1e-9)
    }
    #expect(
      list.items.count == (0..<items).filter { item in nearest.contains { graph.numbers[item][$0] != nil } }.count)
  }

  @Test func `a source without edges gives an empty list with its reason`() throws {
    let graph = try RatedGraph([[nil, nil], [1, nil], [1, 1]], content: .binary)
    let method = SimilarNodes(
      try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: Jaccard()), name: "jaccard")
    #expect(
      try method.rank(query([(0, 1)]), k: 3)
        == RankedList(items: [], shortfall: .isolatedSources, effort: .exact(edges: 0)))
    let list = try method.rank(query([(1, 1)]), k: 3)
    #expect(list.items == [RankedNode(node: node(2), score: 0.5)])
    #expect(list.shortfall == .reachedOnly(1, filtered: 0))
  }

  @Test func `a user as source stands for their items`() throws {
    let graph = try RatedGraph([[1, nil], [1, 1], [nil, 1]], content: .binary)
    let method = SimilarNodes(
      try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: Jaccard()), name: "jaccard")
    let user = Query(
      sources: [WeightedSource(NodeID(type: RatedGraph.user, index: 0))],
      candidates: CandidateFilter(type: RatedGraph.item))
    #expect(try method.rank(user, k: 3) == method.rank(query([(0, 0.5), (1, 0.5)]), k: 3))
  }

  @Test func `a query of another type is refused`() throws {
    let graph = try RatedGraph([[1, nil], [1, 1]], content: .binary)
    let method = SimilarNodes(
      try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: Jaccard()), name: "jaccard")
    let query = Query(sources: [WeightedSource(node(0))], candidates: CandidateFilter(type: RatedGraph.user))
    #expect(throws: NeighborError.candidateTypeMismatch(found: "user", expected: "item")) {
      try method.rank(query, k: 1)
    }
  }

  @Test func `connectors above the limit are passed over`() throws {
    // The second user has all items and would relate them all.
    let graph = try RatedGraph([[1, 1], [1, 1], [nil, 1], [nil, 1]], content: .binary)
    var options = NeighborOptions()
    options.connectorLimit = 2
    let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: CoOccurrence(), options: options)
    let table = try similarity.allNeighbors(k: 5, execution: .serial)
    #expect(table.offsets == [0, 1, 2, 2, 2])
    #expect(table.scores == [1, 1])
  }
}

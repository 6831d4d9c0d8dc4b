import AkinGraph
import AkinLinearAlgebra
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct VectorRecommenderTests {
  /// Two communities apart from each other; the last item has no vector.
  static func vectors(dimension: Int = 6) -> DenseMatrix {
    var random = SplitMix64(seed: 1)
    var vectors = DenseMatrix(rows: Checkerboard.itemCount, columns: dimension)
    for item in 0..<vectors.rowCount {
      for column in 0..<dimension {
        vectors[item, column] = (column % 2 == item % 2 ? 2 : -1) + Float.random(in: -0.3...0.3, using: &random)
      }
    }
    return vectors
  }

  static func method(
    _ snapshot: Snapshot, hop: Hop, metric: VectorMetric, hnsw: Bool = false
  ) throws -> VectorRecommender {
    let index: any VectorIndex =
      hnsw
      ? try HNSWIndex(vectors(), metric: metric, options: HNSWOptions(links: 8, buildEffort: 30, searchEffort: 30))
      : try ExactIndex(vectors(), metric: metric)
    return try VectorRecommender(index, snapshot: snapshot, hop: hop)
  }

  @Test(arguments: VectorMetric.allCases)
  func `keeps the promises of all methods`(metric: VectorMetric) throws {
    for hnsw in metric == .innerProduct ? [false] : [false, true] {
      let conformance = MethodConformance(isPersonalized: true) { snapshot, hop, _ in
        try Self.method(snapshot, hop: hop, metric: metric, hnsw: hnsw)
      }
      for problem in try conformance.problems() { Issue.record("\(metric), hnsw \(hnsw): \(problem)") }
    }
  }

  @Test(arguments: VectorMetric.allCases)
  func `the score is the weighted sum over the sources`(metric: VectorMetric) throws {
    let board = try Checkerboard()
    let method = try Self.method(board.snapshot, hop: board.hop, metric: metric)
    let vectors = Self.vectors()
    // Two items and a user, who stands for what was saved, one of them without a vector.
    let sources = [
      WeightedSource(NodeID(type: board.items, index: 3), weight: 2),
      WeightedSource(NodeID(type: board.items, index: 8)),
      WeightedSource(NodeID(type: board.users, index: 5), weight: 0.5),
      WeightedSource(NodeID(type: board.items, index: UInt32(Checkerboard.itemCount))),
    ]
    let query = Query(sources: sources, candidates: CandidateFilter(type: board.items))
    var expected = [Double](repeating: 0, count: vectors.rowCount)
    let saved = board.seen[5]
    for (item, weight) in [(3, 2.0), (8, 1)] + saved.map({ (Int($0), 0.5 / Double(saved.count)) }) {
      for (position, score) in naiveNeighbors(vectors.row(item), vectors, metric, k: vectors.rowCount) {
        expected[position] += weight * score
      }
    }
    let session = method.makeSession()
    let list = try session.rank(query, k: 100)
    #expect(list.items.count == vectors.rowCount && list.shortfall != nil)
    for item in list.items { #expect(abs(item.score - expected[Int(item.node.index)]) < 1e-4) }
    // Explained, the parts add up.
    let explaining = try #require(session as? any ExplainingSession)
    for limit in [1, 3, 100] {
      let explanation = try #require(try explaining.explanation(of: list.items[4].node, for: query, limit: limit))
      #expect(explanation.score == list.items[4].score)
      #expect(explanation.parts.count == min(limit, 2 + saved.count))
      #expect(abs(explanation.total - explanation.score) < 1e-9)
      if limit == 100 { #expect(abs(explanation.remainder) < 1e-4) }
      #expect(zip(explanation.parts, explanation.parts.dropFirst()).allSatisfy { $0.amount >= $1.amount })
      #expect(explanation.parts.allSatisfy { $0.way.isEmpty == ($0.source.type == board.items) })
    }
    #expect(try explaining.explanation(of: NodeID(type: board.users, index: 0), for: query, limit: 1) == nil)
  }

  @Test func `many queries together are answered as each alone`() throws {
    let board = try Checkerboard()
    let method = try Self.method(board.snapshot, hop: board.hop, metric: .cosine)
    var queries = (0..<9).map { board.query(for: $0) }
    queries.insert(
      Query(
        sources: [WeightedSource(NodeID(type: board.items, index: UInt32(Checkerboard.itemCount)))],
        candidates: CandidateFilter(type: board.items)), at: 4)
    let together = try method.makeSession().lists(for: queries, k: 3)
    #expect(try together == queries.map { try method.rank($0, k: 3) })
    #expect(together[4].items.isEmpty && together[4].shortfall == .unknownSources)
  }

  @Test func `users and items may have vectors of their own`() throws {
    let board = try Checkerboard()
    let items = Self.vectors()
    let users = DenseMatrix(
      rows: Checkerboard.userCount + 1, columns: 6,
      elements: (0...Checkerboard.userCount).flatMap { user in (0..<6).map { $0 % 2 == user % 2 ? Float(1) : 0 } })
    let nodes = (0..<UInt32(items.rowCount)).map { $0 == 7 ? VectorRecommender.none : $0 }
    let method = try VectorRecommender(
      ExactIndex(items, metric: .innerProduct), snapshot: board.snapshot, hop: board.hop, nodes: nodes,
      sourceVectors: [board.users: users])
    let query = Query(
      sources: [WeightedSource(NodeID(type: board.users, index: 1))], candidates: CandidateFilter(type: board.items))
    let list = try method.rank(query, k: 30)
    let expected = naiveNeighbors(users.row(1), items, .innerProduct, k: 30) { $0 != 7 }
    #expect(list.items.map { Int($0.node.index) } == expected.map(\.position))
    #expect(throws: VectorError.dimensionMismatch(found: 2, expected: 6)) {
      try VectorRecommender(
        ExactIndex(items, metric: .cosine), snapshot: board.snapshot, hop: board.hop,
        sourceVectors: [board.users: DenseMatrix(rows: 25, columns: 2)])
    }
  }
}

import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

/// Parts of scores against what each shared connector does to the dense formula.
@Suite struct ExplanationTests {
  func node(_ index: Int) -> NodeID { NodeID(type: RatedGraph.item, index: UInt32(index)) }
  func user(_ index: Int) -> NodeID { NodeID(type: RatedGraph.user, index: UInt32(index)) }

  func query(_ sources: [(NodeID, Double)]) -> Query {
    Query(
      sources: sources.map { WeightedSource($0.0, weight: $0.1) },
      candidates: CandidateFilter(type: RatedGraph.item))
  }

  func explanations(_ method: some Recommender, _ query: Query, items: Int) throws -> [Explanation] {
    let session = try #require(method.makeSession() as? any ExplainingSession)
    let scores = try session.scores(of: (0..<items).map(node), for: query)
    return try (0..<items).compactMap { item in
      let explanation = try session.explanation(of: node(item), for: query, limit: 1000)
      #expect(explanation?.score == scores[item])
      guard let explanation else { return nil }
      #expect(abs(explanation.total - explanation.score) <= 1e-9 * abs(explanation.score))
      #expect(explanation.remainder == 0)
      let short = try #require(try session.explanation(of: node(item), for: query, limit: 2))
      #expect(short.parts == Array(explanation.parts.prefix(2)))
      #expect(abs(short.total - explanation.score) <= 1e-9 * abs(explanation.score))
      return explanation
    }
  }

  @Test(arguments: MeasureTests.cases, UInt64(0)..<12)
  func `parts add up for every measure and name who is shared`(item: MeasureTests.Case, seed: UInt64) throws {
    func check(_ measure: some SimilarityMeasure, _ content: RatedGraph.Content) throws {
      let graph = try RatedGraph(seed: seed, content: content)
      let options = MeasureTests.options(content, seed: seed)
      let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: measure, options: options)
      let count = graph.numbers.count
      let sources = count > 1 ? [(node(0), 2.0), (node(count - 1), 0.5)] : [(node(0), 1.0)]
      for neighborhood in [nil, 2] {
        let method = SimilarNodes(similarity, neighborhood: neighborhood, name: item.name)
        for explanation in try explanations(method, query(sources), items: count) {
          #expect(!explanation.parts.isEmpty)
          let other = graph.numbers[Int(explanation.node.index)]
          for part in explanation.parts {
            let own = graph.numbers[Int(part.source.index)]
            #expect(part.way.count == 1 && part.way[0].type == RatedGraph.user)
            let connector = Int(part.way[0].index)
            #expect(own[connector] != nil && other[connector] != nil)
          }
          let ways = Set(explanation.parts.map(\.source)).map { source in
            MeasureTests.shared(graph.numbers[Int(source.index)], other).count
          }
          #expect(explanation.parts.count == ways.reduce(0, +))
        }
      }
    }
    for content in item.content { try check(item.measure, content) }
  }

  @Test(arguments: UInt64(0)..<20)
  func `cosine is split by the products of the numbers`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .weights)
    let count = graph.numbers.count
    let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: Cosine())
    func norm(_ item: Int) -> Double {
      graph.numbers[item].reduce(0) { $0 + ($1 ?? 0) * ($1 ?? 0) }.squareRoot()
    }
    for explanation in try explanations(SimilarNodes(similarity, name: "cosine"), query([(node(0), 2)]), items: count) {
      let item = Int(explanation.node.index)
      for part in explanation.parts {
        let user = Int(part.way[0].index)
        let expected = 2 * graph.numbers[0][user]! * graph.numbers[item][user]! / norm(0) / norm(item)
        #expect(abs(part.amount - expected) < 1e-12)
      }
    }
  }

  /// Ratings (5, 1, 4) and (4, 2, 1) deviate by (5, −7, 2) / 3 and (5, −1, −4) / 3.
  @Test func `correlations are split by deviations, which may speak against`() throws {
    let graph = try RatedGraph([[5, 1, 4], [4, 2, 1]], content: .values)
    var options = NeighborOptions()
    options.numbers = .values
    let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: Pearson(), options: options)
    let all = try explanations(SimilarNodes(similarity, name: "pearson"), query([(node(0), 1)]), items: 2)
    let explanation = try #require(all.first)
    let norm = (78.0 * 42.0).squareRoot()
    #expect(explanation.parts.map(\.way) == [[user(0)], [user(1)], [user(2)]])
    for (part, expected) in zip(explanation.parts, [25 / norm, 7 / norm, -8 / norm]) {
      #expect(abs(part.amount - expected) < 1e-12)
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `swing gives each of two users half`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .binary)
    let users = graph.numbers[0].indices.map { user in
      Set(graph.numbers.indices.filter { graph.numbers[$0][user] != nil })
    }
    let swing = Swing(graph.snapshot, hop: RatedGraph.hop, alpha: 0.7)
    let all = try explanations(
      SimilarNodes(swing, name: "swing"), query([(node(0), 1)]), items: graph.numbers.count)
    for explanation in all {
      let item = Int(explanation.node.index)
      for part in explanation.parts {
        let left = Int(part.way[0].index)
        let expected = users.indices.reduce(0.0) { sum, right in
          guard right != left, users[right].contains(0), users[right].contains(item) else { return sum }
          let weight = 1 / Double(users[left].count * users[right].count).squareRoot()
          return sum + weight / (0.7 + Double(users[left].intersection(users[right]).count)) / 2
        }
        #expect(abs(part.amount - expected) < 1e-12)
      }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `similar users are named with what they share with the asker`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .weights)
    let count = graph.numbers.count
    let hop = Hop(relation: 0, direction: .forward)
    let sources = count > 1 ? [(node(0), 2.0), (node(count - 1), 0.5)] : [(node(0), 1.0)]
    let norm = sources.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
    let cosine = SimilarUsers(
      try GraphSimilarity(graph.snapshot, hop: hop, measure: Cosine()), neighborhood: 100, name: "user-cosine")
    for explanation in try explanations(cosine, query(sources), items: count) {
      #expect(!explanation.parts.isEmpty)
      for part in explanation.parts {
        let user = Int(part.way[0].index)
        let row = graph.numbers.map { $0[user] }
        let length = row.reduce(0) { $0 + ($1 ?? 0) * ($1 ?? 0) }.squareRoot()
        let weight = sources.first { $0.0 == part.source }!.1
        let expected =
          weight * row[Int(part.source.index)]! / norm / length * row[Int(explanation.node.index)]!
        #expect(abs(part.amount - expected) < 1e-12)
      }
    }
    let jaccard = SimilarUsers(
      try GraphSimilarity(graph.snapshot, hop: hop, measure: Jaccard()), neighborhood: 3, name: "user-jaccard")
    _ = try explanations(jaccard, query(sources), items: count)
  }

  @Test func `a user as source is named with the item that stands for them`() throws {
    let graph = try RatedGraph([[1, 1], [1, 1], [nil, 1]], content: .binary)
    let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: CoOccurrence())
    let all = try explanations(
      SimilarNodes(similarity, name: "cooccurrence"), query([(user(0), 1), (node(0), 1)]), items: 3)
    #expect(
      all[2].parts
        == [
          ScorePart(source: node(0), way: [user(1)], amount: 1),
          ScorePart(source: user(0), way: [node(0), user(1)], amount: 0.5),
          ScorePart(source: user(0), way: [node(1), user(1)], amount: 0.5),
        ].sorted { ($1.amount, $0.source) < ($0.amount, $1.source) })
  }
}

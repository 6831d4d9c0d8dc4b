import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct PredictedRatingsTests {
  /// Ratings 1 to 5 of some users for some items, and the graph of them.
  private func drawn(_ seed: UInt64) throws -> (ratings: [[Double?]], snapshot: Snapshot) {
    var random = SplitMix64(seed: seed)
    let users = Int.random(in: 2...9, using: &random)
    let items = Int.random(in: 2...8, using: &random)
    var builder = GraphBuilder()
    let userType = builder.addNodeType("user")
    let itemType = builder.addNodeType("item")
    let rated = builder.addRelation("rated", from: userType, to: itemType, duplicates: .last)
    for user in 0..<users { _ = try builder.intern("u\(user)", type: userType) }
    for item in 0..<items { _ = try builder.intern("i\(item)", type: itemType) }
    var ratings = [[Double?]](repeating: [Double?](repeating: nil, count: items), count: users)
    for user in 0..<users {
      for item in 0..<items where Int.random(in: 0..<10, using: &random) < 6 || (user == 0 && item == 0) {
        let rating = Int.random(in: 1...5, using: &random)
        ratings[user][item] = Double(rating)
        builder.addEdge(rated, from: UInt32(user), to: UInt32(item), weight: Float(rating))
      }
    }
    return (ratings, try builder.build().snapshot)
  }

  /// The formula, over a table.
  private func expected(
    _ ratings: [[Double?]], asker: [Double?], item: Int, neighborhood: Int, damping: Double
  ) -> Double? {
    let given = ratings.flatMap { $0.compactMap { $0 } }
    let mean = given.reduce(0, +) / Double(given.count)
    func itemBias(_ item: Int) -> Double {
      let own = ratings.compactMap { $0[item] }
      return own.isEmpty ? 0 : own.reduce(0) { $0 + $1 - mean } / (damping + Double(own.count))
    }
    func bias(_ row: [Double?]) -> Double {
      let own = row.enumerated().compactMap { place in place.element.map { $0 - mean - itemBias(place.offset) } }
      return own.isEmpty ? 0 : own.reduce(0, +) / (damping + Double(own.count))
    }
    func correlation(_ a: [Double?], _ b: [Double?]) -> Double {
      let both = a.indices.filter { a[$0] != nil && b[$0] != nil }
      guard !both.isEmpty else { return 0 }
      let meanA = both.reduce(0) { $0 + a[$1]! } / Double(both.count)
      let meanB = both.reduce(0) { $0 + b[$1]! } / Double(both.count)
      let top = both.reduce(0) { $0 + (a[$1]! - meanA) * (b[$1]! - meanB) }
      let left = both.reduce(0) { $0 + (a[$1]! - meanA) * (a[$1]! - meanA) }
      let right = both.reduce(0) { $0 + (b[$1]! - meanB) * (b[$1]! - meanB) }
      return left > 0 && right > 0 ? top / (left * right).squareRoot() : 0
    }
    var value = mean + bias(asker) + itemBias(item)
    let all = ratings.indices.filter { ratings[$0][item] != nil }
      .map { (user: $0, similarity: correlation(asker, ratings[$0])) }
      .filter { $0.similarity > 1e-9 }
      .sorted { ($1.similarity, $0.user) < ($0.similarity, $1.user) }
    // Rounding decides between neighbours that are as near as each other.
    if neighborhood > 0, all.count > neighborhood,
      all[neighborhood - 1].similarity - all[neighborhood].similarity < 1e-9
    {
      return nil
    }
    let raters = all.prefix(neighborhood)
    let weight = raters.reduce(0) { $0 + $1.similarity }
    if weight > 0 {
      value +=
        raters.reduce(0) { sum, rater in
          let base = mean + bias(ratings[rater.user]) + itemBias(item)
          return sum + rater.similarity * (ratings[rater.user][item]! - base)
        } / weight
    }
    return min(max(value, given.min()!), given.max()!)
  }

  @Test(arguments: UInt64(0)..<60)
  func `predictions follow the formula`(seed: UInt64) throws {
    let (ratings, snapshot) = try drawn(seed)
    var compared = 0
    for (neighborhood, damping) in [(0, 0.0), (0, 10), (2, 5), (100, 1)] {
      var options = NeighborOptions()
      options.numbers = .weights
      let method = try PredictedRatings(
        GraphSimilarity(
          snapshot, hop: Hop(relation: 0, direction: .forward), measure: Pearson(), options: options),
        neighborhood: neighborhood, damping: damping, name: "test")
      for asker in ratings where asker.contains(where: { $0 != nil }) {
        let sources = asker.enumerated().compactMap { place in
          place.element.map {
            WeightedSource(NodeID(type: NodeTypeID(rawValue: 1), index: UInt32(place.offset)), weight: $0)
          }
        }
        let query = Query(sources: sources, candidates: CandidateFilter(type: NodeTypeID(rawValue: 1)))
        let session = try #require(method.makeSession() as? any ExplainingSession)
        for item in try session.rank(query, k: 100).items {
          let explanation = try #require(try session.explanation(of: item.node, for: query, limit: 100))
          #expect(explanation.score == item.score && abs(explanation.total - item.score) < 1e-9)
          guard
            let right = expected(
              ratings, asker: asker, item: Int(item.node.index), neighborhood: neighborhood, damping: damping)
          else { continue }
          compared += 1
          #expect(abs(item.score - right) < 1e-9, "neighborhood \(neighborhood), item \(item.node.index)")
        }
      }
    }
    #expect(compared > 0)
  }
}

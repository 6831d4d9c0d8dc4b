import AkinGraph
import AkinParallel
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct RatingPredictionTests {
  /// Users by items, of a course on recommender systems.
  static let ratings: [[Double?]] = [
    [5, 3, nil, 4, nil, 2], [5, nil, 4, 5, 3, nil], [nil, 3, 4, nil, 5, 4], [4, 2, 5, 4, nil, 3],
    [nil, 4, nil, 3, 4, 5],
  ]

  /// Ratings by item, so that the graph's users are the rows of `ratings`.
  func similarity(minOverlap: Int, centering: Pearson.Centering = .sharedNumbers) throws -> GraphSimilarity<Pearson> {
    let byItem = (0..<6).map { item in Self.ratings.map { $0[item] } }
    var options = NeighborOptions()
    options.numbers = .values
    options.minOverlap = minOverlap
    return try GraphSimilarity(
      RatedGraph(byItem, content: .values).snapshot, hop: Hop(relation: 0, direction: .forward),
      measure: Pearson(centering: centering), options: options)
  }

  @Test func `the course example`() throws {
    var options = RatingOptions()
    options.neighborhood = 3
    let predicted = try RatingPrediction(try similarity(minOverlap: 3), options: options).rating(of: 2, by: 0)
    // Only user 3 shares three items and rated it: 3.5 + (5 − 3.6).
    #expect(abs(predicted.value - 4.9) < 1e-12)
    #expect(predicted.baseline == 3.5)
    #expect(predicted.neighbors == 1)
  }

  @Test func `without neighbours the baseline is left`() throws {
    let predicted = try RatingPrediction(try similarity(minOverlap: 6)).rating(of: 2, by: 0)
    #expect(predicted == PredictedRating(value: 3.5, baseline: 3.5, neighbors: 0))
  }

  @Test func `biases lie between the means`() throws {
    var options = RatingOptions()
    options.baseline = .biases(damping: 2)
    let predicted = try RatingPrediction(try similarity(minOverlap: 6), options: options).rating(of: 2, by: 0)
    let all = Self.ratings.flatMap { $0 }.compactMap { $0 }
    let mean = all.reduce(0, +) / Double(all.count)
    func bias(_ item: Int) -> Double {
      let column = Self.ratings.compactMap { $0[item] }
      return column.reduce(0) { $0 + $1 - mean } / (2 + Double(column.count))
    }
    let own = [0, 1, 3, 5].reduce(0) { $0 + Self.ratings[0][$1]! - mean - bias($1) } / 6
    #expect(abs(predicted.value - (mean + own + bias(2))) < 1e-12)
  }
}

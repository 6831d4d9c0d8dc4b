import AkinGraph
public import AkinRanking

/// Ranks items by the rating that the asker would give them, whose sources are items with ratings for weights:
///
///     r̂(q, i) = b(q, i) + Σ_v sim(q, v) · (r_vi − b(v, i)) / Σ_v sim(q, v)
///
/// over the *n* users *v* most similar to the query *q* who have rated *i*, with b(u, i) = μ + b_u + b_i; without such
/// users the baseline alone. Only users with a similarity above 1e-9 count, since less is rounding; equal ones by ascending index.
/// Predictions are kept within the ratings that there are. Biases are held back by `damping` imaginary ratings at 0:
/// b_i = Σ (r − μ) / (damping + ratings of i), then b_u = Σ (r − μ − b_i) / (damping + ratings of u).
///
/// With a neighbourhood of 0 it is the baseline itself. The list holds every item with an edge that the filter admits:
/// high predictions for items that few have rated make poor recommendations. The numbers are what this method is for.
///
/// - Complexity: O(items + Σ degrees of the similar users) a query, after O(edges) to make the method.
///
/// Source: Herlocker, Konstan, Borchers & Riedl, "An algorithmic framework for performing collaborative filtering",
/// SIGIR 1999, doi:10.1145/312624.312682; the biases after Koren, "Factor in the neighbors", ACM TKDD 4(1), 2010,
/// doi:10.1145/1644873.1644874.
public struct PredictedRatings<Measure: SimilarityMeasure>: Recommender {
  /// Between users: its hop leads from them to what they rate.
  public let similarity: GraphSimilarity<Measure>
  /// How many users who rated an item count for it; 0: none.
  public let neighborhood: Int
  /// How many imaginary ratings at 0 hold the biases back; not negative.
  public let damping: Double
  public let info: MethodInfo
  let mean: Double
  let userBiases: [Double]
  let itemBiases: [Double]
  /// Items that somebody has rated, ascending.
  let rated: [UInt32]
  /// The least and the greatest rating.
  let scale: ClosedRange<Double>

  /// - Throws: `GraphError.damagedData`.
  public init(
    _ similarity: GraphSimilarity<Measure>, neighborhood: Int = 40, damping: Double = 10, name: String,
    parameters: [MethodInfo.Parameter] = []
  ) throws {
    precondition(neighborhood >= 0, "neighborhood must be at least 0, found \(neighborhood)")
    precondition(damping >= 0, "damping must be at least 0, found \(damping)")
    self.similarity = similarity
    self.neighborhood = neighborhood
    self.damping = damping
    info = MethodInfo(name: name, parameters: parameters, fingerprint: similarity.snapshot.fingerprint)
    let history = similarity.snapshot.adjacency(similarity.hop)
    func forEachRating(_ body: (Int, Int, Double) -> Void) throws {
      for user in 0..<history.nodeCount {
        var cursor = try EntryCursor(UInt32(user), history, similarity.relation.numbers)
        while let entry = try cursor.next() { body(user, Int(entry.neighbor), entry.number) }
      }
    }
    var sum = 0.0
    var count = 0.0
    var least = Double.infinity
    var greatest = -Double.infinity
    try forEachRating { _, _, rating in
      sum += rating
      count += 1
      least = min(least, rating)
      greatest = max(greatest, rating)
    }
    let mean = count > 0 ? sum / count : 0
    var items = [Double](repeating: 0, count: history.neighborCount)
    var itemCounts = items
    try forEachRating { _, item, rating in
      items[item] += rating - mean
      itemCounts[item] += 1
    }
    for item in items.indices where itemCounts[item] > 0 { items[item] /= damping + itemCounts[item] }
    var users = [Double](repeating: 0, count: history.nodeCount)
    var userCounts = users
    try forEachRating { user, item, rating in
      users[user] += rating - mean - items[item]
      userCounts[user] += 1
    }
    for user in users.indices where userCounts[user] > 0 { users[user] /= damping + userCounts[user] }
    self.mean = mean
    userBiases = users
    itemBiases = items
    rated = items.indices.filter { itemCounts[$0] > 0 }.map { UInt32($0) }
    scale = count > 0 ? least...greatest : 0...0
  }

  public func makeSession() -> any RankingSession { NeighborSession(RatingScorer(self)) }
}

/// Predicts all ratings of one asker.
final class RatingScorer<Measure: SimilarityMeasure>: QueryScorer {
  private let method: PredictedRatings<Measure>
  private let rows: SimilarityRows
  private var deviations: [Double]
  private var weights: [Double]
  private var counts: [Int]

  init(_ method: PredictedRatings<Measure>) {
    self.method = method
    rows = method.similarity.measure.rows(over: method.similarity.relation)
    deviations = [Double](repeating: 0, count: method.itemBiases.count)
    weights = deviations
    counts = [Int](repeating: 0, count: deviations.count)
  }

  var snapshot: Snapshot { method.similarity.snapshot }
  /// From items to users.
  var hop: Hop { Hop(relation: method.similarity.hop.relation, direction: method.similarity.hop.direction.opposite) }

  func score(_ sources: [(index: UInt32, weight: Double)], into table: inout ScoreTable) throws -> Int {
    let prediction = try predict(sources) { _, _, _ in }
    for item in method.rated { table.add(rating(of: Int(item), bias: prediction.bias), to: item) }
    return prediction.followed
  }

  /// What a neighbour's rating moves the prediction by is split by the shares of their similarity.
  func forEachPart(
    of node: UInt32, _ sources: [(index: UInt32, weight: Double)],
    _ body: (_ source: Int, _ connector: UInt32, _ amount: Double) -> Void
  ) throws -> Double {
    var neighbors: [(user: UInt32, deviation: Double)] = []
    let prediction = try predict(sources) { user, item, deviation in
      if item == node { neighbors.append((user, deviation)) }
    }
    let item = Int(node)
    let numberOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1.index, $0) })
    var named = 0.0
    for neighbor in neighbors {
      for share in try rows.sharesOfVector(neighbor.user, vector(of: sources)) {
        let amount = neighbor.deviation / weights[item] * share.fraction
        body(numberOfSource[share.connector]!, neighbor.user, amount)
        named += amount
      }
    }
    return rating(of: item, bias: prediction.bias) - named
  }

  /// The prediction for an item after `predict`.
  private func rating(of item: Int, bias: Double) -> Double {
    var rating = method.mean + bias + method.itemBiases[item]
    if counts[item] > 0 { rating += deviations[item] / weights[item] }
    return min(max(rating, method.scale.lowerBound), method.scale.upperBound)
  }

  private func vector(of sources: [(index: UInt32, weight: Double)]) -> [VectorEntry] {
    sources.map { VectorEntry(connector: $0.index, number: $0.weight) }
  }

  /// Fills `deviations`, `weights` and `counts`; tells `take` of every rating that counts, times its similarity.
  private func predict(
    _ sources: [(index: UInt32, weight: Double)], take: (_ user: UInt32, _ item: UInt32, _ deviation: Double) -> Void
  ) throws -> (bias: Double, followed: Int) {
    for item in deviations.indices {
      deviations[item] = 0
      weights[item] = 0
      counts[item] = 0
    }
    var bias = 0.0
    for source in sources { bias += source.weight - method.mean - method.itemBiases[Int(source.index)] }
    if !sources.isEmpty { bias /= method.damping + Double(sources.count) }
    guard method.neighborhood > 0 else { return (bias, 0) }
    var similar: [(user: UInt32, similarity: Double)] = []
    var followed = try rows.ofVector(vector(of: sources)) { if $1 > 1e-9 { similar.append(($0, $1)) } }
    similar.sort { ($1.similarity, $0.user) < ($0.similarity, $1.user) }
    let history = snapshot.adjacency(method.similarity.hop)
    for (user, similarity) in similar {
      var cursor = try EntryCursor(user, history, method.similarity.relation.numbers)
      let base = method.mean + method.userBiases[Int(user)]
      while let entry = try cursor.next() {
        let item = Int(entry.neighbor)
        followed += 1
        guard counts[item] < method.neighborhood else { continue }
        let deviation = similarity * (entry.number - base - method.itemBiases[item])
        counts[item] += 1
        deviations[item] += deviation
        weights[item] += similarity
        take(user, entry.neighbor, deviation)
      }
    }
    return (bias, followed)
  }
}

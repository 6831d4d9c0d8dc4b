import AkinGraph

/// How a rating is predicted from neighbours' ratings.
public struct RatingOptions: Sendable, Equatable {
  /// How many neighbours who rated the target count, at least 1.
  public var neighborhood = 20
  /// What ratings are measured from.
  public var baseline = Baseline.nodeMean

  /// What a rating is expected to be before neighbours are asked.
  public enum Baseline: Sendable, Equatable {
    /// The rater's mean.
    case nodeMean
    /// μ + b_rater + b_target, the overall mean and how far rater and target lie from it, each held back by `damping`
    /// imaginary ratings at 0.
    case biases(damping: Double)
  }

  /// Twenty neighbours, and ratings measured from the rater's mean.
  public init() {}
}

/// A predicted rating and what it rests on.
public struct PredictedRating: Sendable, Equatable {
  /// On the scale of the ratings, but not kept within it.
  public var value: Double
  /// What would be predicted without neighbours.
  public var baseline: Double
  /// Neighbours that counted; with none the value is the baseline.
  public var neighbors: Int
}

/// Predicts ratings from those of similar nodes, of users or, with the hop turned round, of items:
///
///     r̂(i, t) = b(i, t) + Σ_j sim(i, j) · (r_jt − b(j, t)) / Σ_j sim(i, j)
///
/// over the most similar nodes *j* that have an edge to the target *t*, with b the baseline. Only nodes with a
/// similarity above zero count; equal ones by ascending index.
///
/// Biases are b_t = Σ (r − μ) / (damping + ratings of t), then b_i = Σ (r − μ − b_t) / (damping + ratings of i).
///
/// Source: Herlocker, Konstan, Borchers & Riedl, "An algorithmic framework for performing collaborative filtering",
/// SIGIR 1999, doi:10.1145/312624.312682; the biases after Funk and Koren, "Factor in the neighbors", ACM TKDD 4(1),
/// 2010, doi:10.1145/1644873.1644874.
public struct RatingPrediction<Measure: SimilarityMeasure>: Sendable {
  /// How neighbours are found; its hop leads from those who rate to what is rated.
  public let similarity: GraphSimilarity<Measure>
  /// How many neighbours count, and what ratings are measured from.
  public let options: RatingOptions
  private let nodeBaselines: [Double]
  private let targetBaselines: [Double]

  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(edges).
  public init(_ similarity: GraphSimilarity<Measure>, options: RatingOptions = RatingOptions()) throws {
    precondition(options.neighborhood >= 1, "neighborhood must be at least 1, found \(options.neighborhood)")
    self.similarity = similarity
    self.options = options
    let adjacency = similarity.snapshot.adjacency(similarity.hop)
    func forEachRating(_ body: (Int, Int, Double) -> Void) throws {
      for node in 0..<adjacency.nodeCount {
        var cursor = try EntryCursor(UInt32(node), adjacency, similarity.options.numbers)
        while let entry = try cursor.next() { body(node, Int(entry.neighbor), entry.number) }
      }
    }
    var sum = 0.0
    var count = 0.0
    try forEachRating { _, _, rating in
      sum += rating
      count += 1
    }
    let mean = count > 0 ? sum / count : 0
    var nodes = [Double](repeating: 0, count: adjacency.nodeCount)
    var targets = [Double](repeating: 0, count: adjacency.neighborCount)
    var nodeCounts = nodes
    var targetCounts = targets
    try forEachRating { node, target, rating in
      targets[target] += rating - mean
      targetCounts[target] += 1
      nodeCounts[node] += 1
    }
    var damping = 0.0
    if case .biases(let imaginary) = options.baseline {
      precondition(imaginary >= 0, "damping must be at least 0, found \(imaginary)")
      damping = imaginary
      for target in targets.indices where targetCounts[target] > 0 { targets[target] /= damping + targetCounts[target] }
    } else {
      targets = [Double](repeating: 0, count: targets.count)
    }
    try forEachRating { node, target, rating in nodes[node] += rating - mean - targets[target] }
    for node in nodes.indices {
      nodes[node] = mean + (nodeCounts[node] > 0 ? nodes[node] / (damping + nodeCounts[node]) : 0)
    }
    nodeBaselines = nodes
    targetBaselines = targets
  }

  /// The rating that `node` would give `target`. An own rating of the pair is not looked at, but its part in the node's
  /// mean and similarities stays.
  ///
  /// - Throws: `GraphError.damagedData`; `NeighborError.negativeNumber`.
  public func rating(of target: UInt32, by node: UInt32) throws -> PredictedRating {
    let snapshot = similarity.snapshot
    let hop = similarity.hop
    var ratings: [UInt32: Double] = [:]
    let raters = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    var cursor = try EntryCursor(target, raters, similarity.options.numbers)
    while let entry = try cursor.next() { ratings[entry.neighbor] = entry.number }
    var best = BestRow(options.neighborhood)
    _ = try similarity.makeWorker().forEachSimilar(to: node) { other, score in
      if ratings[other] != nil { best.offer(other, score: score) }
    }
    let baseline = nodeBaselines[Int(node)] + targetBaselines[Int(target)]
    var deviation = 0.0
    var weight = 0.0
    var count = 0
    best.drain { other, similarity in
      deviation += similarity * (ratings[other]! - nodeBaselines[Int(other)] - targetBaselines[Int(target)])
      weight += similarity
      count += 1
    }
    return PredictedRating(
      value: count > 0 ? baseline + deviation / weight : baseline, baseline: baseline, neighbors: count)
  }
}

extension RatingPredictions {
  /// √(mean of (prediction − truth)²) over all pairs, in the unit of the ratings; 0 is perfect, large errors weigh more.
  /// `nil` without pairs.
  ///
  /// Over pairs, not a mean over users: users with many ratings weigh more.
  ///
  /// - Complexity: O(n).
  ///
  /// Source: Herlocker et al., "Evaluating collaborative filtering recommender systems", ACM TOIS 22(1), 2004,
  /// doi:10.1145/963770.963772.
  public var rootMeanSquaredError: Double? {
    guard !predicted.isEmpty else { return nil }
    let sum = zip(predicted, actual).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (sum / Double(predicted.count)).squareRoot()
  }
}

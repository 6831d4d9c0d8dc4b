extension RatingPredictions {
  /// Mean of |prediction − truth| over all pairs, in the unit of the ratings; 0 is perfect. `nil` without pairs.
  ///
  /// - Complexity: O(n).
  ///
  /// Source: Herlocker et al., "Evaluating collaborative filtering recommender systems", ACM TOIS 22(1), 2004,
  /// doi:10.1145/963770.963772.
  public var meanAbsoluteError: Double? {
    guard !predicted.isEmpty else { return nil }
    return zip(predicted, actual).reduce(0.0) { $0 + abs($1.0 - $1.1) } / Double(predicted.count)
  }
}

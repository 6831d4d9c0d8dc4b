extension UserOutcome {
  /// The share of the relevant items that stand among the first `k`: hits@k / |T|. In 0...1.
  ///
  /// The denominator is |T|, the number of all relevant items, and not min(k, |T|): with |T| > k even a perfect list
  /// stays below 1. This is the recall of the LightGCN line of papers; `truncatedRecall(at:)` is the other one. An
  /// empty list, and a user without relevant items, give 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: He et al., "LightGCN", SIGIR 2020, doi:10.1145/3397271.3401063, and the evaluation of its public code.
  public func recall(at k: Int = .max) -> Double {
    relevantCount == 0 ? 0 : Double(hitCount(at: k)) / Double(relevantCount)
  }
}

extension UserOutcome {
  /// Recall against what a list of `k` could hold: hits@k / min(k, |T|). In 0...1; a perfect list always gives 1.
  ///
  /// Never below `recall(at:)`, and not comparable with it. An empty list, and a user without relevant items, give 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Liang et al., "Variational autoencoders for collaborative filtering", WWW 2018,
  /// doi:10.1145/3178876.3186150, section 4.2.
  public func truncatedRecall(at k: Int = .max) -> Double {
    relevantCount == 0 ? 0 : Double(hitCount(at: k)) / Double(min(k, relevantCount))
  }
}

extension UserOutcome {
  /// The harmonic mean of precision and recall, 2·P·R / (P + R) = 2·hits@k / (k + |T|). In 0...1.
  ///
  /// Computed for each user and then averaged; the F1 of the averaged precision and recall is another number. Without
  /// hits it is 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: van Rijsbergen, "Information retrieval", Butterworths 1979, chapter 7.
  public func f1(at k: Int) -> Double {
    let precision = precision(at: k)
    let recall = recall(at: k)
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
  }
}

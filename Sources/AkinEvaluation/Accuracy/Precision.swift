extension UserOutcome {
  /// The share of the first `k` ranks that hold relevant items: hits@k / k. In 0...1.
  ///
  /// The denominator is `k` even when the list is shorter, so that a method gains nothing by returning less. An empty
  /// list, and a user without relevant items, give 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Manning, Raghavan & Schütze, "Introduction to information retrieval", Cambridge 2008, section 8.4.
  public func precision(at k: Int) -> Double {
    Double(hitCount(at: k)) / Double(k)
  }
}

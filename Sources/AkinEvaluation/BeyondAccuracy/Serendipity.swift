extension GroundTruth {
  /// The share of the first `k` ranks that hold items both relevant and unexpected: |(L_k \ B_k) ∩ T| / k, where L_k is
  /// the list cut to `k` and B_k what an obvious method, such as most popular, recommends in as many places.
  ///
  /// In 0...1, and never above the precision. The denominator is `k` even when the list is shorter; a user without
  /// relevant items has 0. The number depends on the baseline: compare methods against the same one only.
  ///
  /// - Complexity: O(k·(log n + hits)).
  ///
  /// Source: Ge, Delgado-Battenfeld & Jannach, "Beyond accuracy: evaluating recommender systems by coverage and
  /// serendipity", RecSys 2010, doi:10.1145/1864708.1864761, with the utility of an item 1 when it is in the truth;
  /// unexpectedness as in Murakami, Mori & Orihara, "Metrics for evaluating the serendipity of recommendation lists",
  /// JSAI 2007, doi:10.1007/978-3-540-78197-4_5.
  public func serendipity(at k: Int, of lists: ItemLists, baseline: ItemLists, user: Int) -> Double {
    checkCutoff(k)
    let expected = baseline.top(k, of: user)
    let surprises = lists.top(k, of: user).count { grade(of: $0, for: user) > 0 && !expected.contains($0) }
    return Double(surprises) / Double(k)
  }
}

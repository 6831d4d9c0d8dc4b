extension UserOutcome {
  /// 1 when a relevant item stands among the first `k`, else 0; the mean over users is the hit rate.
  ///
  /// With one relevant item per user (leave one out) it equals recall. An empty list gives 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Deshpande & Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004,
  /// doi:10.1145/963770.963776.
  public func hitRate(at k: Int = .max) -> Double {
    hitCount(at: k) > 0 ? 1 : 0
  }
}

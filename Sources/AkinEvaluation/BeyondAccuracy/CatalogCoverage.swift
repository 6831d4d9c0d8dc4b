extension ItemLists {
  /// The share of the catalogue that stands among the first `k` of at least one list. In 0...1.
  ///
  /// The denominator is `itemCount`: items that nobody could be recommended count too. An empty catalogue gives 0.
  ///
  /// - Complexity: O(entries + `itemCount`).
  ///
  /// Source: Ge, Delgado-Battenfeld & Jannach, "Beyond accuracy: evaluating recommender systems by coverage and
  /// serendipity", RecSys 2010, doi:10.1145/1864708.1864761.
  public func catalogCoverage(at k: Int = .max) -> Double {
    itemCount == 0 ? 0 : Double(appearances(at: k).count { $0 > 0 }) / Double(itemCount)
  }
}

extension ItemLists {
  /// How unequally the catalogue is recommended: the Gini index of how often each item stands among the first `k`.
  /// 0 when all items stand equally often, 1 − 1/n when one of n items takes every place. Lower is more even.
  ///
  /// G = Σ_j (2j − n − 1)·c_j / (n·Σ_j c_j) with the counts c ascending and j from 1. Items never recommended count as
  /// 0; `nil` when no list has an item.
  ///
  /// - Complexity: O(entries + n log n).
  ///
  /// Source: Fleder & Hosanagar, "Blockbuster culture's next rise or fall", Management Science 55(5), 2009,
  /// doi:10.1287/mnsc.1080.0974; the form of Gunawardana & Shani, "Evaluating recommender systems", Recommender systems
  /// handbook, 2015, with n in place of n − 1.
  public func giniIndex(at k: Int = .max) -> Double? {
    let counts = appearances(at: k).sorted()
    let total = counts.reduce(0.0) { $0 + Double($1) }
    guard total > 0 else { return nil }
    let n = Double(counts.count)
    let weighted = counts.enumerated().reduce(0.0) { $0 + (2 * Double($1.offset + 1) - n - 1) * Double($1.element) }
    return weighted / (n * total)
  }
}

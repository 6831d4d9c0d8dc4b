extension ListPair {
  /// The number of items that stand among the first `k` of both lists.
  ///
  /// - Complexity: O(k).
  public func commonCount(at k: Int = .max) -> Int {
    checkCutoff(k)
    return positionsInAfter.prefix(k).count { $0.map { $0 < k } ?? false }
  }

  /// The share of the first `k` that both lists have in common: |A_k ∩ B_k| / min(k, length of the longer). In 0...1;
  /// 1 for two empty lists. Order within the first `k` does not matter.
  ///
  /// - Complexity: O(k).
  public func overlap(at k: Int = .max) -> Double {
    let common = commonCount(at: k)
    let size = min(k, max(before.count, after.count))
    return size == 0 ? 1 : Double(common) / Double(size)
  }

  /// |A_k ∩ B_k| / |A_k ∪ B_k|: in 0...1, never above `overlap(at:)`; 1 for two empty lists.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11(2), 1912,
  /// doi:10.1111/j.1469-8137.1912.tb05611.x.
  public func jaccard(at k: Int = .max) -> Double {
    let common = commonCount(at: k)
    let union = min(k, before.count) + min(k, after.count) - common
    return union == 0 ? 1 : Double(common) / Double(union)
  }
}

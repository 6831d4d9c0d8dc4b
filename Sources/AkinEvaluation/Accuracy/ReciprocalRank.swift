extension UserOutcome {
  /// 1 / r for the rank r, from 1, of the first relevant item among the first `k`; 0 when there is none. In 0...1.
  /// The mean over users is the MRR.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Voorhees, "The TREC-8 question answering track report", TREC 1999.
  public func reciprocalRank(at k: Int = .max) -> Double {
    checkCutoff(k)
    for rank in 0..<min(k, grades.count) where grades[rank] > 0 { return 1 / Double(rank + 1) }
    return 0
  }
}

extension UserOutcome {
  /// The precision at each rank that holds a relevant item, summed over the first `k` and divided by min(k, |T|).
  /// In 0...1; a perfect list always gives 1. The mean over users is the MAP.
  ///
  /// AP@k = (1 / min(k, |T|)) · Σ_{r ≤ k, r is a hit} hits@r / r. Libraries differ in the denominator: |T|, as in
  /// trec_eval, makes AP@k of a perfect list less than 1 when |T| > k; without `k` the two agree. An empty list, and a
  /// user without relevant items, give 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Manning, Raghavan & Schütze, "Introduction to information retrieval", Cambridge 2008, section 8.4; the
  /// denominator of Aiolli, "Efficient top-N recommendation for very large scale binary rated datasets", RecSys 2013,
  /// doi:10.1145/2507157.2507189.
  public func averagePrecision(at k: Int = .max) -> Double {
    checkCutoff(k)
    guard relevantCount > 0 else { return 0 }
    var hits = 0
    var sum = 0.0
    for rank in 0..<min(k, grades.count) where grades[rank] > 0 {
      hits += 1
      sum += Double(hits) / Double(rank + 1)
    }
    return sum / Double(min(k, relevantCount))
  }
}

extension ItemLists {
  /// The share of users whose list has at least `count` items: whom the method can serve. In 0...1.
  ///
  /// With `count` 1 it is the share of users with any recommendation, with *k* the share of full lists. No users give 0.
  ///
  /// - Complexity: O(users).
  ///
  /// Source: Ge, Delgado-Battenfeld & Jannach, "Beyond accuracy: evaluating recommender systems by coverage and
  /// serendipity", RecSys 2010, doi:10.1145/1864708.1864761.
  public func userCoverage(atLeast count: Int = 1) -> Double {
    precondition(count >= 1, "count must be at least 1, found \(count)")
    let served = (0..<userCount).count { offsets[$0 + 1] - offsets[$0] >= count }
    return userCount == 0 ? 0 : Double(served) / Double(userCount)
  }
}

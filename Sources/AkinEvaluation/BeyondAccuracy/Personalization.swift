extension ItemLists {
  /// How different users' lists are: 1 − mean over all pairs of users of |A ∩ B| / k. 0 when everybody gets the same
  /// items, 1 when no two users share one. The order within lists does not matter.
  ///
  /// Not sampled: an item that stands in c lists is shared by c·(c − 1)/2 pairs, so that all pairs are counted through
  /// the items. Users with an empty list are left out; where every list is shorter than `k`, the longest takes its
  /// place. `nil` with fewer than two users.
  ///
  /// - Complexity: O(entries + `itemCount`), not the square of the users.
  ///
  /// Source: the inter-user diversity of Zhou et al., "Solving the apparent diversity–accuracy dilemma of recommender
  /// systems", PNAS 107(10), 2010, doi:10.1073/pnas.1000488107.
  public func personalization(at k: Int = .max) -> Double? {
    checkCutoff(k)
    var users = 0
    var longest = 0
    for user in 0..<userCount where offsets[user + 1] > offsets[user] {
      users += 1
      longest = max(longest, min(k, offsets[user + 1] - offsets[user]))
    }
    guard users > 1 else { return nil }
    let shared = appearances(at: k).reduce(0.0) { $0 + Double($1) * (Double($1) - 1) / 2 }
    let pairs = Double(users) * (Double(users) - 1) / 2
    return 1 - shared / (pairs * Double(longest))
  }
}

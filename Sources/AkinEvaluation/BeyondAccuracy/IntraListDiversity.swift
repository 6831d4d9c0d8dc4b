extension ItemLists {
  /// The mean distance between two items of one user's first `k`, over all unordered pairs. In the range of `distance`.
  ///
  /// The mean over users is the intra-list diversity (distance) of the method. `nil` with fewer than two items.
  ///
  /// - Parameter distance: of two items, symmetric, in 0...1: for example `ItemCategories.distance` or 1 − a similarity.
  /// - Complexity: O(k²) calls of `distance`.
  ///
  /// Source: Ziegler et al., "Improving recommendation lists through topic diversification", WWW 2005,
  /// doi:10.1145/1060745.1060754, as a mean of distances rather than a sum of similarities.
  public func diversity(at k: Int = .max, user: Int, distance: (Int, Int) -> Double) -> Double? {
    checkCutoff(k)
    let top = top(k, of: user)
    guard top.count > 1 else { return nil }
    var sum = 0.0
    for first in top.indices {
      for second in top.indices[(first + 1)...] { sum += distance(Int(top[first]), Int(top[second])) }
    }
    precondition(!sum.isNaN, "a distance between items of user \(user) is not a number")
    return sum / Double(top.count * (top.count - 1) / 2)
  }
}

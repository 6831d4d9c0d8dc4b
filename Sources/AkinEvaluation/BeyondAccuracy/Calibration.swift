import Glibc

extension ItemCategories {
  /// How the items given spread over the categories: an item counts 1, divided equally among its categories. Sums
  /// to 1; `nil` when no item has a category.
  ///
  /// - Complexity: O(categories of the items + `categoryCount`).
  public func distribution(of items: some Collection<UInt32>) -> [Double]? {
    var shares = [Double](repeating: 0, count: categoryCount)
    var counted = 0
    for item in items {
      let own = self[Int(item)]
      for category in own { shares[Int(category)] += 1 / Double(own.count) }
      if !own.isEmpty { counted += 1 }
    }
    guard counted > 0 else { return nil }
    for category in shares.indices { shares[category] /= Double(counted) }
    return shares
  }
}

/// How far a list is from what a user had, category by category: the Kullback–Leibler divergence of the list's
/// distribution q from the history's distribution p. In nats, from 0 when they are equal; lower is better calibrated.
///
/// C = Σ_c p(c)·ln(p(c) / q̃(c)), q̃ = (1 − α)·q + α·p. The smoothing keeps it finite, at most −ln α, when the list
/// lacks a category of the history. Categories with p(c) = 0 add nothing.
///
/// - Parameters:
///   - history: p; not negative and summing to 1.
///   - list: q, of as many categories.
///   - smoothing: α, in 0..<1; with 0 the divergence may be infinite.
/// - Complexity: O(categories).
///
/// Source: Steck, "Calibrated recommendations", RecSys 2018, doi:10.1145/3240323.3240372.
public func calibrationDivergence(history: [Double], list: [Double], smoothing: Double = 0.01) -> Double {
  precondition(history.count == list.count, "\(list.count) shares for \(history.count) categories")
  precondition((0..<1).contains(smoothing), "smoothing must be in 0..<1, found \(smoothing)")
  var divergence = 0.0
  for category in history.indices where history[category] > 0 {
    let smoothed = (1 - smoothing) * list[category] + smoothing * history[category]
    divergence += history[category] * log(history[category] / smoothed)
  }
  // Rounding can take the sum of equal distributions just below 0.
  return max(0, divergence)
}

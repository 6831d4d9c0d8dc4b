/// Keeps the largest of many parts of a score, in memory that their limit bounds.
///
/// Equal amounts are ordered by source, then by way, so the result does not depend on the order of the offers.
public struct LargestParts: Sendable {
  public let limit: Int
  private var kept: [ScorePart] = []

  public init(limit: Int) {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    self.limit = limit
  }

  /// - Complexity: O(log `limit`), amortised.
  public mutating func offer(_ part: ScorePart) {
    kept.append(part)
    if kept.count >= 2 * limit + 1024 { kept = ranked() }
  }

  /// The parts that were kept, largest first.
  public func ranked() -> [ScorePart] {
    let sorted = kept.sorted { left, right in
      if left.amount != right.amount { return left.amount > right.amount }
      if left.source != right.source { return left.source < right.source }
      return left.way.lexicographicallyPrecedes(right.way)
    }
    return Array(sorted.prefix(limit))
  }

  /// The explanation of `score` by what was kept; what is missing from it is the remainder.
  public func explanation(of node: NodeID, score: Double) -> Explanation {
    let parts = ranked()
    let missing = score - parts.reduce(0) { $0 + $1.amount }
    // Rounding is nobody's contribution.
    return Explanation(
      node: node, score: score, parts: parts, remainder: abs(missing) < 1e-12 * abs(score) ? 0 : missing)
  }
}

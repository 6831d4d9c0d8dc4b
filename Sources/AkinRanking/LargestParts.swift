/// Keeps the largest parts of a score while they come, the sum of the others, and the sum of each source.
///
/// - Complexity: O(log limit) amortised an offer; O(limit + sources) space.
public struct LargestParts: Sendable {
  /// How many parts are named in the end; at least 1. The others are summed in the remainder.
  public let limit: Int
  private var kept: [ScorePart] = []
  private var remainder = 0.0
  private var bySource: [NodeID: Double] = [:]

  /// `limit` is at least 1.
  public init(limit: Int) {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    self.limit = limit
  }

  /// - Parameter part: of a source and a way that were not offered before.
  public mutating func offer(_ part: ScorePart) {
    kept.append(part)
    bySource[part.source, default: 0] += part.amount
    if kept.count >= 2 * limit + 64 { cut() }
  }

  /// What is left beside the parts that were offered, such as a mean of all ratings.
  public mutating func add(remainder amount: Double) { remainder += amount }

  /// What was offered, as an explanation: the `limit` largest parts by descending amount, everything else in
  /// the remainder.
  ///
  /// - Complexity: O(limit log limit).
  public consuming func explanation(of node: NodeID, score: Double) -> Explanation {
    cut()
    let sources = bySource.map { SourceAmount(source: $0.key, amount: $0.value) }.sorted {
      $0.amount != $1.amount ? $0.amount > $1.amount : $0.source < $1.source
    }
    return Explanation(node: node, score: score, parts: kept, remainder: remainder, sources: sources)
  }

  private mutating func cut() {
    kept.sort { left, right in
      if left.amount != right.amount { return left.amount > right.amount }
      if left.source != right.source { return left.source < right.source }
      return left.way.lexicographicallyPrecedes(right.way)
    }
    guard kept.count > limit else { return }
    for part in kept[limit...] { remainder += part.amount }
    kept.removeSubrange(limit...)
  }
}

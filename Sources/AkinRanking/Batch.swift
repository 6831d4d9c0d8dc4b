/// A session that answers many queries at once for less than one by one, as methods of matrices do.
public protocol BatchRankingSession: RankingSession {
  /// What `rank(_:k:)` gives for each of `queries`, to the bit.
  ///
  /// - Parameter k: at least 1.
  /// - Throws: what `rank` throws for the first query that it does not answer.
  func rank(_ queries: [Query], k: Int) throws -> [RankedList]
}

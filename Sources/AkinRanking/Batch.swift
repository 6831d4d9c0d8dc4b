/// A session that answers many queries at once in less time than one after the other: by one matrix product, say.
public protocol BatchRankingSession: RankingSession {
  /// The lists of all `queries`, in their order: those that `rank` gives for each alone.
  ///
  /// - Parameter k: at least 1.
  func rank(_ queries: [Query], k: Int) throws -> [RankedList]
}

extension RankingSession {
  /// The lists of all `queries`, in their order, together where the session can.
  public func lists(for queries: [Query], k: Int) throws -> [RankedList] {
    if let batch = self as? any BatchRankingSession { return try batch.rank(queries, k: k) }
    return try queries.map { try rank($0, k: k) }
  }
}

public import AkinParallel

/// How two sets of lists over the same questions differ, list by list and on average.
public struct ListComparison: Sendable, Equatable {
  /// Per list, how much of the two is in both.
  public var overlap: UserScores
  /// Per list, what is in both over what is in either.
  public var jaccard: UserScores
  /// Per list, agreement in which the first ranks count most.
  public var rankBiasedOverlap: UserScores
  /// Of the lists with at least two common items.
  public var kendallTau: UserScores
  /// How many lists are the same, item by item.
  public var identical: Int
  /// How many items entered over all lists, and how many left.
  public var entered: Int
  /// How many items left over all lists.
  public var left: Int
}

extension ItemLists {
  /// Compares these lists, cut to `k`, with those that came after them, question by question.
  ///
  /// - Precondition: both have as many lists.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(lists · k log k).
  public func compared(
    with after: ItemLists, at k: Int, persistence: Double = 0.9, execution: Execution = Execution()
  ) throws -> ListComparison {
    checkCutoff(k)
    precondition(after.userCount == userCount, "\(after.userCount) lists to compare with \(userCount)")
    let pairs = try concurrentMap(count: userCount, chunkSize: 1024, execution: execution) { users in
      try users.map { user in
        let pair = try ListPair(before: Array(top(k, of: user)), after: Array(after.top(k, of: user)))
        return PairSummary(
          overlap: pair.overlap(at: k), jaccard: pair.jaccard(at: k),
          rankBiasedOverlap: pair.rankBiasedOverlap(persistence: persistence), kendallTau: pair.kendallTau(),
          isIdentical: pair.before == pair.after, entered: pair.after.count - pair.commonCount(),
          left: pair.before.count - pair.commonCount())
      }
    }.flatMap(\.self)
    func scores(_ value: (PairSummary) -> Double?) -> UserScores {
      let known = pairs.enumerated().compactMap { user, pair in value(pair).map { (UInt32(user), $0) } }
      return UserScores(users: known.map(\.0), values: known.map(\.1))
    }
    return ListComparison(
      overlap: scores(\.overlap), jaccard: scores(\.jaccard), rankBiasedOverlap: scores(\.rankBiasedOverlap),
      kendallTau: scores(\.kendallTau), identical: pairs.count(where: \.isIdentical),
      entered: pairs.reduce(0) { $0 + $1.entered }, left: pairs.reduce(0) { $0 + $1.left })
  }
}

private struct PairSummary: Sendable {
  var overlap: Double
  var jaccard: Double
  var rankBiasedOverlap: Double
  var kendallTau: Double?
  var isIdentical: Bool
  var entered: Int
  var left: Int
}

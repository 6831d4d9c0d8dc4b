/// Two ranked lists side by side: what one question gave before and after a change, or with two methods.
public struct ListPair: Sendable, Equatable {
  /// Best first, each item once; of any lengths.
  public let before: [UInt32]
  /// Best first, each item once; as long as it likes.
  public let after: [UInt32]
  /// For each item of `before`, its position in `after`.
  let positionsInAfter: [Int?]
  /// For each item of `after`, its position in `before`.
  let positionsInBefore: [Int?]

  /// - Throws: `duplicateItem`, naming list 0 for `before` and 1 for `after`.
  /// - Complexity: O(n log n).
  public init(before: [UInt32], after: [UInt32]) throws(EvaluationError) {
    let old = try Self.sortedPositions(before, list: 0)
    let new = try Self.sortedPositions(after, list: 1)
    var inAfter = [Int?](repeating: nil, count: before.count)
    var inBefore = [Int?](repeating: nil, count: after.count)
    var (i, j) = (0, 0)
    while i < old.count, j < new.count {
      let (a, b) = (before[old[i]], after[new[j]])
      if a == b {
        inAfter[old[i]] = new[j]
        inBefore[new[j]] = old[i]
      }
      if a <= b { i += 1 }
      if b <= a { j += 1 }
    }
    self.before = before
    self.after = after
    positionsInAfter = inAfter
    positionsInBefore = inBefore
  }

  private static func sortedPositions(_ items: [UInt32], list: Int) throws(EvaluationError) -> [Int] {
    let order = items.indices.sorted { (items[$0], $0) < (items[$1], $1) }
    for (first, second) in zip(order, order.dropFirst()) where items[first] == items[second] {
      throw .duplicateItem(item: Int(items[first]), list: list, ranks: [first + 1, second + 1])
    }
    return order
  }
}

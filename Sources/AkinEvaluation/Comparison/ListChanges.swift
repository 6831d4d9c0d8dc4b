/// What became of the first `k` of a list.
public struct ListChanges: Sendable, Equatable {
  /// Among the first `k` of the new list only, best first.
  public var entered: [RankChange]
  /// Among the first `k` of the old list only, best first.
  public var left: [RankChange]
  /// Among the first `k` of both, at another rank; by the new rank.
  public var moved: [RankChange]
  /// How many stand at the same rank in both.
  public var unchanged: Int

  /// `entered` and `left` are best first, `moved` goes by the new rank; no item is in two of them.
  public init(entered: [RankChange], left: [RankChange], moved: [RankChange], unchanged: Int) {
    self.entered = entered
    self.left = left
    self.moved = moved
    self.unchanged = unchanged
  }
}

/// Ranks from 1; `nil` where the item is not among the first `k`.
public struct RankChange: Sendable, Equatable {
  /// Position in the catalogue.
  public var item: UInt32
  /// Rank in the old list.
  public var before: Int?
  /// Rank in the new list.
  public var after: Int?

  /// Ranks count from 1; at least one of them is given.
  public init(item: UInt32, before: Int?, after: Int?) {
    self.item = item
    self.before = before
    self.after = after
  }
}

extension ListPair {
  /// Which of the first `k` items entered, left, moved and stayed.
  ///
  /// - Complexity: O(k).
  public func changes(at k: Int = .max) -> ListChanges {
    checkCutoff(k)
    var changes = ListChanges(entered: [], left: [], moved: [], unchanged: 0)
    for (position, item) in after.prefix(k).enumerated() {
      if let old = positionsInBefore[position], old < k {
        if old == position {
          changes.unchanged += 1
        } else {
          changes.moved.append(RankChange(item: item, before: old + 1, after: position + 1))
        }
      } else {
        changes.entered.append(RankChange(item: item, before: nil, after: position + 1))
      }
    }
    for (position, item) in before.prefix(k).enumerated() where positionsInAfter[position].map({ $0 >= k }) ?? true {
      changes.left.append(RankChange(item: item, before: position + 1, after: nil))
    }
    return changes
  }
}

/// How many nodes of one category a list may hold: at most three films of a series, five books of an author. A node of
/// several categories counts for each of them, and is left out when one of them is full.
public struct CategoryCap: Sendable, Equatable {
  /// Where the categories of each candidate node begin in `categories`, and where the last ones end: one more than nodes.
  public let offsets: [Int]
  /// Those of the first node, then those of the second, and so on; a node without any is never left out.
  public let categories: [UInt32]
  /// At least 1.
  public let limit: Int

  /// - Parameters:
  ///   - nodeCount: how many candidate nodes there are.
  ///   - limit: at least 1.
  ///   - categoriesOf: the categories of a node by its index, each once.
  public init(nodeCount: Int, limit: Int, categoriesOf: (UInt32) throws -> [UInt32]) rethrows {
    precondition(limit >= 1, "the limit of a category must be at least 1, found \(limit)")
    var offsets = [0]
    var categories: [UInt32] = []
    offsets.reserveCapacity(nodeCount + 1)
    for node in 0..<UInt32(nodeCount) {
      categories += try categoriesOf(node)
      offsets.append(categories.count)
    }
    self.offsets = offsets
    self.categories = categories
    self.limit = limit
  }

  /// The best of `ranked`, at most `k`, with no more than `limit` of a category: the next best takes the place of one that
  /// is one too many.
  ///
  /// - Parameter ranked: best first.
  /// - Returns: the kept ones in their order, and how many better ones the cap left out.
  /// - Complexity: O(`ranked`).
  public func selection(from ranked: [RankedNode], k: Int) -> (items: [RankedNode], leftOut: Int) {
    var counts: [UInt32: Int] = [:]
    var kept: [RankedNode] = []
    var leftOut = 0
    for item in ranked {
      if kept.count == k { break }
      let node = Int(item.node.index)
      let itsOwn = categories[offsets[node]..<offsets[node + 1]]
      guard itsOwn.allSatisfy({ counts[$0, default: 0] < limit }) else {
        leftOut += 1
        continue
      }
      for category in itsOwn { counts[category, default: 0] += 1 }
      kept.append(item)
    }
    return (kept, leftOut)
  }
}

/// A list in which no category has more than its share.
public struct CappedList: Sendable, Equatable {
  /// By descending score.
  public var items: [RankedNode]
  /// How many better candidates than the last of `items` the cap left out; where the list is short, all that it left out.
  public var leftOut: Int
  /// Why there are fewer items than asked for, beside what the cap left out; `nil` when there are not.
  public var shortfall: Shortfall?
  /// Of the deepest look.
  public var effort: Effort

  /// `items` are in descending order of score and hold no more of a category than the cap allows.
  public init(items: [RankedNode], leftOut: Int, shortfall: Shortfall?, effort: Effort) {
    self.items = items
    self.leftOut = leftOut
    self.shortfall = shortfall
    self.effort = effort
  }
}

extension RankingSession {
  /// The `k` best candidates with no more of a category than `cap` allows. The ranking goes deeper until the list is full
  /// or the method has no more.
  ///
  /// - Complexity: that of `rank` for a few times `k`, each deeper look four times the one before.
  public func rank(_ query: Query, k: Int, cap: CategoryCap) throws -> CappedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    var depth = k
    while true {
      let list = try rank(query, k: depth)
      let (items, leftOut) = cap.selection(from: list.items, k: k)
      let isExhausted = list.items.count < depth
      if items.count == k || isExhausted {
        return CappedList(
          items: items, leftOut: leftOut, shortfall: items.count < k ? list.shortfall : nil, effort: list.effort)
      }
      depth = depth > Int.max / 4 ? Int.max : depth * 4
    }
  }
}

/// How many users of the training data each item has. Nothing of the held-out data may enter.
public struct ItemPopularity: Sendable, Equatable {
  /// Training users by item.
  public let counts: [UInt32]
  /// Users in the training data, each of whom counts once for an item.
  public let userCount: Int
  /// Where each item stands in the catalogue by popularity: the share of the other items that are less popular, with
  /// half of those equally popular; 0 for the least and 1 for the most popular item. With one item, 0.5.
  public let percentiles: [Double]

  /// `counts` has one entry an item, none above `userCount`.
  ///
  /// - Complexity: O(items log items).
  public init(counts: [UInt32], userCount: Int) {
    precondition(counts.allSatisfy { $0 <= userCount }, "an item has more than the \(userCount) users there are")
    self.counts = counts
    self.userCount = userCount
    percentiles = Self.percentiles(of: counts)
  }

  /// The popularity that a training history gives.
  public init(history: ItemLists) {
    self.init(counts: history.appearances(at: .max), userCount: history.userCount)
  }

  /// Size of the catalogue.
  public var itemCount: Int { counts.count }

  private static func percentiles(of counts: [UInt32]) -> [Double] {
    let order = counts.indices.sorted { counts[$0] < counts[$1] }
    var percentiles = [Double](repeating: 0.5, count: counts.count)
    guard counts.count > 1 else { return percentiles }
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, counts[order[end]] == counts[order[start]] { end += 1 }
      let value = (Double(start) + Double(end - start - 1) / 2) / Double(counts.count - 1)
      for position in start..<end { percentiles[order[position]] = value }
      start = end
    }
    return percentiles
  }
}

extension ItemLists {
  /// In how many lists each item stands among the first `k`.
  func appearances(at k: Int) -> [UInt32] {
    checkCutoff(k)
    var counts = [UInt32](repeating: 0, count: itemCount)
    for user in 0..<userCount {
      for item in top(k, of: user) { counts[Int(item)] += 1 }
    }
    return counts
  }
}

/// One list of items per user, best first, as positions in a catalogue: what a method recommended, what a baseline
/// recommended, or what users had before.
///
/// Stored flat: the list of user *u* is `items[offsets[u]..<offsets[u + 1]]`. Lists may be short or empty. Where a
/// method scored items equally, the order is the method's own: metrics see ranks only.
public struct ItemLists: Sendable, Equatable {
  /// Number of users + 1 values, ascending from 0.
  public let offsets: [Int]
  /// Each item at most once within a list.
  public let items: [UInt32]
  /// Size of the catalogue: items are in `0..<itemCount`, and those that no list holds count as well.
  public let itemCount: Int

  /// - Throws: `itemOutOfRange` and `duplicateItem`, of the first list where it happens.
  /// - Complexity: O(n + `itemCount`) time for n entries, O(`itemCount`) space.
  public init(offsets: [Int], items: [UInt32], itemCount: Int) throws(EvaluationError) {
    checkOffsets(offsets, count: items.count)
    // lastSeen[i] is one more than the position where item i last stood, 0 when it did not yet.
    var lastSeen = [Int](repeating: 0, count: itemCount)
    for list in 0..<offsets.count - 1 {
      for position in offsets[list]..<offsets[list + 1] {
        let item = Int(items[position])
        guard item < itemCount else {
          throw .itemOutOfRange(item: item, list: list, itemCount: itemCount)
        }
        if lastSeen[item] > offsets[list] {
          let ranks = [lastSeen[item] - offsets[list], position + 1 - offsets[list]]
          throw .duplicateItem(item: item, list: list, ranks: ranks)
        }
        lastSeen[item] = position + 1
      }
    }
    self.offsets = offsets
    self.items = items
    self.itemCount = itemCount
  }

  /// One list a user, best first.
  ///
  /// - Throws: `itemOutOfRange` and `duplicateItem`, of the first list where it happens.
  public init(_ lists: [[UInt32]], itemCount: Int) throws(EvaluationError) {
    try self.init(offsets: flatOffsets(of: lists), items: Array(lists.joined()), itemCount: itemCount)
  }

  /// How many users there are, those with an empty list among them.
  public var userCount: Int { offsets.count - 1 }

  /// The list of one user, best first.
  public subscript(user: Int) -> ArraySlice<UInt32> { items[offsets[user]..<offsets[user + 1]] }

  /// The first `k` of the list of one user, or all where there are fewer.
  func top(_ k: Int, of user: Int) -> ArraySlice<UInt32> {
    let start = offsets[user]
    return items[start..<start + min(k, offsets[user + 1] - start)]
  }
}

func flatOffsets<Element>(of rows: [[Element]]) -> [Int] {
  var offsets = [0]
  offsets.reserveCapacity(rows.count + 1)
  for row in rows { offsets.append(offsets[offsets.count - 1] + row.count) }
  return offsets
}

func checkOffsets(_ offsets: [Int], count: Int) {
  precondition(offsets.first == 0, "offsets must start at 0, found \(offsets.first.map(String.init) ?? "none")")
  precondition(offsets.last == count, "offsets must end at \(count), found \(offsets[offsets.count - 1])")
  precondition(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "offsets must ascend")
}

func checkCutoff(_ k: Int) {
  precondition(k >= 1, "k must be at least 1, found \(k)")
}

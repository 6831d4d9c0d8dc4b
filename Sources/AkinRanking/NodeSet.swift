/// An immutable set of nodes of one type, kept as sorted indices.
public struct NodeSet: Sendable, Equatable {
  /// Ascending, without repetition.
  public let indices: [UInt32]

  /// The indices may come in any order and repeat; by default the set is empty.
  ///
  /// - Complexity: O(n log n).
  public init(_ indices: some Sequence<UInt32> = []) {
    var sorted = indices.sorted()
    var kept = 0
    for position in sorted.indices where position == 0 || sorted[position] != sorted[kept - 1] {
      sorted[kept] = sorted[position]
      kept += 1
    }
    sorted.removeSubrange(kept...)
    self.indices = sorted
  }

  /// Whether the set holds no node.
  public var isEmpty: Bool { indices.isEmpty }
  /// How many different nodes the set holds.
  public var count: Int { indices.count }

  /// - Complexity: O(log `count`).
  public func contains(_ index: UInt32) -> Bool {
    var low = 0
    var high = indices.count
    while low < high {
      let middle = (low + high) / 2
      if indices[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low < indices.count && indices[low] == index
  }
}

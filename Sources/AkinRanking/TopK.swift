/// Keeps the `k` best of the scores offered: a bounded heap with the worst kept node at its root.
///
/// Equal scores are ordered by ascending index, so the result does not depend on the order of the offers.
///
/// - Complexity: O(log k) an offer that enters, O(1) one that does not; O(k) space, never more than the offers.
public struct TopK: Sendable {
  /// How many are kept: the `k` of the list.
  public private(set) var capacity: Int
  private var heap: [Entry] = []

  private struct Entry {
    var score: Double
    var index: UInt32
    func isWorse(than other: Entry) -> Bool {
      score != other.score ? score < other.score : index > other.index
    }
  }

  /// `capacity` is at least 0. Memory grows with the offers and is not reserved ahead.
  public init(_ capacity: Int) {
    precondition(capacity >= 0, "k must not be negative, found \(capacity)")
    self.capacity = capacity
  }

  /// Forgets what was offered, for another list in the same memory.
  public mutating func begin(_ capacity: Int) {
    precondition(capacity >= 0, "k must not be negative, found \(capacity)")
    self.capacity = capacity
    heap.removeAll(keepingCapacity: true)
  }

  /// - Precondition: `score` is not NaN.
  public mutating func offer(_ index: UInt32, score: Double) {
    precondition(!score.isNaN, "the score of node \(index) is not a number")
    let entry = Entry(score: score, index: index)
    if heap.count < capacity {
      heap.append(entry)
      siftUp(from: heap.count - 1)
    } else if let worst = heap.first, worst.isWorse(than: entry) {
      heap[0] = entry
      siftDown(count: heap.count)
    }
  }

  /// The lowest kept score once there are `capacity` of them: what a score must at least equal to enter.
  public var worst: Double? { heap.count == capacity ? heap.first?.score : nil }

  /// The kept nodes, best first.
  public func ranked(type: NodeTypeID) -> [RankedNode] {
    heap.sorted { $1.isWorse(than: $0) }
      .map { RankedNode(node: NodeID(type: type, index: $0.index), score: $0.score) }
  }

  /// The kept nodes, best first, which are forgotten: takes no memory but that of the list.
  public mutating func takeRanked(type: NodeTypeID) -> [RankedNode] {
    // The worst goes behind what is left of the heap, again and again.
    var rest = heap.count
    while rest > 1 {
      rest -= 1
      heap.swapAt(0, rest)
      siftDown(count: rest)
    }
    defer { heap.removeAll(keepingCapacity: true) }
    return heap.map { RankedNode(node: NodeID(type: type, index: $0.index), score: $0.score) }
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isWorse(than: heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Among the first `count`.
  private mutating func siftDown(count: Int) {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < count {
        if heap[child].isWorse(than: heap[worst]) { worst = child }
      }
      guard worst != parent else { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}

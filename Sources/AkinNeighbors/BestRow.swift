/// The `k` best neighbours of one node: a heap with the worst kept entry at its root, reused from row to row.
///
/// Equal scores are ordered by ascending index, so the result does not depend on the order of the offers.
struct BestRow {
  let capacity: Int
  /// The index of each label, where offers are of labels; empty where they are of indices. Looked at late and for few,
  /// since each look is a cache miss.
  private let names: [UInt32]
  private var scores: [Double] = []
  private var labels: [UInt32] = []

  init(_ capacity: Int, names: [UInt32] = []) {
    self.capacity = capacity
    self.names = names
    scores.reserveCapacity(capacity)
    labels.reserveCapacity(capacity)
  }

  /// Scores below this are not kept.
  var threshold: Double { scores.count < capacity ? 0 : scores[0] }

  /// Keeps a score above zero when it is among the best.
  mutating func offer(_ label: UInt32, score: Double) {
    if scores.count < capacity {
      guard score > 0 else { return }
      scores.append(score)
      labels.append(label)
      var child = scores.count - 1
      while child > 0 {
        let parent = (child - 1) / 2
        guard isWorse(child, than: parent) else { return }
        swap(child, parent)
        child = parent
      }
    } else if score > scores[0] || (score == scores[0] && name(of: label) < name(of: labels[0])) {
      scores[0] = score
      labels[0] = label
      siftDown()
    }
  }

  /// Hands over what was kept, best first, and forgets it.
  mutating func drain(_ body: (UInt32, Double) -> Void) {
    for position in scores.indices.sorted(by: { isWorse($1, than: $0) }) {
      body(name(of: labels[position]), scores[position])
    }
    scores.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
  }

  /// Appends what was kept, best first, as a row of its own, and forgets it.
  mutating func drain(into table: inout NeighborTable.Rows) {
    table.counts.append(UInt32(scores.count))
    drain { neighbor, score in
      table.neighbors.append(neighbor)
      table.scores.append(score)
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var worst = parent
      let left = 2 * parent + 1
      if left < scores.count, isWorse(left, than: worst) { worst = left }
      if left + 1 < scores.count, isWorse(left + 1, than: worst) { worst = left + 1 }
      guard worst != parent else { return }
      swap(parent, worst)
      parent = worst
    }
  }

  private func isWorse(_ left: Int, than right: Int) -> Bool {
    scores[left] != scores[right] ? scores[left] < scores[right] : name(of: labels[left]) > name(of: labels[right])
  }

  private func name(of label: UInt32) -> UInt32 { names.isEmpty ? label : names[Int(label)] }

  private mutating func swap(_ left: Int, _ right: Int) {
    scores.swapAt(left, right)
    labels.swapAt(left, right)
  }
}

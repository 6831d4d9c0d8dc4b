import CAkinKernels

/// The `k` best neighbours of one node: a heap with the worst kept entry at its root, reused from row to row.
///
/// Equal scores are ordered by ascending index, so the result does not depend on the order of the offers.
struct BestRow {
  let capacity: Int
  /// The index of each label, where offers are of labels; empty where they are of indices. Looked at late and for few,
  /// since each look is a cache miss.
  private let names: [UInt32]
  private var entries: [Entry] = []

  private struct Entry {
    var score: Double
    var label: UInt32
    /// The index; looked up once.
    var name: UInt32
  }

  init(_ capacity: Int, names: [UInt32] = []) {
    self.capacity = capacity
    self.names = names
    entries.reserveCapacity(min(capacity, 1 << 16))
  }

  /// Scores below this are not kept.
  var threshold: Double { entries.count < capacity ? 0 : entries[0].score }

  /// Keeps a score above zero when it is among the best.
  ///
  /// - Parameter ordered: labels from here on up to `label` are in the order of their indices.
  mutating func offer(_ label: UInt32, score: Double, ordered: UInt32 = .max) {
    if entries.count < capacity {
      guard score > 0 else { return }
      let entry = Entry(score: score, label: label, name: name(of: label))
      entries.append(entry)
      siftUp(entry)
    } else if score >= entries[0].score {
      let root = entries[0]
      if score == root.score, root.label >= ordered, root.label < label { return }
      let entry = Entry(score: score, label: label, name: name(of: label))
      if Self.isWorse(root, than: entry) { siftDown(entry) }
    }
  }

  /// Hands over what was kept, best first, and forgets it.
  mutating func drain(_ body: (UInt32, Double) -> Void) {
    entries.sort { Self.isWorse($1, than: $0) }
    for entry in entries { body(entry.name, entry.score) }
    entries.removeAll(keepingCapacity: true)
  }

  /// Appends what was kept, best first, as a row of its own, and forgets it.
  mutating func drain(into table: inout NeighborTable.Rows) {
    table.counts.append(UInt32(entries.count))
    drain { neighbor, score in
      table.neighbors.append(neighbor)
      table.scores.append(score)
    }
  }

  /// Finds the place of an entry that was appended.
  private mutating func siftUp(_ entry: Entry) {
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isWorse(entry, than: entries[parent]) else { break }
      entries[child] = entries[parent]
      child = parent
    }
    entries[child] = entry
  }

  /// Finds the place of an entry that takes that of the root.
  private mutating func siftDown(_ entry: Entry) {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count, Self.isWorse(entries[child + 1], than: entries[child]) { child += 1 }
      guard Self.isWorse(entries[child], than: entry) else { break }
      entries[parent] = entries[child]
      parent = child
    }
    entries[parent] = entry
  }

  @inline(__always)
  private static func isWorse(_ left: Entry, than right: Entry) -> Bool {
    left.score != right.score ? left.score < right.score : left.name > right.name
  }

  /// Asks for the indices of labels that are about to be offered, so that their cache misses overlap.
  func prefetchNames(of labels: [UInt32], count: Int) {
    guard !names.isEmpty, count > 1 else { return }
    unsafe names.withUnsafeBufferPointer { names in
      // Asking for an address does no harm, wherever it is.
      for place in 0..<count { unsafe akin_prefetch(names.baseAddress! + Int(labels[place])) }
    }
  }

  private func name(of label: UInt32) -> UInt32 { names.isEmpty ? label : names[Int(label)] }
}

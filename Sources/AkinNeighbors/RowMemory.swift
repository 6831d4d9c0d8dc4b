/// Rows of similar nodes that a session has met more than once: the items that many histories share are compared with all
/// others once, not once a history.
///
/// A row is kept from its second use on, until the memory is full; a single query leaves nothing. What comes out is the
/// same in any case.
struct RowMemory {
  /// Entries in all, of 16 bytes.
  static let capacity = 8 << 20

  private struct Row {
    var entries: [(node: UInt32, score: Double)]
    var followed: Int
  }

  private var met: Set<UInt32> = []
  private var rows: [UInt32: Row] = [:]
  private var count = 0

  /// Calls `body` with the nodes similar to `node`: all of them in the worker's order, or those of its neighbourhood.
  ///
  /// - Returns: how many edges were, or had been, followed.
  @inline(__always)
  mutating func forEachSimilar(
    to node: UInt32, worker: any SimilarityWorker, neighborhood: Int?, _ body: (UInt32, Double) -> Void
  ) throws -> Int {
    if let row = rows[node] {
      for entry in row.entries { body(entry.node, entry.score) }
      return row.followed
    }
    let isKept = !met.insert(node).inserted && count < Self.capacity
    var entries: [(node: UInt32, score: Double)] = []
    func take(_ other: UInt32, _ score: Double) {
      body(other, score)
      if isKept { entries.append((other, score)) }
    }
    var followed = 0
    if let neighborhood {
      var best = BestRow(neighborhood)
      followed = try worker.forEachSimilar(to: node) { best.offer($0, score: $1) }
      best.drain(take)
    } else {
      followed = try worker.forEachSimilar(to: node, take)
    }
    if isKept {
      count += entries.count
      rows[node] = Row(entries: entries, followed: followed)
    }
    return followed
  }
}

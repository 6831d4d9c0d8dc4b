/// Edges of one relation as they arrive, before they become rows; also the sorted, merged form in between.
struct EdgeList {
  var sources: [UInt32] = []
  var targets: [UInt32] = []
  /// Empty, or one an edge.
  var weights: [Float] = []
  var values: [Float] = []
  /// Empty, or one an edge; `TimeColumn.unknown` where an edge has none.
  var times: [Int64] = []

  var count: Int { sources.count }

  /// Sorted by (source, target, time), equal ones in order of arrival, and merged by `policy`.
  ///
  /// - Complexity: O(m + nodes), plus the sorting of repeated edges.
  func merged(by policy: DuplicatePolicy, sourceCount: Int, targetCount: Int) -> EdgeList {
    let byTarget = stableOrder(by: targets, keyCount: targetCount)
    let order = stableOrder(of: byTarget, by: sources, keyCount: sourceCount)
    var result = EdgeList()
    result.reserve(like: self)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, isSamePair(Int(order[start]), Int(order[end])) { end += 1 }
      if end == start + 1 {
        result.append(Int(order[start]), of: self)
        if policy == .count { result.weights.append(1) }
      } else {
        result.append(repeated: sortedByTime(order[start..<end].map { Int($0) }), of: self, policy: policy)
      }
      start = end
    }
    return result
  }

  /// The first edge whose weight or value is not finite, as a sum may be.
  func firstOverflow() -> Int? {
    weights.firstIndex { !$0.isFinite } ?? values.firstIndex { !$0.isFinite }
  }

  /// In the order of targets, edges of one target staying in their order: what a reverse adjacency holds.
  func orderedByTarget(targetCount: Int) -> EdgeList {
    let order = stableOrder(by: targets, keyCount: targetCount)
    return EdgeList(
      sources: order.map { sources[Int($0)] }, targets: order.map { targets[Int($0)] },
      weights: weights.isEmpty ? [] : order.map { weights[Int($0)] },
      values: values.isEmpty ? [] : order.map { values[Int($0)] },
      times: times.isEmpty ? [] : order.map { times[Int($0)] })
  }

  /// Row offsets of edges that are ordered by `keys`.
  static func offsets(of keys: [UInt32], keyCount: Int) -> [UInt64] {
    var offsets = [UInt64](repeating: 0, count: keyCount + 1)
    for key in keys { offsets[Int(key) + 1] += 1 }
    for position in 0..<keyCount { offsets[position + 1] += offsets[position] }
    return offsets
  }

  private mutating func reserve(like other: EdgeList) {
    sources.reserveCapacity(other.count)
    targets.reserveCapacity(other.count)
    weights.reserveCapacity(other.weights.count)
    values.reserveCapacity(other.values.count)
    times.reserveCapacity(other.times.count)
  }

  private mutating func append(_ edge: Int, of other: EdgeList) {
    sources.append(other.sources[edge])
    targets.append(other.targets[edge])
    if !other.weights.isEmpty { weights.append(other.weights[edge]) }
    if !other.values.isEmpty { values.append(other.values[edge]) }
    if !other.times.isEmpty { times.append(other.times[edge]) }
  }

  /// - Parameter run: two or more edges between the same nodes, by ascending time.
  private mutating func append(repeated run: [Int], of other: EdgeList, policy: DuplicatePolicy) {
    let last = run[run.count - 1]
    switch policy {
    case .keep:
      for edge in run { append(edge, of: other) }
    case .last:
      append(last, of: other)
    case .max:
      func strength(_ edge: Int) -> Float { other.weights.isEmpty ? 1 : other.weights[edge] }
      append(run.reduce(run[0]) { strength($1) >= strength($0) ? $1 : $0 }, of: other)
    case .sum:
      append(last, of: other)
      // In double precision, so that small counts are not lost beside large ones.
      if !weights.isEmpty { weights[count - 1] = Self.sum(run.map { other.weights[$0] }) }
      if !values.isEmpty { values[count - 1] = Self.sum(run.map { other.values[$0] }) }
    case .count:
      append(last, of: other)
      weights.append(Float(run.count))
    }
  }

  private static func sum(_ terms: [Float]) -> Float {
    Float(terms.reduce(0.0) { $0 + Double($1) })
  }

  private func isSamePair(_ left: Int, _ right: Int) -> Bool {
    sources[left] == sources[right] && targets[left] == targets[right]
  }

  private func sortedByTime(_ run: [Int]) -> [Int] {
    guard !times.isEmpty else { return run }
    // An unknown time counts as the earliest, so that a known one wins under `last`.
    func key(_ edge: Int) -> Int64 { times[edge] == TimeColumn.unknown ? .min : times[edge] }
    return run.enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }.map(\.element)
  }
}

/// Positions 0, 1, …, sorted by key and otherwise in order: one pass of a counting sort.
///
/// - Complexity: O(`keys.count` + `keyCount`).
private func stableOrder(by keys: [UInt32], keyCount: Int) -> [UInt32] {
  var next = starts(of: keys, keyCount: keyCount)
  return unsafe [UInt32](unsafeUninitializedCapacity: keys.count) { sorted, count in
    for edge in keys.indices {
      let key = Int(keys[edge])
      // Safe: every key below `keyCount` counted its edges into the offsets, so each position is written once.
      unsafe sorted.initializeElement(at: Int(next[key]), to: UInt32(truncatingIfNeeded: edge))
      next[key] += 1
    }
    count = keys.count
  }
}

/// `order`, sorted by key and otherwise unchanged.
///
/// - Complexity: O(`order.count` + `keyCount`).
private func stableOrder(of order: [UInt32], by keys: [UInt32], keyCount: Int) -> [UInt32] {
  var next = starts(of: keys, keyCount: keyCount)
  return unsafe [UInt32](unsafeUninitializedCapacity: order.count) { sorted, count in
    for edge in order {
      let key = Int(keys[Int(edge)])
      // Safe: as above.
      unsafe sorted.initializeElement(at: Int(next[key]), to: edge)
      next[key] += 1
    }
    count = order.count
  }
}

/// Where the edges of each key start among all, ordered by key.
private func starts(of keys: [UInt32], keyCount: Int) -> [UInt32] {
  precondition(keys.count <= Int(UInt32.max), "\(keys.count) edges of one relation in memory, expected below 2^32")
  var starts = [UInt32](repeating: 0, count: keyCount + 1)
  for key in keys { starts[Int(key) + 1] += 1 }
  for position in 0..<keyCount { starts[position + 1] += starts[position] }
  return starts
}

/// Rows that changed, in an adjacency of which all others are copied as they are.
///
/// Pairs of nodes between which anything changed lose the edges they had; what they have now comes from `changed`, an
/// adjacency of those pairs alone.
struct OverlayPatch {
  let base: Adjacency
  let changed: Adjacency
  /// Changed pairs as row << 32 | neighbour, ascending.
  let pairs: [UInt64]
  let nodeCount: Int
  let neighborCount: Int
  /// Whether edges get weights; those of the base have 1 where it has none.
  let hasWeights: Bool
  /// What narrow times are above, of both.
  let timeBase: Int64

  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(edges and nodes) of copying, and O(log degree) a changed pair.
  func patched() throws(GraphError) -> Adjacency {
    let rows = try touchedRows()
    var layout = EdgeLayout()
    layout.hasWeights = hasWeights
    layout.hasValues = base.attributes.values != nil
    layout.hasTimes = base.attributes.times != nil
    layout.time = TimeRange(timeBase...timeBase)
    let count = base.edgeCount + changed.edgeCount - rows.reduce(0) { $0 + $1.dropped }
    let places = try unsafe PlacedEdges(layout, capacity: count, disk: nil)
    let offsets = unsafe ColumnFilling<UInt64>(capacity: nodeCount + 1)
    var out = 0
    var copiedEdges = 0
    var copiedRows = 0
    for row in rows {
      // Edges of the rows between two touched ones, and where those rows end.
      unsafe copy(copiedEdges..<row.edges.lowerBound, to: &out, in: places)
      unsafe copyOffsets(copiedRows..<row.number, endsAt: out, offsets.start)
      try unsafe merge(row, to: &out, in: places)
      unsafe offsets.start[row.number + 1] = UInt64(out)
      copiedEdges = row.edges.upperBound
      copiedRows = row.number + 1
    }
    unsafe copy(copiedEdges..<base.edgeCount, to: &out, in: places)
    unsafe copyOffsets(copiedRows..<nodeCount, endsAt: out, offsets.start)
    return unsafe places.adjacency(
      offsets: offsets.column(count: nodeCount + 1), count: count, neighborCount: neighborCount)
  }

  private struct TouchedRow {
    var number: Int
    /// Where its edges are in the base; nowhere for a new node.
    var edges: Range<Int>
    /// Its part of `pairs`.
    var pairs: Range<Int>
    /// How many edges of the base go.
    var dropped: Int
  }

  private func touchedRows() throws(GraphError) -> [TouchedRow] {
    var rows: [TouchedRow] = []
    var start = 0
    var end = 0
    while start < pairs.count {
      let number = Int(pairs[start] >> 32)
      var next = start
      while next < pairs.count, Int(pairs[next] >> 32) == number { next += 1 }
      let edges = number < base.nodeCount ? try base.edges(of: UInt32(number)) : base.edgeCount..<base.edgeCount
      guard edges.lowerBound >= end else {
        throw .damagedData(
          place: "row \(number)", found: "a start at edge \(edges.lowerBound)", expected: "one from \(end) on")
      }
      end = edges.upperBound
      var dropped = 0
      for edge in edges where isChanged(base.neighbors[edge], start..<next) { dropped += 1 }
      rows.append(TouchedRow(number: number, edges: edges, pairs: start..<next, dropped: dropped))
      start = next
    }
    return rows
  }

  private func isChanged(_ neighbor: UInt32, _ range: Range<Int>) -> Bool {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      let found = UInt32(truncatingIfNeeded: pairs[middle])
      if found == neighbor { return true }
      if found < neighbor { low = middle + 1 } else { high = middle }
    }
    return false
  }

  /// The edges of a touched row: those that stay and those that changed, by neighbour.
  private func merge(_ row: TouchedRow, to out: inout Int, in places: PlacedEdges) throws(GraphError) {
    let new = try changed.edges(of: UInt32(row.number))
    var next = new.lowerBound
    for edge in row.edges where !isChanged(base.neighbors[edge], row.pairs) {
      while next < new.upperBound, changed.neighbors[next] < base.neighbors[edge] {
        unsafe place(changed, next, &out, places)
        next += 1
      }
      unsafe place(base, edge, &out, places)
    }
    while next < new.upperBound {
      unsafe place(changed, next, &out, places)
      next += 1
    }
  }

  private func place(_ from: Adjacency, _ edge: Int, _ out: inout Int, _ places: PlacedEdges) {
    unsafe places.neighbors[out] = from.neighbors[edge]
    if let weights = unsafe places.weights { unsafe weights[out] = from.attributes.weight(at: edge) }
    if let values = unsafe places.values { unsafe values[out] = from.attributes.values?[edge] ?? 0 }
    if let narrow = unsafe places.narrow {
      let time = from.attributes.times?.time(at: edge)
      unsafe narrow[out] = time.map { UInt32(truncatingIfNeeded: $0 &- timeBase) } ?? TimeColumn.unknownNarrow
    }
    out += 1
  }

  /// Edges that stay side by side.
  private func copy(_ range: Range<Int>, to out: inout Int, in places: PlacedEdges) {
    func copy<Element>(_ column: Column<Element>, _ target: UnsafeMutablePointer<Element>) {
      // Safe: ranges lie within the base, as `touchedRows` checked, and within the count that follows from them.
      unsafe (target + out).update(from: column.start + range.lowerBound, count: range.count)
    }
    unsafe copy(base.neighbors, places.neighbors)
    if let target = unsafe places.weights {
      if let weights = base.attributes.weights {
        unsafe copy(weights, target)
      } else {
        unsafe (target + out).update(repeating: 1, count: range.count)
      }
    }
    if let target = unsafe places.values, let values = base.attributes.values { unsafe copy(values, target) }
    if let target = unsafe places.narrow, case .narrow(let times, _)? = base.attributes.times {
      unsafe copy(times, target)
    }
    out += range.count
  }

  /// Where rows end whose edges were just copied, the last of them at `end`.
  private func copyOffsets(_ rows: Range<Int>, endsAt end: Int, _ offsets: UnsafeMutablePointer<UInt64>) {
    guard !rows.isEmpty else { return }
    let known = rows.clamped(to: 0..<base.nodeCount)
    if !known.isEmpty {
      let shift = UInt64(end) &- base.offsets[known.upperBound]
      for row in known { unsafe offsets[row + 1] = base.offsets[row + 1] &+ shift }
    }
    for row in max(rows.lowerBound, base.nodeCount)..<max(rows.upperBound, base.nodeCount) {
      unsafe offsets[row + 1] = UInt64(end)
    }
  }
}

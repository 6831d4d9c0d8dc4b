import AkinParallel

extension EdgeSorting {
  /// As `relation(from:)`, of edges that are in sorted runs on disk, and with the columns on disk too: memory holds no
  /// more than one run.
  ///
  /// - Parameters:
  ///   - layout: without the times' range.
  ///   - runLength: how many edges memory has room for.
  /// - Throws: `Overflow`; `GraphError.cannotWrite`; `CancellationError`.
  func relation(
    from runs: [SpilledRun], _ layout: EdgeLayout, runLength: Int, in folder: SpillFolder
  ) throws -> RelationEdges {
    var layout = layout
    let count = runs.reduce(0) { $0 + $1.count }
    layout.hasWeights = layout.hasWeights || policy == .count
    layout.time = TimeRange(
      runs.compactMap(\.timeRange).reduce(nil as ClosedRange<Int64>?) { $0?.joined($1) ?? $1 })
    var places = try unsafe PlacedEdges(layout, capacity: count, disk: folder)
    let offsets = unsafe try ColumnFilling<UInt64>(capacity: sourceCount + 1, disk: folder)
    var rows = RowEnds(start: 0)
    var merge = RunMerge(runs)
    var pair: [SpilledRun.Record] = []
    var record = merge.pop()
    while let first = record {
      if rows.out & 0xFFFF == 0 { try execution.cancellation.check() }
      pair.removeAll(keepingCapacity: true)
      repeat {
        pair.append(record!)
        record = merge.pop()
      } while record?.source == first.source && record?.target == first.target
      unsafe rows.advance(to: Int(first.source), offsets.start)
      rows.out += try unsafe pair.withUnsafeMutableBufferPointer { edges in
        try unsafe place(pair: edges, at: rows.out, in: places)
      }
    }
    unsafe rows.advance(to: sourceCount, offsets.start)
    if rows.out < count { unsafe places = try unsafe places.fitted(count: rows.out, &layout, disk: folder) }
    // Counts that are all 1 say nothing: no column for them.
    let keepsWeights = policy != .count || rows.out < count
    let forward = unsafe ForwardRows(offsets: offsets.column(count: sourceCount + 1), edgeCount: rows.out)
    let reverse = try unsafe reverse(
      of: forward, places, layout, keepsWeights: keepsWeights, runLength: runLength, in: folder)
    return RelationEdges(
      forward: unsafe places.adjacency(
        offsets: forward.offsets, count: rows.out, neighborCount: targetCount, keepsWeights: keepsWeights),
      reverse: reverse, timeBase: layout.hasTimes ? layout.time.base : nil)
  }

  /// The edges turned around, sorted in the same way.
  @unsafe private func reverse(
    of forward: ForwardRows, _ edges: PlacedEdges, _ layout: EdgeLayout, keepsWeights: Bool, runLength: Int,
    in folder: SpillFolder
  ) throws -> Adjacency {
    var runs: [SpilledRun] = []
    let buffer = unsafe RecordBuffer(capacity: min(runLength, max(1, forward.edgeCount)))
    for row in 0..<sourceCount {
      for edge in Int(forward.offsets[row])..<Int(forward.offsets[row + 1]) {
        if unsafe buffer.count == buffer.capacity {
          try execution.cancellation.check()
          runs.append(try unsafe SpilledRun(buffer, in: folder))
          unsafe buffer.removeAll()
        }
        unsafe buffer.append(
          SpilledRun.Record(
            source: edges.neighbors[edge], target: UInt32(row), payload: WholePayload(edges, at: edge)))
      }
    }
    if unsafe buffer.count > 0 { runs.append(try unsafe SpilledRun(buffer, in: folder)) }
    var layout = layout
    layout.hasWeights = layout.hasWeights && keepsWeights
    let places = try unsafe PlacedEdges(layout, capacity: forward.edgeCount, disk: folder)
    let offsets = unsafe try ColumnFilling<UInt64>(capacity: targetCount + 1, disk: folder)
    var rows = RowEnds(start: 0)
    var merge = RunMerge(runs)
    while let record = merge.pop() {
      if rows.out & 0xFFFF == 0 { try execution.cancellation.check() }
      unsafe rows.advance(to: Int(record.source), offsets.start)
      unsafe places.place(record.payload, neighbor: record.target, at: rows.out)
      rows.out += 1
    }
    unsafe rows.advance(to: targetCount, offsets.start)
    return unsafe places.adjacency(
      offsets: offsets.column(count: targetCount + 1), count: forward.edgeCount, neighborCount: sourceCount)
  }
}

/// Writes where rows end while their edges come in order.
struct RowEnds {
  /// Where the next edge goes.
  var out: Int
  private var row: Int

  init(start: Int, firstRow: Int = 0) {
    out = start
    row = firstRow
  }

  /// Ends all rows before `next`.
  @inline(__always)
  mutating func advance(to next: Int, _ offsets: UnsafeMutablePointer<UInt64>) {
    while row < next {
      unsafe offsets[row + 1] = UInt64(out)
      row += 1
    }
  }
}

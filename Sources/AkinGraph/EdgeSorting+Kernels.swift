import CAkinKernels
import AkinParallel

extension EdgeSorting {
  /// Where the rows of the forward adjacency are.
  struct ForwardRows {
    var offsets: Column<UInt64>
    var edgeCount: Int
  }

  /// The forward adjacency, and how many edges were merged into another.
  ///
  /// - Parameters:
  ///   - layout: of what arrived.
  ///   - columns: what the adjacency has.
  @unsafe func forward<Payload: EdgePayload>(
    _ arrived: consuming [any ArrivedRound], _ count: Int, _ layout: EdgeLayout, _ columns: EdgeLayout,
    _ spare: SparePages, as type: Payload.Type
  ) throws -> (ForwardRows, PlacedEdges, merged: Int) {
    let buckets = KeyBuckets(keyCount: sourceCount, edgeCount: count)
    let base = layout.time.base
    let rounds = arrived.map { $0 as? BucketedRound<Payload> ?? $0.converted(to: type, above: base, scale: nil) }
    arrived = []
    // What readers and chunks took is free now, but the heap would keep its pages.
    akin_release_free_memory()
    var starts = [0]
    for bucket in 0..<buckets.count {
      starts.append(starts[bucket] + rounds.reduce(0) { $0 + $1.edges(ofBucket: bucket, shift: buckets.shift).count })
    }
    let places = try unsafe PlacedEdges(columns, capacity: count, disk: nil)
    let offsets = unsafe ColumnFilling<UInt64>(capacity: sourceCount + 1)
    let work = unsafe BucketSorting(
      sorting: self, rounds: rounds, buckets: buckets, starts: starts, base: base, places: places,
      offsets: offsets.start)
    let carriesNothing = carriesNothing(layout, count: count)
    var kept: [Int] = []
    // Some parts, so that the memory of one is there for what the next writes.
    let parts = 16
    for part in 0..<parts {
      let own = part * buckets.count / parts..<(part + 1) * buckets.count / parts
      unsafe places.back(starts[own.upperBound], with: spare, andWeights: !carriesNothing)
      kept += try concurrentMap(count: own.count, chunkSize: 8, execution: execution) { chunk in
        try chunk.map { number in
          let bucket = own.lowerBound + number
          return unsafe carriesNothing ? try work.placeTargets(bucket) : try work.place(bucket)
        }
      }.flatMap { $0 }
      for round in rounds { round.release(own, shift: buckets.shift, to: spare) }
    }
    if carriesNothing, let weights = unsafe places.weights, kept.reduce(0, +) < count {
      for bucket in 0..<buckets.count where kept[bucket] == starts[bucket + 1] - starts[bucket] {
        // Already found to be a number, where these were placed.
        let weight = try weight(ofRepetitions: 1, source: 0, target: 0)
        unsafe (weights + starts[bucket]).update(repeating: weight, count: kept[bucket])
      }
    }
    // Where pairs were merged, the edges behind them move up.
    var removed = 0
    for bucket in 0..<buckets.count {
      let (start, end) = (starts[bucket], starts[bucket + 1])
      if removed > 0 {
        unsafe places.move(start..<start + kept[bucket], to: start - removed)
        for row in buckets.keys(of: bucket) { unsafe offsets.start[row + 1] -= UInt64(removed) }
      }
      removed += end - start - kept[bucket]
    }
    let rows = unsafe ForwardRows(offsets: offsets.column(count: sourceCount + 1), edgeCount: count - removed)
    return unsafe (rows, places, removed)
  }

  /// Writes what becomes of the edges between two nodes, and returns how many stay.
  @inline(__always)
  @unsafe func place<Payload: EdgePayload>(
    pair edges: UnsafeMutableBufferPointer<EdgeRecord<Payload>>, at start: Int, in places: PlacedEdges
  ) throws -> Int {
    let first = unsafe edges[0]
    guard edges.count > 1 else {
      var payload = first.payload
      // Under `count` the number of repetitions is the weight, whatever came with the edge.
      if policy == .count { payload.weight = 1 }
      if let formula { try apply(formula, to: &payload, of: first) }
      unsafe places.place(payload, neighbor: first.target, at: start)
      return 1
    }
    let merged = try unsafe merged(edges)
    for number in 0..<merged.count {
      unsafe places.place(merged[number].payload, neighbor: first.target, at: start + number)
    }
    return merged.count
  }

  private struct ReverseGroup {
    var rows: Range<Int>
    var edges: Range<Int>
  }

  /// The reverse adjacency: edges by target, those of one target by source as they come.
  @unsafe func reverse<Payload: EdgePayload>(
    of forward: ForwardRows, _ edges: PlacedEdges, _ layout: EdgeLayout, _ spare: SparePages, as type: Payload.Type
  ) throws -> Adjacency {
    let count = forward.edgeCount
    let buckets = KeyBuckets(keyCount: targetCount, edgeCount: count)
    let shift = UInt32(buckets.shift)
    let groups = groups(of: forward)
    // Safe: the forward adjacency was just made, of nodes that there are.
    let bucketed = try unsafe BucketedEdges<Payload>(
      groups: groups.count, edgeCount: count, bucketCount: buckets.count, spare: spare, execution: execution
    ) { group, counts in
      var counts = counts.mutableSpan
      unsafe readAhead(edges.neighbors, groups[group].edges) { edge in
        unsafe counts[unchecked: Int(edges.neighbors[edge] &>> shift)] &+= 1
      }
    } move: { group, writer in
      unsafe writer.write { put in
        for row in groups[group].rows {
          for edge in Int(forward.offsets[row])..<Int(forward.offsets[row + 1]) {
            let target = unsafe edges.neighbors[edge]
            put(
              unsafe EdgeRecord(
                source: UInt32(truncatingIfNeeded: row), target: target, payload: Payload(edges, at: edge)),
              Int(target &>> shift))
          }
        }
      }
    }
    let places = try unsafe PlacedEdges(layout, capacity: count, disk: nil)
    let offsets = unsafe ColumnFilling<UInt64>(capacity: targetCount + 1)
    _ = try unsafe bucketed.consume(spare: spare, execution: execution) {
      unsafe places.back($0, with: spare)
    } _: { bucket, range in
      let keys = buckets.keys(of: bucket)
      let records = unsafe bucketed.records
      var nextArray = [Int](repeating: 0, count: keys.count + 1)
      var next = nextArray.mutableSpan
      unsafe readAhead(records, range) { edge in
        unsafe next[unchecked: Int(records[edge].target) &- keys.lowerBound &+ 1] &+= 1
      }
      next[0] = range.lowerBound
      for key in 0..<keys.count {
        next[key + 1] += next[key]
        unsafe offsets.start[keys.lowerBound + key + 1] = UInt64(next[key + 1])
      }
      for edge in range {
        let record = unsafe records[edge]
        let key = Int(record.target) &- keys.lowerBound
        let place = unsafe next[unchecked: key]
        unsafe next[unchecked: key] = place &+ 1
        unsafe places.place(record.payload, neighbor: record.source, at: place)
      }
    }
    return unsafe places.adjacency(
      offsets: offsets.column(count: targetCount + 1), count: count, neighborCount: sourceCount)
  }

  /// Rows in groups that are worth a thread's while.
  private func groups(of forward: ForwardRows) -> [ReverseGroup] {
    let size = 1 << 19
    var groups: [ReverseGroup] = []
    var row = 0
    while row < sourceCount {
      let start = Int(forward.offsets[row])
      var (low, high) = (row + 1, sourceCount)
      while low < high {
        let middle = (low + high) / 2
        if Int(forward.offsets[middle]) - start < size { low = middle + 1 } else { high = middle }
      }
      let end = Int(forward.offsets[low])
      if end > start { groups.append(ReverseGroup(rows: row..<low, edges: start..<end)) }
      row = low
    }
    return groups
  }
}

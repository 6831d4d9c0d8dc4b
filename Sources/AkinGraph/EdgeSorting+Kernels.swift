import CAkinKernels
import AkinParallel

extension EdgeSorting {
  /// Where the rows of the forward adjacency are.
  struct ForwardRows {
    var offsets: Column<UInt64>
    var edgeCount: Int
  }

  /// The forward adjacency, and how many edges were merged into another.
  @unsafe func forward<Payload: EdgePayload>(
    _ arrived: consuming [any ArrivedRound], _ count: Int, _ layout: EdgeLayout, as type: Payload.Type
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
    let places = try unsafe PlacedEdges(layout, capacity: count, disk: nil)
    let offsets = unsafe ColumnFilling<UInt64>(capacity: sourceCount + 1)
    let targetBits = targetCount > 1 ? Int.bitWidth - (targetCount - 1).leadingZeroBitCount : 0
    var kept: [Int] = []
    // Some parts, so that the memory of one is there for what the next writes.
    let parts = 16
    for part in 0..<parts {
      let own = part * buckets.count / parts..<(part + 1) * buckets.count / parts
      kept += try concurrentMap(count: own.count, chunkSize: 8, execution: execution) { [starts] chunk in
        let chunk = own.lowerBound + chunk.lowerBound..<own.lowerBound + chunk.upperBound
        let room = chunk.reduce(0) { max($0, starts[$1 + 1] - starts[$1]) }
        let records = UnsafeMutablePointer<EdgeRecord<Payload>>.allocate(capacity: room)
        let scratch = UnsafeMutablePointer<EdgeRecord<Payload>>.allocate(capacity: room)
        defer {
          unsafe records.deallocate()
          unsafe scratch.deallocate()
        }
        return try chunk.map { bucket in
          let count = starts[bucket + 1] - starts[bucket]
          var end = unsafe records
          for round in rounds { unsafe end += round.gather(bucket, shift: buckets.shift, above: base, to: end) }
          // Safe: the count is that of the same ranges.
          let sorted = unsafe sortedByPair(
            records, scratch, count: count, sourceBits: buckets.shift, targetBits: targetBits)
          return try unsafe place(
            sorted, count: count, rows: buckets.keys(of: bucket), at: starts[bucket], in: places, offsets: offsets.start
          )
        }
      }.flatMap { $0 }
      for round in rounds { round.release(own, shift: buckets.shift) }
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

  /// Merges repeated pairs and writes what stays, with the ends of its rows.
  ///
  /// - Returns: how many edges stay.
  @unsafe private func place<Payload: EdgePayload>(
    _ records: UnsafeMutablePointer<EdgeRecord<Payload>>, count: Int, rows: Range<Int>, at start: Int,
    in places: PlacedEdges, offsets: UnsafeMutablePointer<UInt64>
  ) throws -> Int {
    var ends = RowEnds(start: start, firstRow: rows.lowerBound)
    var edge = 0
    while edge < count {
      let first = unsafe records[edge]
      unsafe ends.advance(to: Int(first.source), offsets)
      var end = edge + 1
      while end < count, unsafe records[end].source == first.source && records[end].target == first.target { end += 1 }
      ends.out += try unsafe place(
        pair: UnsafeMutableBufferPointer(start: records + edge, count: end - edge), at: ends.out, in: places)
      edge = end
    }
    unsafe ends.advance(to: rows.upperBound, offsets)
    return ends.out - start
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
    of forward: ForwardRows, _ edges: PlacedEdges, _ layout: EdgeLayout, as type: Payload.Type, keepsWeights: Bool
  ) throws -> Adjacency {
    let count = forward.edgeCount
    let buckets = KeyBuckets(keyCount: targetCount, edgeCount: count)
    let shift = UInt32(buckets.shift)
    let groups = groups(of: forward)
    // Safe: the forward adjacency was just made, of nodes that there are.
    let bucketed = try unsafe BucketedEdges<Payload>(
      groups: groups.count, edgeCount: count, bucketCount: buckets.count, execution: execution
    ) { group, counts in
      var counts = counts.mutableSpan
      for edge in groups[group].edges {
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
    var layout = layout
    layout.hasWeights = layout.hasWeights && keepsWeights
    let places = try unsafe PlacedEdges(layout, capacity: count, disk: nil)
    let offsets = unsafe ColumnFilling<UInt64>(capacity: targetCount + 1)
    _ = try unsafe bucketed.consume(execution: execution) { bucket, range in
      let keys = buckets.keys(of: bucket)
      let records = unsafe bucketed.records
      var nextArray = [Int](repeating: 0, count: keys.count + 1)
      var next = nextArray.mutableSpan
      for edge in range { unsafe next[unchecked: Int(records[edge].target) &- keys.lowerBound &+ 1] &+= 1 }
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

/// Sorts by (source, target), equal ones in their order, by digits from the lowest. No target has more bits than
/// `targetBits`; of sources the lower `sourceBits` count, the others being equal.
///
/// - Returns: where the sorted edges are, either of the two.
@unsafe
func sortedByPair<Payload: EdgePayload>(
  _ records: UnsafeMutablePointer<EdgeRecord<Payload>>, _ scratch: UnsafeMutablePointer<EdgeRecord<Payload>>,
  count: Int, sourceBits: Int, targetBits: Int
) -> UnsafeMutablePointer<EdgeRecord<Payload>> {
  let sourceMask = UInt64(1) << UInt64(sourceBits) - 1
  @inline(__always)
  func key(_ record: EdgeRecord<Payload>) -> UInt64 {
    UInt64(record.target) | (UInt64(record.source) & sourceMask) &<< UInt64(targetBits)
  }
  if count <= 32 {
    for end in 1..<max(count, 1) {
      let record = unsafe records[end]
      let recordKey = key(record)
      var place = end
      while place > 0, unsafe key(records[place - 1]) > recordKey {
        unsafe records[place] = records[place - 1]
        place -= 1
      }
      unsafe records[place] = record
    }
    return unsafe records
  }
  let bits = sourceBits + targetBits
  let passes = (bits + 10) / 11
  let width = passes > 0 ? (bits + passes - 1) / passes : 0
  let mask = UInt64(1) << UInt64(width) - 1
  var from = unsafe records
  var to = unsafe scratch
  var counts = [Int](repeating: 0, count: passes << width)
  var next = counts.mutableSpan
  for edge in 0..<count {
    let recordKey = unsafe key(from[edge])
    for pass in 0..<passes {
      // Safe: a digit is below 2^width.
      unsafe next[unchecked: pass &<< width | Int(recordKey &>> UInt64(pass &* width) & mask)] &+= 1
    }
  }
  for pass in 0..<passes {
    var place = 0
    for digit in pass << width..<(pass + 1) << width {
      let size = next[digit]
      next[digit] = place
      place += size
    }
    let shift = UInt64(pass * width)
    for edge in 0..<count {
      let record = unsafe from[edge]
      let digit = pass &<< width | Int(key(record) &>> shift & mask)
      // Safe: places come from counting the same digits.
      let place = unsafe next[unchecked: digit]
      unsafe next[unchecked: digit] = place &+ 1
      unsafe to[place] = record
    }
    unsafe swap(&from, &to)
  }
  return unsafe from
}

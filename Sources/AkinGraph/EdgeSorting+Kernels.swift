import CAkinKernels
import AkinParallel

/// Edges in buckets of a key, each bucket in order of arrival.
@unsafe
private struct BucketedEdges<Payload: EdgePayload>: @unchecked Sendable {
  let records: UnsafeMutablePointer<EdgeRecord<Payload>>
  /// Where each bucket starts, and the end of the last.
  let starts: [Int]
  private let allocation: Allocation

  /// - Parameters:
  ///   - groups: parts of the edges, in order, that threads may take.
  ///   - count: counts the keys of a group into buckets.
  ///   - move: moves the edges of a group, each to the next place of its bucket.
  init(
    groups: Int, edgeCount: Int, bucketCount: Int, execution: Execution,
    count: @Sendable (Int, inout [Int]) -> Void,
    move: @Sendable (Int, inout [Int], UnsafeMutablePointer<EdgeRecord<Payload>>) -> Void
  ) throws {
    var next = try concurrentMap(count: groups, chunkSize: 1, execution: execution) { range in
      var counts = [Int](repeating: 0, count: bucketCount)
      count(range.lowerBound, &counts)
      return counts
    }
    var starts = [Int](repeating: 0, count: bucketCount + 1)
    var place = 0
    for bucket in 0..<bucketCount {
      starts[bucket] = place
      for group in 0..<groups {
        let size = next[group][bucket]
        next[group][bucket] = place
        place += size
      }
    }
    precondition(place == edgeCount, "\(place) edges counted of \(edgeCount)")
    starts[bucketCount] = place
    unsafe self.starts = starts
    unsafe allocation = Allocation(byteCount: max(1, edgeCount * MemoryLayout<EdgeRecord<Payload>>.stride))
    unsafe records = allocation.start.bindMemory(to: EdgeRecord<Payload>.self, capacity: edgeCount)
    let shared = unsafe SharedRecords(start: records)
    _ = try concurrentMap(count: groups, chunkSize: 1, execution: execution) { [next] range in
      var places = next[range.lowerBound]
      unsafe move(range.lowerBound, &places, shared.start)
    }
  }

  /// Lets `body` take each bucket, in order as far as threads allow, for the last time.
  func consume<Result: Sendable>(
    execution: Execution, _ body: @Sendable (Int, Range<Int>) throws -> Result
  ) throws -> [Result] {
    let count = unsafe starts.count - 1
    let stride = MemoryLayout<EdgeRecord<Payload>>.stride
    var results: [Result] = []
    var released = 0
    // Some parts, so that the memory of one is there for what the next writes.
    let parts = 16
    for part in 0..<parts {
      let buckets = part * count / parts..<(part + 1) * count / parts
      results += try concurrentMap(count: buckets.count, chunkSize: 1, execution: execution) { range in
        let bucket = buckets.lowerBound + range.lowerBound
        return try unsafe body(bucket, starts[bucket]..<starts[bucket + 1])
      }
      let end = unsafe starts[buckets.upperBound] * stride
      unsafe allocation.release(released..<end)
      // Pages that the next part shares with this one stay, and go with it.
      released = end & ~(1 << 21 - 1)
    }
    return results
  }
}

@unsafe
private struct SharedRecords<Payload: EdgePayload>: @unchecked Sendable {
  let start: UnsafeMutablePointer<EdgeRecord<Payload>>
}

extension EdgeSorting {
  /// Where the rows of the forward adjacency are.
  struct ForwardRows {
    var offsets: Column<UInt64>
    var edgeCount: Int
  }

  /// The forward adjacency, and how many edges were merged into another.
  @unsafe func forward<Payload: EdgePayload>(
    _ shelf: ChunkShelf, _ count: Int, _ layout: EdgeLayout, as type: Payload.Type
  ) throws -> (ForwardRows, PlacedEdges, merged: Int) {
    let buckets = KeyBuckets(keyCount: sourceCount, edgeCount: count)
    let shift = UInt32(buckets.shift)
    let base = layout.time.base
    // Safe: builders take no edge whose ends are not nodes, so keys are below `keyCount` and their buckets below the
    // count; places come from counting the same keys.
    let bucketed = try unsafe BucketedEdges<Payload>(
      groups: shelf.groups.count, edgeCount: count, bucketCount: buckets.count, execution: execution
    ) { group, counts in
      var counts = counts.mutableSpan
      for chunk in shelf.chunks(of: group) {
        for source in chunk.sources { unsafe counts[unchecked: Int(source &>> shift)] &+= 1 }
      }
    } move: { group, places, records in
      var places = places.mutableSpan
      for chunk in shelf.take(group) {
        unsafe chunk.withEdges(above: base) { edges in
          for edge in 0..<chunk.count {
            let source = unsafe edges.sources[edge]
            let bucket = Int(source &>> shift)
            let place = unsafe places[unchecked: bucket]
            unsafe places[unchecked: bucket] = place &+ 1
            unsafe records[place] = EdgeRecord(
              source: source, target: edges.targets[edge], payload: Payload(edges, at: edge))
          }
        }
      }
    }
    // The chunks are free now, but the heap would keep their pages.
    akin_release_free_memory()
    let places = try unsafe PlacedEdges(layout, capacity: count, disk: nil)
    let offsets = unsafe ColumnFilling<UInt64>(capacity: sourceCount + 1)
    let targetBits = targetCount > 1 ? Int.bitWidth - (targetCount - 1).leadingZeroBitCount : 0
    let kept = try unsafe bucketed.consume(execution: execution) { bucket, edges in
      let scratch = UnsafeMutablePointer<EdgeRecord<Payload>>.allocate(capacity: edges.count)
      defer { unsafe scratch.deallocate() }
      let sorted = unsafe sortedByPair(
        bucketed.records + edges.lowerBound, scratch, count: edges.count, sourceBits: buckets.shift,
        targetBits: targetBits)
      return try unsafe place(
        sorted, count: edges.count, rows: buckets.keys(of: bucket), at: edges.lowerBound, in: places,
        offsets: offsets.start)
    }
    // Where pairs were merged, the edges behind them move up.
    var removed = 0
    for bucket in 0..<buckets.count {
      let (start, end) = unsafe (bucketed.starts[bucket], bucketed.starts[bucket + 1])
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
    } move: { group, places, records in
      var places = places.mutableSpan
      for row in groups[group].rows {
        for edge in Int(forward.offsets[row])..<Int(forward.offsets[row + 1]) {
          let target = unsafe edges.neighbors[edge]
          let bucket = Int(target &>> shift)
          let place = unsafe places[unchecked: bucket]
          unsafe places[unchecked: bucket] = place &+ 1
          unsafe records[place] = EdgeRecord(
            source: UInt32(truncatingIfNeeded: row), target: target, payload: Payload(edges, at: edge))
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

import CAkinKernels

/// Puts the forward edges of a relation in order, a bucket of sources at a time, each small enough for the cache.
///
/// Safe: rounds hold edges between nodes that there are; the places of a bucket are those of its edges, as counted.
@unsafe
struct BucketSorting<Payload: EdgePayload>: @unchecked Sendable {
  let sorting: EdgeSorting
  let rounds: [BucketedRound<Payload>]
  let buckets: KeyBuckets
  /// Where the edges of each bucket start, and the end of the last.
  let starts: [Int]
  /// What narrow times are above.
  let base: Int64
  let places: PlacedEdges
  let offsets: UnsafeMutablePointer<UInt64>

  private var targetBits: Int {
    unsafe sorting.targetCount > 1 ? Int.bitWidth - (sorting.targetCount - 1).leadingZeroBitCount : 0
  }

  /// Lends the edges of a bucket, sorted by (source, target), equal ones in order of arrival.
  private func withSorted<Result>(
    _ bucket: Int, _ body: (UnsafeMutableBufferPointer<EdgeRecord<Payload>>) throws -> Result
  ) rethrows -> Result {
    let count = unsafe starts[bucket + 1] - starts[bucket]
    let records = UnsafeMutablePointer<EdgeRecord<Payload>>.allocate(capacity: count)
    let scratch = UnsafeMutablePointer<EdgeRecord<Payload>>.allocate(capacity: count)
    defer {
      unsafe records.deallocate()
      unsafe scratch.deallocate()
    }
    var end = unsafe records
    for round in unsafe rounds { unsafe end += round.gather(bucket, shift: buckets.shift, above: base, to: end) }
    let sorted = unsafe sortedByPair(
      records, scratch, count: count, rows: buckets.keys(of: bucket), targetBits: targetBits, by: sorting.rowSorting)
    return try unsafe body(UnsafeMutableBufferPointer(start: sorted, count: count))
  }

  /// Sorts the edges of a bucket, merges repeated pairs and writes what stays, with the ends of its rows.
  ///
  /// - Returns: how many edges stay.
  func place(_ bucket: Int) throws -> Int {
    let rows = unsafe buckets.keys(of: bucket)
    var ends = unsafe RowEnds(start: starts[bucket], firstRow: rows.lowerBound)
    try unsafe withSorted(bucket) { sorted in
      var edge = 0
      while edge < sorted.count {
        let first = unsafe sorted[edge]
        unsafe ends.advance(to: Int(first.source), offsets)
        var end = edge + 1
        while end < sorted.count, unsafe sorted[end].source == first.source && sorted[end].target == first.target {
          end += 1
        }
        ends.out += try unsafe sorting.place(
          pair: UnsafeMutableBufferPointer(rebasing: sorted[edge..<end]), at: ends.out, in: places)
        edge = end
      }
    }
    unsafe ends.advance(to: rows.upperBound, offsets)
    return unsafe ends.out - starts[bucket]
  }

  /// The same for edges that carry nothing: targets go to their rows at once, and are sorted there.
  ///
  /// Weights, if there are any, are numbers of repetitions; they are written only where some edge is repeated.
  func placeTargets(_ bucket: Int) throws -> Int {
    let rows = unsafe buckets.keys(of: bucket)
    let start = unsafe starts[bucket]
    let count = unsafe starts[bucket + 1] - start
    let targets = unsafe places.neighbors + start
    var order = unsafe RowStarts(rows: rows.count)
    defer { unsafe order.deallocate() }
    if let rowSorting = unsafe sorting.rowSorting {
      for round in unsafe rounds {
        let records = unsafe round.records(ofBucket: bucket, shift: buckets.shift)
        unsafe readAhead(records.baseAddress, 0..<records.count) { edge in
          unsafe order.count(Int(records[edge].source) &- rows.lowerBound)
        }
      }
      unsafe order.add()
      for round in unsafe rounds {
        let records = unsafe round.records(ofBucket: bucket, shift: buckets.shift)
        for edge in 0..<records.count {
          let record = unsafe records[edge]
          unsafe targets[order.next(Int(record.source) &- rows.lowerBound)] = record.target
        }
      }
      unsafe rowSorting.sort(targets, starts: order.starts, rows: rows.count, longest: order.longest)
    } else {
      unsafe withSorted(bucket) { sorted in
        for edge in 0..<count { unsafe order.count(Int(sorted[edge].source) &- rows.lowerBound) }
        unsafe order.add()
        for edge in 0..<count {
          unsafe targets[order.next(Int(sorted[edge].source) &- rows.lowerBound)] = sorted[edge].target
        }
      }
    }
    for row in 0..<rows.count {
      unsafe offsets[rows.lowerBound + row + 1] = UInt64(start) + UInt64(order.starts[row + 1])
    }
    guard unsafe sorting.policy != .keep && hasRepetition(targets, count: count) else {
      try unsafe checkFormula(rows: rows, ends: order.starts + 1, targets)
      return count
    }
    return try unsafe merge(targets, rows: rows, ends: order.starts + 1, start: start)
  }

  /// - Throws: `Overflow`, where an edge that comes once has no weight.
  private func checkFormula(
    rows: Range<Int>, ends: UnsafeMutablePointer<UInt32>, _ targets: UnsafeMutablePointer<UInt32>
  ) throws {
    guard unsafe sorting.formula != nil else { return }
    for row in rows where unsafe ends[row - rows.lowerBound] > 0 {
      _ = try unsafe sorting.weight(ofRepetitions: 1, source: UInt32(truncatingIfNeeded: row), target: targets[0])
      return
    }
  }

  /// Whether two values in a row are equal; rows that end with what the next begins with count too.
  private func hasRepetition(_ targets: UnsafeMutablePointer<UInt32>, count: Int) -> Bool {
    var found: UInt32 = 0
    for edge in 1..<max(1, count) { unsafe found |= targets[edge] == targets[edge - 1] ? 1 : 0 }
    return found != 0
  }

  private func merge(
    _ targets: UnsafeMutablePointer<UInt32>, rows: Range<Int>, ends: UnsafeMutablePointer<UInt32>, start: Int
  ) throws -> Int {
    let weights = unsafe places.weights.map { unsafe $0 + start }
    var (edge, kept) = (0, 0)
    for row in rows {
      let end = unsafe Int(ends[row - rows.lowerBound])
      while edge < end {
        let target = unsafe targets[edge]
        var next = edge + 1
        while next < end, unsafe targets[next] == target { next += 1 }
        let weight = try unsafe sorting.weight(
          ofRepetitions: next - edge, source: UInt32(truncatingIfNeeded: row), target: target)
        unsafe targets[kept] = target
        if let weights = unsafe weights { unsafe weights[kept] = weight }
        kept += 1
        edge = next
      }
      unsafe offsets[row + 1] = UInt64(start + kept)
    }
    return kept
  }
}

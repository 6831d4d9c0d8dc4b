import AkinParallel

/// Edges in buckets of a key, each bucket in order of arrival.
@unsafe
struct BucketedEdges<Payload: EdgePayload>: @unchecked Sendable {
  let records: UnsafeMutablePointer<EdgeRecord<Payload>>
  /// Where each bucket starts, and the end of the last.
  let starts: [Int]
  private let allocation: Allocation

  /// - Parameters:
  ///   - groups: parts of the edges, in order, that threads may take.
  ///   - count: counts the keys of a group into buckets.
  ///   - move: hands the edges of a group over, each with its bucket.
  init(
    groups: Int, edgeCount: Int, bucketCount: Int, execution: Execution,
    count: @Sendable (Int, inout [Int]) -> Void,
    move: @Sendable (Int, inout BucketWriter<EdgeRecord<Payload>>) -> Void
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
    unsafe allocation = Allocation(byteCount: edgeCount * MemoryLayout<EdgeRecord<Payload>>.stride)
    unsafe records = allocation.start.bindMemory(to: EdgeRecord<Payload>.self, capacity: edgeCount)
    let shared = unsafe SharedRecords(start: records)
    _ = try concurrentMap(count: groups, chunkSize: 1, execution: execution) { [next] range in
      var writer = unsafe BucketWriter(shared.start, next: next[range.lowerBound])
      unsafe move(range.lowerBound, &writer)
      unsafe writer.finish()
    }
  }

  /// Room for buckets that start where `starts` say, for `fill` to write.
  init(starts: [Int], _ fill: (UnsafeMutablePointer<EdgeRecord<Payload>>) -> Void) {
    unsafe self.starts = starts
    let count = starts[starts.count - 1]
    unsafe allocation = Allocation(byteCount: count * MemoryLayout<EdgeRecord<Payload>>.stride)
    unsafe records = allocation.start.bindMemory(to: EdgeRecord<Payload>.self, capacity: count)
    unsafe fill(records)
  }

  /// Gives the memory of edges back to the system, whole pages of it: what they hold is lost.
  func release(_ edges: Range<Int>) {
    let stride = MemoryLayout<EdgeRecord<Payload>>.stride
    unsafe allocation.release(edges.lowerBound * stride..<edges.upperBound * stride)
  }

  /// Lets `body` take each bucket, in order as far as threads allow, for the last time.
  func consume<Result: Sendable>(
    execution: Execution, _ body: @Sendable (Int, Range<Int>) throws -> Result
  ) throws -> [Result] {
    let count = unsafe starts.count - 1
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
      let end = unsafe starts[buckets.upperBound]
      unsafe release(released..<end)
      released = end
    }
    return results
  }
}

@unsafe
private struct SharedRecords<Payload: EdgePayload>: @unchecked Sendable {
  let start: UnsafeMutablePointer<EdgeRecord<Payload>>
}

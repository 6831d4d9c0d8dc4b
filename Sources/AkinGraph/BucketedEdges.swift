import AkinParallel
import CAkinKernels

/// Edges in buckets of a key, each bucket in order of arrival.
@unsafe
struct BucketedEdges<Payload: EdgePayload>: @unchecked Sendable {
  let records: UnsafeMutablePointer<EdgeRecord<Payload>>
  /// Where each bucket starts, and the end of the last.
  let starts: [Int]
  private let allocation: Allocation

  /// - Parameters:
  ///   - groups: parts of the edges, in order, that threads may take.
  ///   - spare: what they may lie in.
  ///   - count: counts the keys of a group into buckets.
  ///   - move: hands the edges of a group over, each with its bucket.
  init(
    groups: Int, edgeCount: Int, bucketCount: Int, spare: SparePages? = nil, execution: Execution,
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
    if let spare { unsafe allocation.back(edgeCount * MemoryLayout<EdgeRecord<Payload>>.stride, with: spare) }
    try unsafe allocation.populate(execution: execution)
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

  /// Gives the memory of edges away: what they hold is lost.
  func release(_ edges: Range<Int>, to spare: SparePages) {
    let stride = MemoryLayout<EdgeRecord<Payload>>.stride
    unsafe spare.add(edges.lowerBound * stride..<edges.upperBound * stride, of: allocation)
  }

  /// Lets `body` take each bucket, in order as far as threads allow, for the last time.
  ///
  /// - Parameters:
  ///   - spare: gets the memory of buckets once they were taken.
  ///   - prepare: gets the end of the edges that are to be taken next.
  func consume<Result: Sendable>(
    spare: SparePages, execution: Execution, prepare: (Int) -> Void,
    _ body: @Sendable (Int, Range<Int>) throws -> Result
  ) throws -> [Result] {
    let count = unsafe starts.count - 1
    var results: [Result] = []
    var released = 0
    // Some parts, so that the memory of one is there for what the next writes.
    let parts = 16
    for part in 0..<parts {
      let buckets = part * count / parts..<(part + 1) * count / parts
      unsafe prepare(starts[buckets.upperBound])
      results += try concurrentMap(count: buckets.count, chunkSize: 1, execution: execution) { range in
        let bucket = buckets.lowerBound + range.lowerBound
        return try unsafe body(bucket, starts[bucket]..<starts[bucket + 1])
      }
      let end = unsafe starts[buckets.upperBound]
      unsafe release(released..<end, to: spare)
      released = end
    }
    return results
  }
}

@unsafe
private struct SharedRecords<Payload: EdgePayload>: @unchecked Sendable {
  let start: UnsafeMutablePointer<EdgeRecord<Payload>>
}

/// Lets `body` take positions of memory in order, and asks for what comes some thousand bytes later: the processor by itself
/// looks no further than the end of a page, and begins anew on the next.
@inline(__always)
@unsafe
func readAhead<Element>(_ start: UnsafePointer<Element>?, _ range: Range<Int>, _ body: (Int) -> Void) {
  guard let start = unsafe start else { return }
  let line = max(1, 64 / MemoryLayout<Element>.stride)
  var position = range.lowerBound
  while position < range.upperBound {
    // Harmless for any address.
    unsafe akin_prefetch(start + position + 32 * line)
    let end = min(range.upperBound, position + line)
    while position < end {
      body(position)
      position += 1
    }
  }
}

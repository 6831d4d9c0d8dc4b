import AkinParallel

/// Edges of one relation that arrived one after the other, in buckets of sources, each bucket in order of arrival.
///
/// They are put into buckets while they are in the cache, and lie in memory once. Buckets of several rounds fit each
/// other, whatever each knew of the number of sources: those of one with smaller buckets make up those of another.
protocol ArrivedRound: Sendable {
  var count: Int { get }
  /// Which columns they have; narrow times are above its base.
  var layout: EdgeLayout { get }
  /// From the earliest known time to the latest; `nil` where none is known.
  var timeRange: ClosedRange<Int64>? { get }

  /// Every edge; those of one source in order of arrival.
  func forEachWhole(_ body: (EdgeRecord<WholePayload>) -> Void)
  /// The same edges in the same buckets, with another payload, their times passed through `scale`.
  func converted<Payload: EdgePayload>(
    to type: Payload.Type, above base: Int64, scale: (@Sendable (Int64) -> Int64)?
  ) -> BucketedRound<Payload>
}

extension ArrivedRound {
  /// The same edges with other times.
  func scaled(_ scale: @escaping @Sendable (Int64) -> Int64) -> any ArrivedRound {
    guard let range = timeRange else { return self }
    // A scale never changes the order of times.
    let time = TimeRange(scale(range.lowerBound)...scale(range.upperBound))
    var layout = layout
    layout.time = time
    return switch layout.kind {
    case .whole: converted(to: WholePayload.self, above: time.base, scale: scale)
    case .weightTime: converted(to: WeightTimePayload.self, above: time.base, scale: scale)
    case .weight: converted(to: WeightPayload.self, above: time.base, scale: scale)
    case .time: converted(to: TimePayload.self, above: time.base, scale: scale)
    case .bare: converted(to: BarePayload.self, above: time.base, scale: scale)
    }
  }
}

/// Puts the edges of chunks, in order, into a round.
///
/// - Parameter sourceCount: above every source.
/// - Throws: `CancellationError`.
/// - Complexity: O(edges).
func arrivedRound(
  of chunks: [EdgeChunk], sourceCount: Int, policy: DuplicatePolicy, execution: Execution
) throws -> any ArrivedRound {
  let layouts = chunks.map(\.layout)
  var layout = EdgeLayout()
  layout.hasValues = layouts.contains(where: \.hasValues)
  layout.hasTimes = layouts.contains(where: \.hasTimes)
  layout.expectWeights(layouts.contains(where: \.hasWeights), policy)
  for (chunk, own) in zip(chunks, layouts) where chunk.count > 0 { layout.expect(own, policy) }
  let range = chunks.compactMap(\.times.range).reduce(nil as ClosedRange<Int64>?) { $0?.joined($1) ?? $1 }
  layout.time = TimeRange(range)
  func round<Payload: EdgePayload>(_ type: Payload.Type) throws -> BucketedRound<Payload> {
    try BucketedRound(chunks, sourceCount: sourceCount, layout, range, execution: execution)
  }
  return switch layout.kind {
  case .whole: try round(WholePayload.self)
  case .weightTime: try round(WeightTimePayload.self)
  case .weight: try round(WeightPayload.self)
  case .time: try round(TimePayload.self)
  case .bare: try round(BarePayload.self)
  }
}

/// A round whose edges carry one kind of payload.
///
/// Safe to share: filled when it is made; `release` comes after the last `gather` of what it releases.
@safe
final class BucketedRound<Payload: EdgePayload>: ArrivedRound, @unchecked Sendable {
  let count: Int
  let layout: EdgeLayout
  let timeRange: ClosedRange<Int64>?
  /// A bucket holds the edges of 2^`shift` sources in a row.
  private let shift: Int
  private let edges: BucketedEdges<Payload>

  init(
    _ chunks: [EdgeChunk], sourceCount: Int, _ layout: EdgeLayout, _ range: ClosedRange<Int64>?, execution: Execution
  ) throws {
    count = chunks.reduce(0) { $0 + $1.count }
    self.layout = layout
    timeRange = range
    let buckets = KeyBuckets(keyCount: sourceCount, edgeCount: .max)
    shift = buckets.shift
    let shift = UInt32(shift)
    let base = layout.time.base
    // Safe: builders take no edge whose ends are not nodes, so keys are below `keyCount` and their buckets below the
    // count; places come from counting the same keys.
    unsafe edges = try unsafe BucketedEdges(
      groups: chunks.count, edgeCount: count, bucketCount: buckets.count, execution: execution
    ) { group, counts in
      var counts = counts.mutableSpan
      for source in chunks[group].sources { unsafe counts[unchecked: Int(source &>> shift)] &+= 1 }
    } move: { group, writer in
      unsafe chunks[group].withEdges(above: base) { edges in
        unsafe writer.write { put in
          for edge in 0..<chunks[group].count {
            let source = unsafe edges.sources[edge]
            put(
              unsafe EdgeRecord(source: source, target: edges.targets[edge], payload: Payload(edges, at: edge)),
              Int(source &>> shift))
          }
        }
      }
    }
  }

  private init(_ edges: BucketedEdges<Payload>, shift: Int, _ layout: EdgeLayout, _ range: ClosedRange<Int64>?) {
    count = unsafe edges.starts[edges.starts.count - 1]
    self.shift = shift
    self.layout = layout
    timeRange = range
    unsafe self.edges = edges
  }

  func forEachWhole(_ body: (EdgeRecord<WholePayload>) -> Void) {
    for edge in 0..<count {
      let record = unsafe edges.records[edge]
      body(
        EdgeRecord(source: record.source, target: record.target, payload: record.payload.whole(above: layout.time.base))
      )
    }
  }

  func converted<Other: EdgePayload>(
    to type: Other.Type, above base: Int64, scale: (@Sendable (Int64) -> Int64)?
  ) -> BucketedRound<Other> {
    let converted = unsafe BucketedEdges<Other>(starts: edges.starts) { records in
      var place = 0
      forEachWhole { record in
        var payload = record.payload
        if let scale, payload.time != TimeColumn.unknown { payload.time = scale(payload.time) }
        unsafe records[place] = EdgeRecord(
          source: record.source, target: record.target, payload: Other(payload, above: base))
        place += 1
      }
    }
    var layout = layout
    let range = timeRange.map { range in scale.map { $0(range.lowerBound)...$0(range.upperBound) } ?? range }
    layout.time = TimeRange(range)
    layout.time.base = base
    return unsafe BucketedRound<Other>(converted, shift: shift, layout, range)
  }

  /// Where the edges of a bucket of 2^`wide` sources are, which is no fewer than one here has.
  func edges(ofBucket bucket: Int, shift wide: Int) -> Range<Int> {
    precondition(wide >= shift, "a bucket of 2^\(wide) sources is less than one of 2^\(shift)")
    let last = unsafe edges.starts.count - 1
    let first = min(last, bucket << (wide - shift))
    return unsafe edges.starts[first]..<edges.starts[min(last, (bucket + 1) << (wide - shift))]
  }

  /// The edges of a bucket, with times above the base of this round.
  @unsafe func records(ofBucket bucket: Int, shift wide: Int) -> UnsafeMutableBufferPointer<EdgeRecord<Payload>> {
    let range = edges(ofBucket: bucket, shift: wide)
    return unsafe UnsafeMutableBufferPointer(start: edges.records + range.lowerBound, count: range.count)
  }

  /// Copies the edges of a bucket.
  ///
  /// - Parameters:
  ///   - base: what narrow times of the relation are above.
  ///   - target: with room for them.
  /// - Returns: how many there are.
  @unsafe func gather(
    _ bucket: Int, shift wide: Int, above base: Int64, to target: UnsafeMutablePointer<EdgeRecord<Payload>>
  ) -> Int {
    let range = edges(ofBucket: bucket, shift: wide)
    let from = unsafe edges.records + range.lowerBound
    let distance = UInt32(truncatingIfNeeded: layout.time.base &- base)
    if distance == 0 {
      unsafe target.update(from: from, count: range.count)
    } else {
      for edge in 0..<range.count {
        var record = unsafe from[edge]
        record.payload = record.payload.rebased(by: distance)
        unsafe target[edge] = record
      }
    }
    return range.count
  }

  /// Gives the memory of buckets away that nobody gathers any more.
  func release(_ buckets: Range<Int>, shift wide: Int, to spare: SparePages) {
    guard !buckets.isEmpty else { return }
    let first = edges(ofBucket: buckets.lowerBound, shift: wide).lowerBound
    unsafe edges.release(first..<edges(ofBucket: buckets.upperBound - 1, shift: wide).upperBound, to: spare)
  }
}

import AkinParallel

/// Makes edges in order of arrival into the two adjacencies of a relation.
///
/// Edges come in rounds, each in buckets of sources. What the rounds have of a bucket, small enough for the cache, is put
/// together and sorted by (source, target); repeated pairs, which then lie together, are merged by the policy. The reverse comes from the forward adjacency in
/// the same way, but needs no more than one counting sort, as sources come in order. All steps are stable, and their
/// parts depend on the edges alone, so the result is the same on any number of threads.
struct EdgeSorting: Sendable {
  var sourceCount: Int
  var targetCount: Int
  var policy: DuplicatePolicy
  /// What becomes of each weight once repeated edges are merged.
  var formula: (@Sendable (Float) -> Float)?
  var execution = Execution.serial
  /// What sorts rows; none where all rows of a bucket are sorted at once.
  var rowSorting = RowSorting.forHost
  /// With more edges than this a relation is sorted as if its edges carried something, whose places may be larger.
  var countLimit = Int(UInt32.max)

  /// A pair whose weights or values sum up to no number.
  struct Overflow: Error {
    var source: UInt32
    var target: UInt32
  }

  /// - Parameter rounds: what arrived, in order, of which nobody else keeps any: its memory goes as it is used.
  /// - Throws: `Overflow`; `CancellationError`.
  /// - Complexity: O(edges + nodes) time; besides the edges and the result, a bucket of them for each thread.
  func relation(from rounds: consuming [any ArrivedRound]) throws -> RelationEdges {
    let layout = layout(of: rounds)
    if policy == .count, layout.kind == .bare,
      !carriesNothing(layout, count: rounds.reduce(0) { $0 + $1.count })
    {
      return try relation(rounds, layout, as: WeightPayload.self)
    }
    return switch layout.kind {
    case .whole: try relation(rounds, layout, as: WholePayload.self)
    case .weightTime: try relation(rounds, layout, as: WeightTimePayload.self)
    case .weight: try relation(rounds, layout, as: WeightPayload.self)
    case .time: try relation(rounds, layout, as: TimePayload.self)
    case .bare: try relation(rounds, layout, as: BarePayload.self)
    }
  }

  /// As above, of edges that are in no buckets yet.
  func relation(from chunks: consuming [EdgeChunk]) throws -> RelationEdges {
    try relation(from: [round(of: chunks)])
  }

  func round(of chunks: [EdgeChunk]) throws -> any ArrivedRound {
    try arrivedRound(of: chunks, sourceCount: sourceCount, policy: policy, execution: execution)
  }

  private func layout(of rounds: [any ArrivedRound]) -> EdgeLayout {
    var layout = EdgeLayout()
    layout.hasValues = rounds.contains { $0.layout.hasValues }
    layout.hasTimes = rounds.contains { $0.layout.hasTimes }
    layout.expectWeights(rounds.contains { $0.layout.hasWeights }, policy)
    for round in rounds where round.count > 0 { layout.expect(round.layout, policy) }
    layout.time = TimeRange(rounds.compactMap(\.timeRange).reduce(nil as ClosedRange<Int64>?) { $0?.joined($1) ?? $1 })
    return layout
  }

  /// Whether edges are their two ends and nothing else until repeated ones are merged.
  func carriesNothing(_ layout: EdgeLayout, count: Int) -> Bool {
    // A formula is for what came with an edge, or for the number of repetitions.
    layout.kind == .bare && count <= countLimit && (formula == nil || policy == .count)
  }

  private func relation<Payload: EdgePayload>(
    _ rounds: consuming [any ArrivedRound], _ layout: EdgeLayout, as type: Payload.Type
  ) throws -> RelationEdges {
    let count = rounds.reduce(0) { $0 + $1.count }
    // Those of the columns: counts are weights, whatever edges carry before they are counted.
    var columns = layout
    columns.hasWeights = layout.hasWeights || policy == .count
    let spare = SparePages()
    var (forward, places, merged) = try unsafe forward(rounds, count, layout, columns, spare, as: type)
    if merged > 0 { unsafe places = try unsafe places.fitted(count: forward.edgeCount, &columns, disk: nil) }
    // Counts that are all 1 say nothing: no column for them.
    columns.hasWeights = columns.hasWeights && (policy != .count || merged > 0)
    let reverse =
      columns.kind == .weight
      ? try unsafe reverse(of: forward, places, columns, spare, as: WeightPayload.self)
      : try unsafe reverse(of: forward, places, columns, spare, as: type)
    return RelationEdges(
      forward: unsafe places.adjacency(
        offsets: forward.offsets, count: forward.edgeCount, neighborCount: targetCount, keepsWeights: columns.hasWeights
      ),
      reverse: reverse, timeBase: columns.hasTimes ? columns.time.base : nil)
  }
}

extension ClosedRange<Int64> {
  func joined(_ other: Self) -> Self {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}

/// Ranges of keys, each with a number of edges that the cache has room for if keys are alike.
struct KeyBuckets: Sendable {
  let keyCount: Int
  /// A bucket holds 2^`shift` keys in a row.
  let shift: Int
  let count: Int

  init(keyCount: Int, edgeCount: Int) {
    let bits = keyCount > 1 ? Int.bitWidth - (keyCount - 1).leadingZeroBitCount : 0
    var wanted = 0
    while wanted < 9, edgeCount >> (wanted + 15) > 0 { wanted += 1 }
    self.keyCount = keyCount
    shift = max(0, bits - wanted)
    count = keyCount > 0 ? ((keyCount - 1) >> shift) + 1 : 0
  }

  func keys(of bucket: Int) -> Range<Int> { bucket << shift..<min(keyCount, (bucket + 1) << shift) }
}

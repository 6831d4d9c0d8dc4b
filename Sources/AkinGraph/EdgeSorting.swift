import AkinParallel
import Synchronization

/// Makes edges in order of arrival into the two adjacencies of a relation.
///
/// Edges go into buckets of sources first, each small enough for the cache, and are sorted by (source, target) inside of
/// one; repeated pairs, which then lie together, are merged by the policy. The reverse comes from the forward adjacency in
/// the same way, but needs no more than one counting sort, as sources come in order. All steps are stable, and their
/// parts depend on the edges alone, so the result is the same on any number of threads.
struct EdgeSorting: Sendable {
  var sourceCount: Int
  var targetCount: Int
  var policy: DuplicatePolicy
  /// What becomes of each weight once repeated edges are merged.
  var formula: (@Sendable (Float) -> Float)?
  var execution = Execution.serial

  /// A pair whose weights or values sum up to no number.
  struct Overflow: Error {
    var source: UInt32
    var target: UInt32
  }

  /// - Throws: `Overflow`; `CancellationError`.
  /// - Complexity: O(edges + nodes) time; besides the edges and the result, one copy of the edges.
  func relation(from shelf: ChunkShelf) throws -> RelationEdges {
    let layout = try layout(of: shelf.all())
    let arrived = shelf.edgeCount
    return switch (layout.hasWeights, layout.hasTimes) {
    case _ where layout.hasValues || !layout.time.isNarrow:
      try relation(shelf, arrived, layout, as: WholePayload.self)
    case (true, true): try relation(shelf, arrived, layout, as: WeightTimePayload.self)
    case (true, false): try relation(shelf, arrived, layout, as: WeightPayload.self)
    case (false, true): try relation(shelf, arrived, layout, as: TimePayload.self)
    case (false, false): try relation(shelf, arrived, layout, as: BarePayload.self)
    }
  }

  private func layout(of chunks: [EdgeChunk]) throws -> EdgeLayout {
    var layout = EdgeLayout()
    layout.hasWeights = policy == .count || chunks.contains { !$0.weights.isEmpty }
    layout.hasValues = chunks.contains { !$0.values.isEmpty }
    layout.hasTimes = chunks.contains { $0.times.count > 0 }
    for chunk in chunks where chunk.count > 0 {
      precondition(
        policy == .count || chunk.weights.isEmpty != layout.hasWeights,
        "some edges of a relation have a weight, others none")
      precondition(chunk.values.isEmpty != layout.hasValues, "some edges of a relation have a value, others none")
      precondition((chunk.times.count == 0) != layout.hasTimes, "some edges of a relation have a time, others none")
    }
    let ranges = try concurrentMap(count: chunks.count, chunkSize: 64, execution: execution) { range in
      range.compactMap { chunks[$0].times.range }.reduce(nil as ClosedRange<Int64>?) { $0?.joined($1) ?? $1 }
    }
    layout.time = TimeRange(ranges.compactMap { $0 }.reduce(nil as ClosedRange<Int64>?) { $0?.joined($1) ?? $1 })
    return layout
  }

  private func relation<Payload: EdgePayload>(
    _ shelf: ChunkShelf, _ count: Int, _ layout: EdgeLayout, as type: Payload.Type
  ) throws -> RelationEdges {
    var layout = layout
    var (forward, places, merged) = try unsafe forward(shelf, count, layout, as: type)
    if merged > 0 { unsafe places = try unsafe places.fitted(count: forward.edgeCount, &layout, disk: nil) }
    // Counts that are all 1 say nothing: no column for them.
    let keepsWeights = policy != .count || merged > 0
    let reverse = try unsafe reverse(of: forward, places, layout, as: type, keepsWeights: keepsWeights)
    return RelationEdges(
      forward: unsafe places.adjacency(
        offsets: forward.offsets, count: forward.edgeCount, neighborCount: targetCount, keepsWeights: keepsWeights),
      reverse: reverse, timeBase: layout.hasTimes ? layout.time.base : nil)
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
    while wanted < 10, edgeCount >> (wanted + 14) > 0 { wanted += 1 }
    self.keyCount = keyCount
    shift = max(0, bits - wanted)
    count = keyCount > 0 ? ((keyCount - 1) >> shift) + 1 : 0
  }

  func keys(of bucket: Int) -> Range<Int> { bucket << shift..<min(keyCount, (bucket + 1) << shift) }
}

/// Chunks in groups that are worth a thread's while, each given away once, so that its memory is free after its use.
final class ChunkShelf: Sendable {
  private let chunks: Mutex<[EdgeChunk?]>
  let groups: [Range<Int>]
  let edgeCount: Int

  private static let groupSize = 1 << 19

  /// - Parameter chunks: of which nobody else keeps any.
  init(_ chunks: consuming [EdgeChunk?]) {
    var groups: [Range<Int>] = []
    var start = 0
    var count = 0
    var edgeCount = 0
    for number in chunks.indices {
      let size = chunks[number]!.count
      count += size
      edgeCount += size
      if count >= Self.groupSize || number == chunks.count - 1 {
        groups.append(start..<number + 1)
        start = number + 1
        count = 0
      }
    }
    self.groups = groups
    self.edgeCount = edgeCount
    self.chunks = Mutex(chunks)
  }

  func all() -> [EdgeChunk] { chunks.withLock { $0.map { $0! } } }

  func chunks(of group: Int) -> [EdgeChunk] { chunks.withLock { chunks in groups[group].map { chunks[$0]! } } }

  /// For the last time.
  func take(_ group: Int) -> [EdgeChunk] {
    chunks.withLock { chunks in
      groups[group].map { number in
        defer { chunks[number] = nil }
        return chunks[number]!
      }
    }
  }
}

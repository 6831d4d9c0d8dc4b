public import AkinParallel
import Synchronization

/// Edges as a reader finds them, with ids not yet looked up: what many threads can prepare before one order is given to all.
public struct EdgeBatch: Sendable {
  /// Ids are ranges of these bytes.
  public let bytes: [UInt8]
  /// The id of each edge's source, in the order in which edges were appended.
  public private(set) var sources: [IDField] = []
  /// The id of each edge's target, parallel to `sources`.
  public private(set) var targets: [IDField] = []
  /// The weight of each edge, positive and finite; empty where edges have none.
  public private(set) var weights: [Float] = []
  /// The time of each edge, in seconds since 1970, UTC; empty where edges have none.
  public private(set) var times: [Int64] = []

  /// Where an id is.
  public struct IDField: Sendable, BitwiseCopyable {
    /// Where the id begins among the bytes of its batch.
    public let start: UInt32
    /// Where it ends; the byte here is no part of it.
    public let end: UInt32

    /// `start` is at most `end`, which is at most the number of bytes; the batch checks that.
    @inlinable public init(start: UInt32, end: UInt32) {
      self.start = start
      self.end = end
    }
  }

  /// A batch without edges, over the bytes that their ids will be ranges of.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// - Parameters: as those of `GraphBuilder.addEdge`, one an edge; weights and times may be empty. The ids are ranges of
  ///   `bytes`.
  public init(bytes: [UInt8], sources: [IDField], targets: [IDField], weights: [Float], times: [Int64]) {
    precondition(sources.count == targets.count, "\(sources.count) sources and \(targets.count) targets")
    precondition(sources.allSatisfy { $0.start <= $0.end && $0.end <= bytes.count }, "a source lies outside the bytes")
    precondition(targets.allSatisfy { $0.start <= $0.end && $0.end <= bytes.count }, "a target lies outside the bytes")
    precondition(weights.allSatisfy { $0 > 0 && $0.isFinite }, "a weight must be positive and finite")
    self.bytes = bytes
    self.sources = sources
    self.targets = targets
    self.weights = weights
    self.times = times
  }

  /// - Parameters: as those of `GraphBuilder.addEdge`; the ids are ranges of `bytes`.
  public mutating func append(source: Range<Int>, target: Range<Int>, weight: Float?, time: Int64?) {
    precondition(source.upperBound <= bytes.count && target.upperBound <= bytes.count, "an id lies outside the bytes")
    sources.append(IDField(start: UInt32(source.lowerBound), end: UInt32(source.upperBound)))
    targets.append(IDField(start: UInt32(target.lowerBound), end: UInt32(target.upperBound)))
    if let weight {
      precondition(weight > 0 && weight.isFinite, "a weight must be positive and finite, found \(weight)")
      weights.append(weight)
    }
    if let time { times.append(time) }
  }
}

/// A batch with the ids that were known when it was looked at.
private struct LookedUpBatch: Sendable {
  var sources: KnownIDs
  var targets: KnownIDs
  var times: ChunkTimes
}

extension GraphBuilder {
  /// Adds the edges of all batches in their order: the same graph as by `intern` and `addEdge`, one edge after the other.
  ///
  /// Ids that are known already, which are nearly all once a part of the file was read, are looked up by all threads at
  /// the same time; only new ones need an order.
  ///
  /// - Throws: `GraphError.tooManyNodes`; `CancellationError`.
  /// - Complexity: O(bytes of the ids), amortised.
  public mutating func addEdges(
    _ batches: consuming [EdgeBatch], to relation: Int, execution: Execution = .serial
  ) throws {
    let (source, target) = ends(of: relation)
    var found = try lookUp(batches, source: source, target: target, execution: execution)
    if source == target {
      var table = take(source)
      defer { put(table, source) }
      for number in found.indices { try table.intern(&found[number], of: batches[number]) }
    } else {
      let tables = [TableBox(take(source)), TableBox(take(target))]
      defer {
        put(tables[0].table.withLock { $0.take()! }, source)
        put(tables[1].table.withLock { $0.take()! }, target)
      }
      let looked = found
      found = []
      let interned = try concurrentMap(count: 2, chunkSize: 1, execution: execution) { [batches] range in
        let end = range.lowerBound
        return try tables[end].table.withLock { table in
          try looked.indices.map { number in
            let fields = end == 0 ? batches[number].sources : batches[number].targets
            var known = end == 0 ? looked[number].sources : looked[number].targets
            for position in known.missing.indices {
              try table!.intern(missing: position, of: &known, fields, of: batches[number].bytes)
            }
            return known
          }
        }
      }
      found = looked.indices.map {
        LookedUpBatch(sources: interned[0][$0], targets: interned[1][$0], times: looked[$0].times)
      }
    }
    let chunks = zip(batches, found).map { batch, found in
      EdgeChunk(
        sources: found.sources.indices, targets: found.targets.indices, weights: batch.weights, values: [],
        times: found.times)
    }
    found = []
    try append(chunks, relation: relation, execution: execution)
    try keepWithinBound()
  }

  private func lookUp(
    _ batches: [EdgeBatch], source: Int, target: Int, execution: Execution
  ) throws -> [LookedUpBatch] {
    let (sources, targets) = (table(source), table(target))
    return try concurrentMap(count: batches.count, chunkSize: 1, execution: execution) { range in
      let batch = batches[range.lowerBound]
      return LookedUpBatch(
        sources: sources.known(batch.sources, of: batch.bytes), targets: targets.known(batch.targets, of: batch.bytes),
        times: ChunkTimes(batch.times))
    }
  }
}

extension NodeTableBuilder {
  /// Both ends of each edge in turn, as nodes of one type have one order.
  fileprivate mutating func intern(_ found: inout LookedUpBatch, of batch: EdgeBatch) throws(GraphError) {
    var (source, target) = (0, 0)
    while source < found.sources.missing.count || target < found.targets.missing.count {
      let nextSource = source < found.sources.missing.count ? found.sources.missing[source] : UInt32.max
      let nextTarget = target < found.targets.missing.count ? found.targets.missing[target] : UInt32.max
      if nextSource <= nextTarget {
        try intern(missing: source, of: &found.sources, batch.sources, of: batch.bytes)
        source += 1
      } else {
        try intern(missing: target, of: &found.targets, batch.targets, of: batch.bytes)
        target += 1
      }
    }
  }
}

/// Hands a table to one thread at a time, without a copy.
private final class TableBox: Sendable {
  let table: Mutex<NodeTableBuilder?>

  init(_ table: sending NodeTableBuilder) { self.table = Mutex(table) }
}

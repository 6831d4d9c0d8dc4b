public import AkinParallel
import Synchronization

/// Edges as a reader finds them, with ids not yet looked up: what many threads can prepare before one order is given to all.
public struct EdgeBatch: Sendable {
  /// Ids are ranges of these bytes.
  public var bytes: [UInt8]
  /// The id of each edge's source, in the order in which edges were appended.
  public private(set) var sources: [IDField] = []
  /// The id of each edge's target, parallel to `sources`.
  public private(set) var targets: [IDField] = []
  /// The weight of each edge, positive and finite; empty where edges have none.
  public private(set) var weights: [Float] = []
  /// The time of each edge, in seconds since 1970, UTC; empty where edges have none.
  public private(set) var times: [Int64] = []

  /// Where an id is, and its hash.
  public struct IDField: Sendable {
    var start: UInt32
    var end: UInt32
    var hash: UInt64
  }

  /// A batch without edges, over the bytes that their ids will be ranges of.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// - Parameters: as those of `GraphBuilder.addEdge`; the ids are ranges of `bytes`.
  public mutating func append(source: Range<Int>, target: Range<Int>, weight: Float?, time: Int64?) {
    sources.append(field(source))
    targets.append(field(target))
    if let weight {
      precondition(weight > 0 && weight.isFinite, "a weight must be positive and finite, found \(weight)")
      weights.append(weight)
    }
    if let time { times.append(time) }
  }

  private func field(_ range: Range<Int>) -> IDField {
    let hash = unsafe bytes.withUnsafeBytes { unsafe XXH64.hash(UnsafeRawBufferPointer(rebasing: $0[range])) }
    return IDField(start: UInt32(range.lowerBound), end: UInt32(range.upperBound), hash: hash)
  }
}

extension GraphBuilder {
  /// Adds the edges of all batches in their order: the same graph as by `intern` and `addEdge`, one edge after the other.
  ///
  /// The two ends are looked up at the same time where they are of different types.
  ///
  /// - Throws: `GraphError.tooManyNodes`; `CancellationError`.
  /// - Complexity: O(bytes of the ids), amortised.
  public mutating func addEdges(_ batches: [EdgeBatch], to relation: Int, execution: Execution = .serial) throws {
    let (source, target) = ends(of: relation)
    if source == target {
      var table = take(source)
      defer { put(table, source) }
      for batch in batches {
        let (from, to) = try table.intern(pairsOf: batch)
        append(batch, from: from, to: to, relation: relation)
      }
      return
    }
    let tables = [TableBox(take(source)), TableBox(take(target))]
    defer {
      put(tables[0].table.withLock { $0.take()! }, source)
      put(tables[1].table.withLock { $0.take()! }, target)
    }
    let found = try concurrentMap(count: 2, chunkSize: 1, execution: execution) { range in
      let end = range.lowerBound
      return try tables[end].table.withLock { table in
        try batches.map { try table!.intern(end == 0 ? $0.sources : $0.targets, of: $0.bytes) }
      }
    }
    for (number, batch) in batches.enumerated() {
      append(batch, from: found[0][number], to: found[1][number], relation: relation)
    }
  }
}

/// Hands a table to one thread at a time, without a copy.
private final class TableBox: Sendable {
  let table: Mutex<NodeTableBuilder?>

  init(_ table: sending NodeTableBuilder) { self.table = Mutex(table) }
}

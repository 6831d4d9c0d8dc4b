public import AkinGraph
public import AkinParallel
public import AkinRanking
public import AkinWalks

/// Rows of neighbours, or of hard negatives, of the nodes of one type: what PinSage trains on.
///
/// A row depends on its node alone, whatever the number of threads and wherever a job was interrupted.
public struct NeighborhoodJob: Sendable {
  /// What is in a row.
  public enum Rows: Sendable {
    /// The most visited nodes with their shares of the visits.
    case neighbors(Neighborhoods)
    /// Nodes drawn from a window of ranks, each of weight 1.
    case hardNegatives(by: Pixie, ranks: Range<Int>, count: Int, seed: UInt64)
  }

  /// The graph that rows are made from.
  public let snapshot: Snapshot
  /// The type of the nodes that have rows, and of those that are in them.
  public let type: NodeTypeID
  /// How many nodes the type has, and so how many rows.
  public let count: Int
  private let rows: Rows
  private let execution: Execution
  private let pool: SessionPool?

  /// `execution` sets the threads; it never changes a row.
  public init(_ rows: Rows, execution: Execution) {
    self.rows = rows
    self.execution = execution
    switch rows {
    case .neighbors(let neighborhoods):
      snapshot = neighborhoods.snapshot
      type = neighborhoods.type
      pool = nil
    case .hardNegatives(let pixie, _, _, _):
      snapshot = pixie.snapshot
      type = pixie.candidateType
      pool = SessionPool(pixie)
    }
    count = snapshot.table(of: type).count
  }

  /// Rows of some nodes, in order.
  ///
  /// - Throws: `WalkError`; `GraphError.damagedData`; `CancellationError`.
  public func rows(of nodes: Range<Int>) throws -> NeighborRows {
    let chunkSize = pool == nil ? 512 : 4
    let pieces = try concurrentMap(count: nodes.count, chunkSize: chunkSize, execution: execution) { part in
      let part = UInt32(nodes.lowerBound + part.lowerBound)..<UInt32(nodes.lowerBound + part.upperBound)
      return switch rows {
      case .neighbors(let neighborhoods): try neighborhoods.rows(of: part)
      case .hardNegatives(_, let window, let count, let seed): try negatives(of: part, window, count, seed)
      }
    }
    var all = NeighborRows()
    for piece in pieces { all.append(piece) }
    return all
  }

  private func negatives(
    of nodes: Range<UInt32>, _ window: Range<Int>, _ count: Int, _ seed: UInt64
  ) throws -> NeighborRows {
    guard let pool else { return NeighborRows() }
    return try pool.withSession { session in
      var rows = NeighborRows()
      for node in nodes {
        rows.neighbors += try Neighborhoods.hardNegatives(
          of: NodeID(type: type, index: node), ranks: window, count: count, by: session, candidates: type, seed: seed)
        rows.weights += [Float](repeating: 1, count: rows.neighbors.count - rows.weights.count)
        rows.offsets.append(UInt64(rows.neighbors.count))
      }
      return rows
    }
  }
}

extension NeighborRows {
  /// Rows one after the other: how many entries, then each as index and weight, 32 bits little-endian.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 4 + neighbors.count * 8)
    func append(_ number: UInt32) {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    for row in 0..<count {
      let range = Int(offsets[row])..<Int(offsets[row + 1])
      append(UInt32(range.count))
      for position in range {
        append(neighbors[position])
        append(weights[position].bitPattern)
      }
    }
    return bytes
  }

  /// What `bytes` made; `nil` for anything else.
  public init?(bytes: [UInt8]) {
    self.init()
    guard bytes.count.isMultiple(of: 4) else { return nil }
    func number(_ position: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[4 * position + $1]) << UInt32(8 * $1) }
    }
    var position = 0
    while position < bytes.count / 4 {
      let count = Int(number(position))
      position += 1
      guard count <= (bytes.count / 4 - position) / 2 else { return nil }
      for _ in 0..<count {
        neighbors.append(number(position))
        weights.append(Float(bitPattern: number(position + 1)))
        position += 2
      }
      offsets.append(UInt64(neighbors.count))
    }
  }
}

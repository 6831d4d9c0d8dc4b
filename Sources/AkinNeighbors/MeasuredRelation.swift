import AkinGraph
public import AkinParallel
import AkinRanking

/// The relation that a measure runs over, with what was settled beforehand.
public struct MeasuredRelation: Sendable {
  let snapshot: Snapshot
  let hop: Hop
  let options: NeighborOptions
  let population: Population
  /// Whether the measure sees all edges alike.
  let isBinary: Bool

  var numbers: EdgeNumbers { isBinary ? .binary : options.numbers }
}

/// The accumulator of one thread over one measure, made where the measure's type is known so that its loops are
/// compiled for it.
public struct SimilarityRows {
  let ofNode: (UInt32, (UInt32, Double) -> Void) throws -> Int
  let ofVector: ([VectorEntry], (UInt32, Double) -> Void) throws -> Int
  let sharesOfNode: (_ other: UInt32, _ node: UInt32) throws -> [ConnectorShare]
  let sharesOfVector: (_ other: UInt32, [VectorEntry]) throws -> [ConnectorShare]
}

/// One connector of the left side.
struct VectorEntry {
  var connector: UInt32
  var number: Double
  var time = Double.nan
}

extension SimilarityMeasure {
  public func rows(over relation: MeasuredRelation) -> SimilarityRows {
    var worker = RowWorker(self, relation)
    return SimilarityRows(
      ofNode: { try worker.forEachSimilar(to: $0, $1) }, ofVector: { try worker.forEachSimilar(toVector: $0, $1) },
      sharesOfNode: { try worker.shares(of: $0, to: $1) }, sharesOfVector: { try worker.shares(of: $0, toVector: $1) })
  }
}

extension SimilarityMeasure {
  /// The `k` best neighbours of every node, by a whole product whose factors are laid out and checked beforehand.
  public func product(over relation: MeasuredRelation, k: Int, execution: Execution) throws -> NeighborTable {
    let index = try MeasuredIndex(self, relation, execution: execution)
    let count = index.profiles.count
    let pieces = try concurrentMap(count: count, chunkSize: max(64, count / 64), execution: execution) { range in
      var row = ProductRow(self, relation, index)
      var best = BestRow(k)
      var rows = NeighborTable.Rows()
      for node in range {
        if node % 256 == 0 { try execution.cancellation.check() }
        try row.offerNeighbors(of: node, to: &best)
        best.drain(into: &rows)
      }
      return rows
    }
    return NeighborTable(
      type: relation.snapshot.origin(of: relation.hop), nodeCount: count, pieces: pieces, order: 0..<UInt32(count))
  }
}

/// A row function as a worker.
final class MeasureWorker: SimilarityWorker {
  private let rows: SimilarityRows
  init(_ rows: SimilarityRows) { self.rows = rows }
  func forEachSimilar(to node: UInt32, _ body: (UInt32, Double) -> Void) throws -> Int { try rows.ofNode(node, body) }
  func shares(of other: UInt32, to node: UInt32) throws -> [ConnectorShare] { try rows.sharesOfNode(other, node) }
}

public import AkinLinearAlgebra
public import AkinParallel
import Glibc

/// How much of the nearest an index found, measured against all of them on a sample of queries.
public struct RecallReport: Sendable, Equatable {
  /// Mean share of the k nearest that were found; a vector as near as the k-th nearest counts as one of them.
  public var recall: Double
  /// Standard error of `recall` over queries.
  public var standardError: Double
  /// The lowest recall of a query.
  public var lowest: Double
  /// How many nearest were asked for.
  public var k: Int
  /// How many queries the means are over.
  public var queryCount: Int
  /// CPU time of one query, in seconds: in the index, and with every vector compared.
  public var seconds: Double
  /// CPU time of one query with every vector compared, in seconds.
  public var exactSeconds: Double
}

extension VectorIndex {
  /// Compares what the index finds for `queries` with what there is.
  ///
  /// - Complexity: that of an exact search, and the memory of one more copy of the vectors.
  /// - Throws: `VectorError`; `CancellationError`.
  public func recall(of queries: DenseMatrix, k: Int, execution: Execution) throws -> RecallReport {
    var all = DenseMatrix(rows: count, columns: dimension)
    for position in 0..<count {
      let vector = vector(at: UInt32(position))
      all.withMutableRow(position) { row in for column in row.indices { row[column] = vector[column] } }
    }
    let deleted = (0..<UInt32(count)).filter { !contains($0) }
    let exact = try ExactIndex(restoring: all, metric: metric, deleted: deleted)
    let start = clock()
    let found = try neighbors(of: queries, k: k, filter: .all, execution: execution)
    let middle = clock()
    let nearest = try exact.neighbors(of: queries, k: k, filter: .all, execution: execution)
    let end = clock()
    let shares = zip(found, nearest).map { found, nearest in
      guard let last = nearest.last else { return 1.0 }
      return Double(min(nearest.count, found.count { $0.score >= last.score })) / Double(nearest.count)
    }
    let count = Double(max(1, shares.count))
    let mean = shares.isEmpty ? 1 : shares.reduce(0, +) / count
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
    return RecallReport(
      recall: mean, standardError: (variance / count).squareRoot(), lowest: shares.min() ?? 1, k: k,
      queryCount: shares.count, seconds: Double(middle - start) / Double(CLOCKS_PER_SEC) / count,
      exactSeconds: Double(end - middle) / Double(CLOCKS_PER_SEC) / count)
  }
}

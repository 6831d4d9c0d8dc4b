import AkinLinearAlgebra

/// Sums over the rows of all pairs' weights.
final class DenseWeightScorer: LaneScorer {
  private let weights: DenseMatrix
  /// A row a lane.
  private var sums: DenseMatrix

  init(_ weights: DenseMatrix) {
    self.weights = weights
    sums = DenseMatrix(rows: 0, columns: weights.columnCount)
  }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    if sums.rowCount < lanes { sums = DenseMatrix(rows: lanes, columns: weights.columnCount) }
    for (lane, history) in histories.enumerated() {
      for (position, item) in history.enumerated() {
        sums.accumulate(row: lane, adding: item.weight, of: Int(item.index), in: weights, keeping: position > 0)
      }
    }
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) {
    let lanes = min(scores.columnCount, sums.rowCount)
    for lane in 0..<lanes {
      sums.withRow(lane) { row in
        for (position, candidate) in candidates.enumerated() { scores[position, lane] = row[candidate] }
      }
    }
  }
}

/// Multiplies histories by sparse weights.
final class SparseWeightScorer: LaneScorer {
  private let weights: SparseMatrix
  private var history = DenseMatrix(rows: 0, columns: 0)
  private var sums = DenseMatrix(rows: 0, columns: 0)
  private var touched: [(row: Int, lane: Int)] = []

  init(_ weights: SparseMatrix) { self.weights = weights }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    if history.columnCount != lanes {
      history = DenseMatrix(rows: weights.columnCount, columns: lanes)
      sums = DenseMatrix(rows: weights.rowCount, columns: lanes)
      touched = []
    }
    for (row, lane) in touched { history[row, lane] = 0 }
    touched = []
    for (lane, items) in histories.enumerated() {
      for item in items {
        history[Int(item.index), lane] = item.weight
        touched.append((Int(item.index), lane))
      }
    }
    try weights.multiply(history, into: &sums)
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) {
    for (row, candidate) in candidates.enumerated() {
      sums.withRow(candidate) { from in
        scores.withMutableRow(row) { to in for lane in to.indices { to[lane] = from[lane] } }
      }
    }
  }
}

public import AkinParallel
import CAkinKernels

// Safe throughout: shapes and rows are checked once at the top of each function, and chunks write rows of their own.

extension DenseMatrix {
  /// The rows at `rows`, in that order.
  public func gathered(_ rows: [UInt32]) -> DenseMatrix {
    check(rows)
    let result = DenseMatrix(rows: rows.count, columns: columnCount)
    for (position, row) in rows.enumerated() {
      unsafe (result.storage.start + position * stride).update(from: storage.start + Int(row) * stride, count: stride)
    }
    return result
  }

  /// Row `rows[n]` += `factors[n]` · row *n* of `x`; with several equal `rows`, one after the other. Several threads share
  /// the work where `rows` ascend, each once.
  public mutating func accumulate(
    _ x: DenseMatrix, atRows rows: [UInt32], times factors: [Float], execution: Execution = .serial
  ) throws {
    precondition(x.rowCount == rows.count && factors.count == rows.count, "\(x.rowCount) rows for \(rows.count)")
    precondition(x.columnCount == columnCount, "rows of \(x.columnCount) elements, expected \(columnCount)")
    check(rows)
    makeUnique()
    let areDistinct = zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }
    let (inner, outer) = (Rows(x), Rows(self))
    try rows.forEachPick(areDistinct ? execution : .serial) { position, row in
      unsafe akin_dense().pointee.scale_accumulate(
        outer.start + row * outer.stride, inner.start + position * inner.stride, factors[position], 1,
        Int64(outer.stride))
    }
  }

  /// Row *n* += `factor` · row `rows[n]` of `x`.
  public mutating func accumulate(
    rows: [UInt32], of x: DenseMatrix, times factor: Float, execution: Execution = .serial
  ) throws {
    precondition(rows.count == rowCount, "\(rows.count) rows for \(rowCount)")
    precondition(x.columnCount == columnCount, "rows of \(x.columnCount) elements, expected \(columnCount)")
    x.check(rows)
    makeUnique()
    let (inner, outer) = (Rows(x), Rows(self))
    try rows.forEachPick(execution) { position, row in
      unsafe akin_dense().pointee.scale_accumulate(
        outer.start + position * outer.stride, inner.start + row * inner.stride, factor, 1, Int64(outer.stride))
    }
  }

  /// Row *r* += `factors[n]` · row *r* of `x` for each *r* = `rows[n]`, which ascend, each once.
  ///
  /// - Returns: the squared length of each of these rows of `x`.
  public mutating func accumulateSquares(
    ofRows rows: [UInt32], of x: DenseMatrix, times factors: [Float], execution: Execution = .serial
  ) throws -> [Float] {
    checkShape(of: x)
    precondition(factors.count == rows.count, "\(factors.count) factors for \(rows.count) rows")
    precondition(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }, "rows must ascend, each once")
    check(rows)
    makeUnique()
    let (inner, outer) = (Rows(x), Rows(self))
    let squares = HugeBuffer<Float>(count: rows.count)
    try rows.forEachPick(execution) { position, row in
      let from = unsafe inner.start + row * inner.stride
      unsafe akin_dense().pointee.scale_accumulate(
        outer.start + row * outer.stride, from, factors[position], 1, Int64(outer.stride))
      unsafe squares.start[position] = akin_dense().pointee.dot(from, from, Int64(inner.stride))
    }
    return rows.indices.map { unsafe squares.start[$0] }
  }

  /// Row *r* += `factors[r]` · row *r* of `x`, for every row; a factor of 0 leaves the row alone.
  public mutating func accumulateRows(of x: DenseMatrix, times factors: [Float], execution: Execution = .serial) throws
  {
    checkShape(of: x)
    precondition(factors.count == rowCount, "\(factors.count) factors for \(rowCount) rows")
    makeUnique()
    let (inner, outer) = (Rows(x), Rows(self))
    try concurrentPass(
      count: rowCount, chunkSize: Self.chunkRows(stride: stride), execution: execution
    ) { range in
      for row in range where factors[row] != 0 {
        unsafe akin_dense().pointee.scale_accumulate(
          outer.start + row * outer.stride, inner.start + row * inner.stride, factors[row], 1, Int64(outer.stride))
      }
    }
  }

  /// Makes every row one of unit length, but for rows of zeros. Returns the lengths that they had.
  public mutating func normalizeRows(execution: Execution = .serial) throws -> [Float] {
    let lengths = rowDots(with: self).map { $0.squareRoot() }
    try scaleRows(by: lengths.map { $0 > 0 ? 1 / $0 : 0 }, execution: execution)
    return lengths
  }

  /// Row g becomes `factors[r]` · (g − ⟨g, t⟩·t) for the row t of `units`: what is left of a gradient with respect to a
  /// vector's direction as one with respect to the vector, with factors 1 / length.
  public mutating func projectRows(
    awayFrom units: DenseMatrix, factors: [Float], execution: Execution = .serial
  ) throws {
    checkShape(of: units)
    precondition(factors.count == rowCount, "\(factors.count) factors for \(rowCount) rows")
    makeUnique()
    let (inner, outer) = (Rows(units), Rows(self))
    try concurrentPass(
      count: rowCount, chunkSize: Self.chunkRows(stride: stride), execution: execution
    ) { range in
      unsafe factors.withUnsafeBufferPointer {
        unsafe akin_dense().pointee.project_rows(
          outer.start + range.lowerBound * outer.stride, inner.start + range.lowerBound * inner.stride,
          Int64(outer.stride), Int64(range.count), Int64(outer.stride), $0.baseAddress! + range.lowerBound)
      }
    }
  }

  /// Every row x becomes exp(scale·x − m), where m is the largest element of scale·x.
  ///
  /// - Parameter scale: positive.
  /// - Returns: m and the sum of each row. A row whose elements are all −∞ becomes zeros.
  public mutating func exponentiateRows(scale: Float) -> (maxima: [Float], sums: [Float]) {
    precondition(scale > 0, "the scale must be positive, found \(scale)")
    makeUnique()
    var (maxima, sums): ([Float], [Float]) = ([], [])
    for row in 0..<rowCount {
      let at = unsafe storage.start + row * stride
      let largest = unsafe scale * akin_dense().pointee.maximum(at, Int64(columnCount))
      maxima.append(largest)
      sums.append(unsafe akin_dense().pointee.exponentials(at, Int64(columnCount), scale, max(largest, -1e30)))
    }
    return (maxima, sums)
  }

  private func check(_ rows: [UInt32]) {
    for row in rows { precondition(row < rowCount, "row \(row) of \(rowCount)") }
  }
}

extension [UInt32] {
  /// Calls `body` with each position and the row that is picked there, some hundreds one after the other on a thread. To wake
  /// another thread takes as long as some thousand rows do.
  fileprivate func forEachPick(_ execution: Execution, _ body: @Sendable (Int, Int) -> Void) throws {
    let execution = count < 2048 ? .serial : execution
    try concurrentPass(count: count, chunkSize: 256, execution: execution) { range in
      for position in range { body(position, Int(self[position])) }
    }
  }
}

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

  /// Row `rows[n]` += `factors[n]` · row *n* of `x`; with several equal `rows`, one after the other.
  public mutating func accumulate(_ x: DenseMatrix, atRows rows: [UInt32], times factors: [Float]) {
    precondition(x.rowCount == rows.count && factors.count == rows.count, "\(x.rowCount) rows for \(rows.count)")
    precondition(x.columnCount == columnCount, "rows of \(x.columnCount) elements, expected \(columnCount)")
    check(rows)
    makeUnique()
    for (position, row) in rows.enumerated() {
      unsafe akin_dense().pointee.scale_accumulate(
        storage.start + Int(row) * stride, x.storage.start + position * stride, factors[position], 1, Int64(stride))
    }
  }

  /// Row *n* += `factor` · row `rows[n]` of `x`.
  public mutating func accumulate(rows: [UInt32], of x: DenseMatrix, times factor: Float) {
    precondition(rows.count == rowCount, "\(rows.count) rows for \(rowCount)")
    precondition(x.columnCount == columnCount, "rows of \(x.columnCount) elements, expected \(columnCount)")
    x.check(rows)
    makeUnique()
    for (position, row) in rows.enumerated() {
      unsafe akin_dense().pointee.scale_accumulate(
        storage.start + position * stride, x.storage.start + Int(row) * stride, factor, 1, Int64(stride))
    }
  }

  /// Row *r* += `factors[r]` · row *r* of `x`, for every row; a factor of 0 leaves the row alone.
  public mutating func accumulateRows(of x: DenseMatrix, times factors: [Float], execution: Execution = .serial) throws
  {
    checkShape(of: x)
    precondition(factors.count == rowCount, "\(factors.count) factors for \(rowCount) rows")
    makeUnique()
    let (inner, outer) = (Rows(x), Rows(self))
    _ = try concurrentMap(
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
    _ = try concurrentMap(
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

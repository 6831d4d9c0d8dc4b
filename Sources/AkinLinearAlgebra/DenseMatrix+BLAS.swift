public import AkinParallel
import COpenBLAS

// Safe throughout: shapes are checked once at the top of each function, and chunks write rows of their own.

extension DenseMatrix {
  /// A·B, rows in chunks of 1024.
  ///
  /// - Complexity: O(rows · columns · columns of `other`).
  public func times(_ other: DenseMatrix, execution: Execution = .serial) throws -> DenseMatrix {
    precondition(columnCount == other.rowCount, "\(columnCount) columns times \(other.rowCount) rows")
    precondition(BLAS.isSerial)
    let result = DenseMatrix(rows: rowCount, columns: other.columnCount)
    guard columnCount > 0, other.columnCount > 0 else { return result }
    let (left, right, out) = (Rows(self), Rows(other), Rows(result))
    _ = try concurrentMap(count: rowCount, chunkSize: 1024, execution: execution) { range in
      unsafe cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(range.count), Int32(other.columnCount), Int32(columnCount), 1,
        left.start + range.lowerBound * left.stride, Int32(left.stride), right.start, Int32(right.stride), 0,
        out.start + range.lowerBound * out.stride, Int32(out.stride))
    }
    return result
  }

  /// Aᵀ·B, summed over chunks of 4096 rows in order.
  ///
  /// - Complexity: O(rows · columns · columns of `other`).
  public func transposedTimes(_ other: DenseMatrix, execution: Execution = .serial) throws -> DenseMatrix {
    precondition(rowCount == other.rowCount, "\(rowCount) rows with \(other.rowCount) rows")
    precondition(BLAS.isSerial)
    var result = DenseMatrix(rows: columnCount, columns: other.columnCount)
    guard rowCount > 0, columnCount > 0, other.columnCount > 0 else { return result }
    let (left, right) = (Rows(self), Rows(other))
    // One sum a thread at a time would depend on who is free; so sums of chunks, a few of them in memory.
    let chunk = 4096
    for start in Swift.stride(from: 0, to: rowCount, by: chunk * 8) {
      let end = min(rowCount, start + chunk * 8)
      let parts = try concurrentMap(count: end - start, chunkSize: chunk, execution: execution) { range in
        let part = DenseMatrix(rows: columnCount, columns: other.columnCount)
        let out = Rows(part)
        let first = start + range.lowerBound
        unsafe cblas_sgemm(
          CblasRowMajor, CblasTrans, CblasNoTrans, Int32(columnCount), Int32(other.columnCount), Int32(range.count), 1,
          left.start + first * left.stride, Int32(left.stride), right.start + first * right.stride, Int32(right.stride),
          0, out.start, Int32(out.stride))
        return part
      }
      for part in parts { try result.scaleAccumulate(part, times: 1, keeping: 1) }
    }
    return result
  }

  /// Aᵀ·A, whole (both triangles), summed over chunks of 4096 rows in order.
  ///
  /// - Complexity: O(rows · columns²).
  public func gram(execution: Execution = .serial) throws -> DenseMatrix {
    precondition(BLAS.isSerial)
    var result = DenseMatrix(rows: columnCount, columns: columnCount)
    guard rowCount > 0, columnCount > 0 else { return result }
    let rows = Rows(self)
    let chunk = 4096
    for start in Swift.stride(from: 0, to: rowCount, by: chunk * 8) {
      let end = min(rowCount, start + chunk * 8)
      let parts = try concurrentMap(count: end - start, chunkSize: chunk, execution: execution) { range in
        let part = DenseMatrix(rows: columnCount, columns: columnCount)
        let out = Rows(part)
        unsafe cblas_ssyrk(
          CblasRowMajor, CblasUpper, CblasTrans, Int32(columnCount), Int32(range.count), 1,
          rows.start + (start + range.lowerBound) * rows.stride, Int32(rows.stride), 0, out.start, Int32(out.stride))
        return part
      }
      for part in parts { try result.scaleAccumulate(part, times: 1, keeping: 1) }
    }
    let out = Rows(result)
    for row in 0..<columnCount {
      for column in 0..<row { unsafe out.start[row * out.stride + column] = out.start[column * out.stride + row] }
    }
    return result
  }

  /// Rows become columns.
  public func transposed() -> DenseMatrix {
    let result = DenseMatrix(rows: columnCount, columns: rowCount)
    let (from, to) = (Rows(self), Rows(result))
    // Tiles, so that neither side runs through memory with long strides.
    for top in Swift.stride(from: 0, to: rowCount, by: 32) {
      for left in Swift.stride(from: 0, to: columnCount, by: 32) {
        for row in top..<min(rowCount, top + 32) {
          for column in left..<min(columnCount, left + 32) {
            unsafe to.start[column * to.stride + row] = from.start[row * from.stride + column]
          }
        }
      }
    }
    return result
  }
}

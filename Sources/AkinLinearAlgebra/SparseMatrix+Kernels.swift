public import AkinParallel
import CAkinKernels

// Safe throughout: shapes are checked once at the top of each function, columns by the initialiser of `SparseMatrix`, and
// chunks write rows of their own.

extension SparseMatrix {
  /// Y = A·X, and where a total is given, S += share · Y.
  ///
  /// Every element is summed in the order of the row's columns, so the result does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - x: one row for each column of this matrix.
  ///   - out: one row for each row of this matrix, as wide as `x`; overwritten.
  /// - Throws: `CancellationError`; `out` is then partly written.
  /// - Complexity: O(elements · columns of `x`).
  public func multiply(_ x: DenseMatrix, into out: inout DenseMatrix, execution: Execution = .serial) throws {
    check(x.rowCount, x.columnCount, out)
    out.makeUnique()
    let (inner, outer) = (Rows(x), Rows(out))
    try unsafe forEachChunk(execution) { range, matrix in
      var matrix = unsafe matrix
      unsafe akin_dense().pointee.sparse_dense(
        &matrix, Int64(range.lowerBound), Int64(range.upperBound), inner.start, Int64(inner.stride), outer.start,
        Int64(outer.stride), Int64(outer.stride), nil, 0, 0)
    }
  }

  /// Y = A·X and S += share · Y in one pass; see `multiply(_:into:execution:)`.
  public func multiply(
    _ x: DenseMatrix, into out: inout DenseMatrix, adding share: Float, to total: inout DenseMatrix,
    execution: Execution = .serial
  ) throws {
    check(x.rowCount, x.columnCount, out)
    check(x.rowCount, x.columnCount, total)
    out.makeUnique()
    total.makeUnique()
    let (inner, outer, sums) = (Rows(x), Rows(out), Rows(total))
    try unsafe forEachChunk(execution) { range, matrix in
      var matrix = unsafe matrix
      unsafe akin_dense().pointee.sparse_dense(
        &matrix, Int64(range.lowerBound), Int64(range.upperBound), inner.start, Int64(inner.stride), outer.start,
        Int64(outer.stride), Int64(outer.stride), sums.start, Int64(sums.stride), share)
    }
  }

  /// S += share · A·X; see `multiply(_:into:execution:)`.
  public func multiply(
    _ x: DenseMatrix, adding share: Float, to total: inout DenseMatrix, execution: Execution = .serial
  ) throws {
    check(x.rowCount, x.columnCount, total)
    total.makeUnique()
    let (inner, sums) = (Rows(x), Rows(total))
    try unsafe forEachChunk(execution) { range, matrix in
      var matrix = unsafe matrix
      unsafe akin_dense().pointee.sparse_dense(
        &matrix, Int64(range.lowerBound), Int64(range.upperBound), inner.start, Int64(inner.stride), nil, 0,
        Int64(sums.stride), sums.start, Int64(sums.stride), share)
    }
  }

  /// Y = A·X with X in half the memory: as exact as X is.
  public func multiply(_ x: HalfMatrix, into out: inout DenseMatrix, execution: Execution = .serial) throws {
    check(x.rowCount, x.columnCount, out)
    out.makeUnique()
    let (inner, outer) = (x, Rows(out))
    try unsafe forEachChunk(execution) { range, matrix in
      var matrix = unsafe matrix
      unsafe akin_dense().pointee.sparse_dense_bf16(
        &matrix, Int64(range.lowerBound), Int64(range.upperBound), inner.storage.start, Int64(inner.stride),
        outer.start, Int64(outer.stride), Int64(outer.stride), nil, 0, 0)
    }
  }

  private func check(_ rows: Int, _ columns: Int, _ out: DenseMatrix) {
    precondition(rows == columnCount, "a matrix of \(columnCount) columns times one of \(rows) rows")
    precondition(
      out.rowCount == rowCount && out.columnCount == columns,
      "found room for \(out.rowCount) x \(out.columnCount), expected \(rowCount) x \(columns)")
  }

  /// Chunks of rows, by place, with about as many elements each, the same for any number of threads.
  private func forEachChunk(_ execution: Execution, _ body: @Sendable (Range<Int>, akin_sparse) -> Void) throws {
    guard rowCount > 0 else { return }
    let chunks = max(1, min(rowCount, (count + rowCount) / Self.chunkElements))
    let elementCount = count
    try concurrentPass(count: chunks, chunkSize: 1, execution: execution) { range in
      let chunk = range.lowerBound
      let first = firstPlace(endingAfter: elementCount / chunks * chunk)
      let end = chunk + 1 < chunks ? firstPlace(endingAfter: elementCount / chunks * (chunk + 1)) : rowCount
      guard first < end else { return }
      let matrix = unsafe akin_sparse(
        offsets: offsetBuffer.start, columns: columnBuffer.start, values: valueBuffer.start, edges: UInt64(count),
        rows: UnsafePointer(route?.rows.start))
      unsafe body(first..<end, matrix)
    }
  }

  /// So few that threads end nearly together, so many that claiming one costs nothing beside them.
  static let chunkElements = 8192

  /// The first place at which a row ends behind element `position`; 0 for the first element, whoever has it.
  private func firstPlace(endingAfter position: Int) -> Int {
    guard position > 0 else { return 0 }
    var (low, high) = (0, rowCount)
    while low < high {
      let middle = (low + high) / 2
      if unsafe Int(offsetBuffer.start[middle + 1]) <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The rows at `rows`, in that order.
  public func gathered(_ rows: [UInt32]) -> SparseMatrix {
    var total = 0
    for row in rows { total += elements(of: Int(row)).count }
    let (offsets, columns) = (HugeBuffer<UInt64>(count: rows.count + 1), HugeBuffer<UInt32>(count: total))
    let values = HugeBuffer<Float>(count: total)
    var next = 0
    for (position, row) in rows.enumerated() {
      let range = elements(of: Int(row))
      unsafe (columns.start + next).update(from: columnBuffer.start + range.lowerBound, count: range.count)
      unsafe (values.start + next).update(from: valueBuffer.start + range.lowerBound, count: range.count)
      next += range.count
      unsafe offsets.start[position + 1] = UInt64(next)
    }
    return SparseMatrix(
      rowCount: rows.count, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }

  /// - Complexity: O(rows + columns + elements).
  public func transposed() -> SparseMatrix {
    let offsets = HugeBuffer<UInt64>(count: columnCount + 1)
    let (rows, values) = (HugeBuffer<UInt32>(count: count), HugeBuffer<Float>(count: count))
    // The pointers by name: what the loops write might otherwise be where the buffers keep theirs.
    let (next, targetRows, targetValues) = unsafe (offsets.start, rows.start, values.start)
    let (sourceColumns, sourceValues) = unsafe (columnBuffer.start, valueBuffer.start)
    for position in 0..<count { unsafe next[Int(sourceColumns[position]) + 1] += 1 }
    for column in 0..<columnCount { unsafe next[column + 1] += next[column] }
    // Where the next element of a column goes; what an offset was is the end of the column before.
    for row in 0..<rowCount {
      for position in elements(of: row) {
        let column = unsafe Int(sourceColumns[position])
        let place = unsafe Int(next[column])
        unsafe next[column] = UInt64(place + 1)
        unsafe targetRows[place] = UInt32(row)
        unsafe targetValues[place] = sourceValues[position]
      }
    }
    for column in stride(from: columnCount, to: 0, by: -1) { unsafe next[column] = next[column - 1] }
    unsafe next[0] = 0
    return SparseMatrix(
      rowCount: columnCount, columnCount: rowCount, offsets: offsets, columns: rows, values: values)
  }
}

/// Where the rows of a matrix are, for kernels on several threads. The matrix outlives them, and each writes rows of
/// its own.
@safe
struct Rows: @unchecked Sendable {
  let start: UnsafeMutablePointer<Float>
  let stride: Int

  init(_ matrix: borrowing DenseMatrix) {
    unsafe start = matrix.storage.start
    stride = matrix.stride
  }
}

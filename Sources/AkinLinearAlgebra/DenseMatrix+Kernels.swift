public import AkinParallel
import CAkinKernels

// Safe throughout: shapes are checked once at the top of each function, and chunks write rows of their own.

extension DenseMatrix {
  /// Rows of one chunk of work: enough to be worth a thread's while, the same for any number of threads.
  static func chunkRows(stride: Int) -> Int { max(1, (1 << 16) / max(16, stride)) }

  /// This = a · x + b · this, element by element. With b = 0 what was there is not looked at.
  public mutating func scaleAccumulate(
    _ x: DenseMatrix, times a: Float, keeping b: Float, execution: Execution = .serial
  ) throws {
    checkShape(of: x)
    makeUnique()
    let (inner, outer) = (Rows(x), Rows(self))
    try concurrentPass(
      count: rowCount, chunkSize: Self.chunkRows(stride: stride), execution: execution
    ) { range in
      unsafe akin_dense().pointee.scale_accumulate(
        outer.start + range.lowerBound * outer.stride, inner.start + range.lowerBound * inner.stride, a, b,
        Int64(range.count * outer.stride))
    }
  }

  /// Row `row` of this = a · row `source` of `matrix`, added to what was there if `keeping`.
  public mutating func accumulate(
    row: Int, adding a: Float, of source: Int, in matrix: DenseMatrix, keeping: Bool = true
  ) {
    precondition(
      matrix.columnCount == columnCount, "a row of \(matrix.columnCount) into one of \(columnCount) elements")
    precondition((0..<rowCount).contains(row) && (0..<matrix.rowCount).contains(source), "rows \(row), \(source)")
    makeUnique()
    unsafe akin_dense().pointee.scale_accumulate(
      storage.start + row * stride, matrix.storage.start + source * matrix.stride, a, keeping ? 1 : 0, Int64(stride))
  }

  /// Row r times `factors[r]`.
  public mutating func scaleRows(by factors: [Float], execution: Execution = .serial) throws {
    precondition(factors.count == rowCount, "\(factors.count) factors for \(rowCount) rows")
    makeUnique()
    let rows = Rows(self)
    try concurrentPass(
      count: rowCount, chunkSize: Self.chunkRows(stride: stride), execution: execution
    ) { range in
      unsafe factors.withUnsafeBufferPointer {
        unsafe akin_dense().pointee.scale_rows(
          rows.start + range.lowerBound * rows.stride, Int64(rows.stride), Int64(range.count), Int64(rows.stride),
          $0.baseAddress! + range.lowerBound)
      }
    }
  }

  /// Lets `body` write runs of rows, each on the thread that is free: row positions, the elements of those rows with
  /// `stride` elements a row, padding included, which must stay zero.
  public mutating func fillRows<Result: Sendable>(
    chunkSize: Int, execution: Execution = .serial,
    _ body: @Sendable (Range<Int>, inout MutableSpan<Float>) throws -> Result
  ) throws -> [Result] {
    makeUnique()
    let rows = Rows(self)
    return try concurrentMap(count: rowCount, chunkSize: chunkSize, execution: execution) { range in
      var span = unsafe MutableSpan(
        _unsafeStart: rows.start + range.lowerBound * rows.stride, count: range.count * rows.stride)
      return try body(range, &span)
    }
  }

  /// The elements of a run of rows, `stride` a row, padding included.
  public func withElements<Result, Failure: Error>(
    ofRows range: Range<Int>, _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount, "rows \(range) of \(rowCount)")
    // Safe: `storage` outlives the call.
    return try body(
      unsafe Span(
        _unsafeStart: UnsafePointer(storage.start + range.lowerBound * stride), count: range.count * stride))
  }

  /// A matrix of rows `range` of `other`.
  public init(_ other: DenseMatrix, rows range: Range<Int>) {
    self.init(rows: range.count, columns: other.columnCount)
    copyRows(range, of: other, to: 0)
  }

  /// Copies rows `range` of `other`, which has as many columns, to rows from `first` on.
  public mutating func copyRows(_ range: Range<Int>, of other: DenseMatrix, to first: Int) {
    precondition(columnCount == other.columnCount, "rows of \(other.columnCount) to rows of \(columnCount) elements")
    precondition(range.lowerBound >= 0 && range.upperBound <= other.rowCount, "rows \(range) of \(other.rowCount)")
    precondition(first >= 0 && first + range.count <= rowCount, "\(range.count) rows from \(first) of \(rowCount)")
    makeUnique()
    unsafe (storage.start + first * stride).update(
      from: other.storage.start + range.lowerBound * stride, count: range.count * stride)
  }

  /// Dot products of row `rows[n]` of this matrix with row `others[n]` of `other`.
  public func dots(of rows: [UInt32], with others: [UInt32], of other: DenseMatrix) -> [Float] {
    precondition(rows.count == others.count, "\(rows.count) rows with \(others.count)")
    precondition(columnCount == other.columnCount, "rows of \(columnCount) with rows of \(other.columnCount) elements")
    for row in rows { precondition(row < rowCount, "row \(row) of \(rowCount)") }
    for row in others { precondition(row < other.rowCount, "row \(row) of \(other.rowCount)") }
    guard !rows.isEmpty else { return [] }
    return unsafe rows.withUnsafeBufferPointer { left in
      unsafe others.withUnsafeBufferPointer { right in
        unsafe [Float](unsafeUninitializedCapacity: rows.count) { buffer, count in
          unsafe akin_dense().pointee.row_dots(
            storage.start, Int64(stride), left.baseAddress!, other.storage.start, Int64(other.stride),
            right.baseAddress!, Int64(rows.count), Int64(stride), buffer.baseAddress!)
          count = rows.count
        }
      }
    }
  }

  /// Dot product of each row of this matrix with the same row of `other`.
  public func rowDots(with other: DenseMatrix) -> [Float] {
    checkShape(of: other)
    guard rowCount > 0 else { return [] }
    return unsafe [Float](unsafeUninitializedCapacity: rowCount) { buffer, count in
      unsafe akin_dense().pointee.row_dots(
        storage.start, Int64(stride), nil, other.storage.start, Int64(stride), nil, Int64(rowCount), Int64(stride),
        buffer.baseAddress!)
      count = rowCount
    }
  }

  /// Whether every element is a number and finite.
  public var isFinite: Bool {
    (0..<storage.count).allSatisfy { unsafe storage.start[$0].isFinite }
  }

  func checkShape(of other: DenseMatrix) {
    precondition(
      other.rowCount == rowCount && other.columnCount == columnCount,
      "found \(other.rowCount) x \(other.columnCount), expected \(rowCount) x \(columnCount)")
  }
}

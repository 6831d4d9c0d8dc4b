/// A matrix of 32-bit floats in row-major order, a value: copies share memory until one of them is written.
///
/// Each row starts on a cache line and is padded with zeros to `stride` elements, a multiple of 16, so that inner loops
/// take whole vectors. Everything here keeps the padding zero; those who write through `withMutableRow` or `fillRows`
/// see a row without it.
public struct DenseMatrix: Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// How many columns there are, without the padding.
  public let columnCount: Int
  /// Elements from one row to the next.
  public let stride: Int
  var storage: HugeBuffer<Float>

  /// Zeros.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) rows and \(columns) columns")
    rowCount = rows
    columnCount = columns
    stride = Self.stride(columns: columns)
    storage = HugeBuffer(count: rows * stride)
  }

  /// - Parameter elements: `rows * columns` of them, row by row.
  public init(rows: Int, columns: Int, elements: [Float]) {
    precondition(elements.count == rows * columns, "\(elements.count) elements for \(rows) x \(columns)")
    self.init(rows: rows, columns: columns)
    for row in 0..<rows {
      withMutableRow(row) { target in
        for column in 0..<columns { target[column] = elements[row * columns + column] }
      }
    }
  }

  static func stride(columns: Int) -> Int { (columns + 15) / 16 * 16 }

  /// What a matrix of this shape takes in memory.
  public static func byteCount(rows: Int, columns: Int) -> Int { rows * stride(columns: columns) * 4 }

  /// One element.
  ///
  /// - Precondition: the row is below `rowCount`, the column below `columnCount`.
  public subscript(row: Int, column: Int) -> Float {
    get {
      check(row, column)
      return unsafe storage.start[row * stride + column]
    }
    set {
      check(row, column)
      makeUnique()
      unsafe storage.start[row * stride + column] = newValue
    }
  }

  /// A copy of one row, without padding.
  public func row(_ row: Int) -> [Float] { withRow(row) { span in span.indices.map { span[$0] } } }

  /// All elements, row by row, without padding.
  public func elements() -> [Float] { (0..<rowCount).flatMap { row($0) } }

  /// The memory of all elements, row by row, where there is no padding; the matrix copies it before it is written.
  package var unpadded: HugeBuffer<Float>? { stride == columnCount ? storage : nil }

  /// Lends one row, without padding and without a copy.
  ///
  /// - Throws: what `body` throws.
  public func withRow<Result, Failure: Error>(
    _ row: Int, _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    check(row)
    // Safe: `storage` outlives the call.
    return try body(unsafe Span(_unsafeStart: UnsafePointer(storage.start + row * stride), count: columnCount))
  }

  /// Lends one row to be written; a matrix that shares its memory is copied first.
  ///
  /// - Throws: what `body` throws.
  public mutating func withMutableRow<Result, Failure: Error>(
    _ row: Int, _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    check(row)
    makeUnique()
    // Safe: this value alone holds `storage`, which outlives the call.
    var span = unsafe MutableSpan(_unsafeStart: storage.start + row * stride, count: columnCount)
    return try body(&span)
  }

  /// Writes one column.
  ///
  /// - Precondition: there is one element a row.
  /// - Complexity: O(rows), one cache line each.
  public mutating func setColumn(_ column: Int, to elements: [Float]) {
    precondition(column >= 0 && column < columnCount, "column \(column) of \(columnCount)")
    precondition(elements.count == rowCount, "\(elements.count) elements for \(rowCount) rows")
    makeUnique()
    for row in elements.indices { unsafe storage.start[row * stride + column] = elements[row] }
  }

  private func check(_ row: Int, _ column: Int = 0) {
    precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
    precondition(column >= 0 && (column < columnCount || column == 0), "column \(column) of \(columnCount)")
  }

  mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = HugeBuffer<Float>(count: storage.count)
    unsafe copy.start.update(from: storage.start, count: storage.count)
    storage = copy
  }
}

extension DenseMatrix: Equatable {
  /// Same shape and equal elements.
  public static func == (left: Self, right: Self) -> Bool {
    left.rowCount == right.rowCount && left.columnCount == right.columnCount
      && (0..<left.storage.count).allSatisfy { unsafe left.storage.start[$0] == right.storage.start[$0] }
  }
}

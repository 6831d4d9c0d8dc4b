/// A matrix of 32-bit floats as compressed sparse rows (CSR): each row's elements follow each other in `columns` and
/// `values`, by ascending column; rows follow each other too, unless the matrix is routed.
public struct SparseMatrix: Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// How many columns there are; stored columns are below it.
  public let columnCount: Int
  let offsetBuffer: HugeBuffer<UInt64>
  let columnBuffer: HugeBuffer<UInt32>
  let valueBuffer: HugeBuffer<Float>
  /// How many elements are stored.
  public let count: Int
  /// In which order the rows stand in memory; `nil`: in their own.
  let route: RowRoute?

  /// - Precondition: `offsets` starts with 0, ascends and ends with the number of columns and values; columns ascend
  ///   within a row and are below `columnCount`.
  public init(rows: Int, columns columnCount: Int, offsets: [Int], columns: [UInt32], values: [Float]) {
    precondition(offsets.count == rows + 1 && offsets[0] == 0, "\(offsets.count) offsets for \(rows) rows")
    precondition(columns.count == values.count, "\(columns.count) columns for \(values.count) values")
    precondition(offsets[rows] == columns.count, "\(columns.count) elements, offsets end with \(offsets[rows])")
    for row in 0..<rows {
      let (start, end) = (offsets[row], offsets[row + 1])
      precondition(start <= end && end <= columns.count, "row \(row) has elements \(start)..<\(end)")
      for position in start..<end {
        precondition(columns[position] < columnCount, "row \(row) has column \(columns[position]) of \(columnCount)")
        precondition(
          position == start || columns[position - 1] < columns[position], "columns of row \(row) must ascend")
      }
    }
    rowCount = rows
    self.columnCount = columnCount
    count = columns.count
    route = nil
    offsetBuffer = HugeBuffer(count: rows + 1)
    columnBuffer = HugeBuffer(count: columns.count)
    valueBuffer = HugeBuffer(count: columns.count)
    for row in 0...rows { unsafe offsetBuffer.start[row] = UInt64(offsets[row]) }
    unsafe columns.withUnsafeBufferPointer {
      if let base = $0.baseAddress { unsafe columnBuffer.start.update(from: base, count: $0.count) }
    }
    unsafe values.withUnsafeBufferPointer {
      if let base = $0.baseAddress { unsafe valueBuffer.start.update(from: base, count: $0.count) }
    }
  }

  /// A copy of the matrix with its rows in another order in memory, in which products take them: with rows of common columns
  /// one after the other, what they read of the dense matrix is still in the cache. No result changes by a bit, but for the
  /// positions of elements.
  ///
  /// - Parameter order: each row once.
  public func routed(along order: [UInt32]) -> SparseMatrix {
    let route = RowRoute(order, rowCount: rowCount)
    let moved = gathered(order)
    return SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: moved.offsetBuffer, columns: moved.columnBuffer,
      values: moved.valueBuffer, route: route)
  }

  /// What a matrix of this shape takes in memory.
  public static func byteCount(rows: Int, elements: Int) -> Int { (rows + 1) * 8 + elements * 8 }

  /// Positions of the elements of a row.
  public func elements(of row: Int) -> Range<Int> {
    precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount)")
    let place = route.map { unsafe Int($0.places.start[row]) } ?? row
    return unsafe Int(offsetBuffer.start[place])..<Int(offsetBuffer.start[place + 1])
  }

  /// The column of a stored element.
  ///
  /// - Precondition: `position` is below `count`.
  public func column(at position: Int) -> UInt32 {
    precondition(position >= 0 && position < count, "element \(position) of \(count)")
    return unsafe columnBuffer.start[position]
  }

  /// The value of a stored element.
  ///
  /// - Precondition: `position` is below `count`.
  public func value(at position: Int) -> Float {
    precondition(position >= 0 && position < count, "element \(position) of \(count)")
    return unsafe valueBuffer.start[position]
  }

  /// Calls `body` with the columns and the values of one row.
  public func withRow<Result, Failure: Error>(
    _ row: Int, _ body: (Span<UInt32>, Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let range = elements(of: row)
    // Safe: the initialiser checked that rows lie within the buffers, which outlive the call.
    return try body(
      unsafe Span(_unsafeStart: UnsafePointer(columnBuffer.start + range.lowerBound), count: range.count),
      unsafe Span(_unsafeStart: UnsafePointer(valueBuffer.start + range.lowerBound), count: range.count))
  }

  /// The same with every element times `factor`; columns are shared.
  public func scaled(by factor: Float) -> SparseMatrix {
    let values = HugeBuffer<Float>(count: count)
    for position in 0..<count { unsafe values.start[position] = valueBuffer.start[position] * factor }
    return SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: offsetBuffer, columns: columnBuffer, values: values,
      route: route)
  }

  /// - Precondition: as of the public one, which is not checked.
  init(
    rowCount: Int, columnCount: Int, offsets: HugeBuffer<UInt64>, columns: HugeBuffer<UInt32>,
    values: HugeBuffer<Float>, route: RowRoute? = nil
  ) {
    self.route = route
    self.rowCount = rowCount
    self.columnCount = columnCount
    count = values.count
    offsetBuffer = offsets
    columnBuffer = columns
    valueBuffer = values
  }
}

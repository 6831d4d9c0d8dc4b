import CAkinKernels

// Queries side by side: a panel is a matrix with a column, a lane, for each query, and so are scores. The number of lanes is a
// multiple of 16, at most 64, so that rows have no padding. Each lane is computed by the same operations in the same order
// however many there are, so the answer to a query does not depend on its company.
//
// Safe throughout: shapes are checked once at the top of each function.

extension DenseMatrix {
  /// Most lanes of a panel.
  public static let laneLimit = 64

  /// The number of lanes for so many queries: at least one, at most `laneLimit`.
  public static func lanes(for queries: Int) -> Int {
    precondition((1...laneLimit).contains(queries), "\(queries) queries for 1 to \(laneLimit) lanes")
    return stride(columns: queries)
  }

  /// Row *n* of this matrix of scores = row `rows[n]` of `items` times `panel`; added to what is there if `adding`.
  ///
  /// Elements are summed in the order of the columns of `items`.
  ///
  /// - Complexity: O(rows · columns of `items` · lanes).
  public mutating func score(_ rows: Range<Int>, of items: DenseMatrix, panel: DenseMatrix, adding: Bool = false) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= items.rowCount, "rows \(rows) of \(items.rowCount)")
    precondition(panel.rowCount == items.columnCount, "\(items.columnCount) columns, a panel of \(panel.rowCount) rows")
    precondition(
      rows.count <= rowCount && panel.columnCount == columnCount,
      "scores of \(rows.count) x \(panel.columnCount) into \(rowCount) x \(columnCount)")
    checkLanes()
    makeUnique()
    unsafe akin_dense().pointee.score_panel(
      items.storage.start + rows.lowerBound * items.stride, Int64(items.stride), Int64(rows.count),
      Int64(items.columnCount), panel.storage.start, Int64(columnCount), storage.start, adding ? 1 : 0)
  }

  /// Calls `body` with row, lane and score of every element of the first `rows` rows that is above its lane's threshold,
  /// row by row.
  public func forEach(
    above thresholds: [Float], rows: Int, buffer: inout [UInt32], _ body: (Int, Int, Float) -> Void
  ) {
    precondition(rows >= 0 && rows <= rowCount, "\(rows) rows of \(rowCount)")
    precondition(thresholds.count == columnCount, "\(thresholds.count) thresholds for \(columnCount) lanes")
    checkLanes()
    if buffer.count < rows * columnCount { buffer = [UInt32](repeating: 0, count: rows * columnCount) }
    let found = unsafe Int(
      akin_dense().pointee.above(storage.start, Int64(rows), Int64(columnCount), thresholds, &buffer))
    for hit in 0..<found {
      let position = Int(buffer[hit])
      body(position / columnCount, position % columnCount, unsafe storage.start[position])
    }
  }

  private func checkLanes() {
    precondition(
      columnCount % 16 == 0 && (16...Self.laneLimit).contains(columnCount),
      "\(columnCount) lanes, expected 16, 32, 48 or 64")
  }
}

import AkinGraph
import AkinLinearAlgebra

// What models of this module keep in files, read back with suspicion: checksums say that a file is as it was written, not
// that it was written by us.

extension DenseMatrix {
  /// - Throws: `GraphError.corrupt` where the model has no such column, or of another size, or one with numbers that are not
  ///   finite.
  init(_ model: ModelFile, column name: String, rows: Int, columns: Int) throws(GraphError) {
    let elements = try model.floats(name, count: rows * columns)
    self.init(rows: rows, columns: columns, elements: elements.array())
    guard isFinite else {
      throw .corrupt(
        path: model.path, place: "column '\(name)'", found: "a number that is not finite", expected: "none")
    }
  }

  /// As it is in memory, without a copy, where rows have no padding.
  func column() -> ModelColumn {
    guard let memory = unpadded else { return .floats(Column(elements())) }
    // Safe: the column keeps the buffer alive, and whoever shares it copies it before writing.
    return .floats(unsafe Column(base: UnsafePointer(memory.start), count: rowCount * columnCount, owner: memory))
  }
}

extension SparseMatrix {
  /// - Throws: `GraphError.corrupt` where the columns are missing or are no matrix of this shape.
  init(_ model: ModelFile, columns name: String, rows: Int, columnCount: Int) throws(GraphError) {
    let offsets = try model.offsets(name + ".offsets", count: rows + 1)
    let columns = try model.indices(name + ".columns")
    let values = try model.floats(name + ".values", count: columns.count)
    func corrupt(_ found: String, _ expected: String) -> GraphError {
      .corrupt(path: model.path, place: "matrix '\(name)'", found: found, expected: expected)
    }
    guard offsets[0] == 0, offsets[rows] == UInt64(columns.count) else {
      throw corrupt("offsets from \(offsets[0]) to \(offsets[rows])", "from 0 to \(columns.count)")
    }
    for row in 0..<rows {
      guard offsets[row] <= offsets[row + 1], offsets[row + 1] <= UInt64(columns.count) else {
        throw corrupt("row \(row) at \(offsets[row])..<\(offsets[row + 1])", "ascending offsets")
      }
      for position in Int(offsets[row])..<Int(offsets[row + 1]) {
        guard columns[position] < columnCount,
          position == Int(offsets[row]) || columns[position - 1] < columns[position]
        else { throw corrupt("column \(columns[position]) in row \(row)", "ascending columns below \(columnCount)") }
        guard values[position].isFinite else { throw corrupt("value \(values[position])", "a finite number") }
      }
    }
    self.init(
      rows: rows, columns: columnCount, offsets: (0...rows).map { Int(offsets[$0]) }, columns: columns.array(),
      values: values.array())
  }

  func modelColumns(_ name: String) -> [(name: String, column: ModelColumn)] {
    [
      (
        name + ".offsets",
        .offsets(
          Column(
            (0...rowCount).map { row in
              UInt64(row < rowCount ? elements(of: row).lowerBound : count)
            }))
      ),
      (name + ".columns", .indices(Column((0..<count).map { column(at: $0) }))),
      (name + ".values", .floats(Column((0..<count).map { value(at: $0) }))),
    ]
  }
}

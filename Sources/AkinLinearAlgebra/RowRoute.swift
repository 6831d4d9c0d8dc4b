/// The rows of a matrix in the order in which its products take them.
struct RowRoute: Sendable {
  let offsets: HugeBuffer<UInt64>
  let columns: HugeBuffer<UInt32>
  let values: HugeBuffer<Float>
  /// Which row each is.
  let rows: HugeBuffer<UInt32>

  /// - Precondition: `order` has each row once.
  init(_ matrix: SparseMatrix, order: [UInt32]) {
    precondition(order.count == matrix.rowCount, "\(order.count) rows of \(matrix.rowCount)")
    var isTaken = [Bool](repeating: false, count: order.count)
    for row in order {
      precondition(row < order.count && !isTaken[Int(row)], "row \(row) of \(order.count) again, or none")
      isTaken[Int(row)] = true
    }
    let gathered = matrix.gathered(order)
    (offsets, columns, values) = (gathered.offsetBuffer, gathered.columnBuffer, gathered.valueBuffer)
    rows = HugeBuffer(count: order.count)
    for (position, row) in order.enumerated() { unsafe rows.start[position] = row }
  }
}

extension SparseMatrix {
  /// Orders of the rows of a matrix and of its transpose in which those of one community follow each other: rows that have
  /// columns in common. For `routed(along:)`.
  ///
  /// Communities are found by passing labels on: each row takes the label that weighs most among its columns, an edge
  /// weighing 1 / √(the column's degree), and each column that of its rows, `rounds` times; of equal weights the one that
  /// is met first. Only the pattern of the matrix counts.
  ///
  /// - Complexity: O(rounds · elements).
  ///
  /// Source: Raghavan, Albert & Kumara, "Near linear time algorithm to detect community structures in large-scale
  /// networks", Physical Review E 2007, arXiv:0709.2938.
  public func communityOrders(transpose: SparseMatrix, rounds: Int = 6) -> (rows: [UInt32], columns: [UInt32]) {
    precondition(
      transpose.rowCount == columnCount && transpose.columnCount == rowCount && transpose.count == count,
      "found a matrix of \(transpose.rowCount) x \(transpose.columnCount), expected the transpose")
    var columnLabels = (0..<UInt32(columnCount)).map { $0 }
    var rowLabels = [UInt32](repeating: UInt32(columnCount), count: rowCount)
    var weights = [Float](repeating: 0, count: columnCount + 1)
    let (rowWeights, columnWeights) = (degreeWeights, transpose.degreeWeights)
    for _ in 0..<rounds {
      passLabels(from: columnLabels, columnWeights, to: &rowLabels, &weights)
      transpose.passLabels(from: rowLabels, rowWeights, to: &columnLabels, &weights)
    }
    func order(_ labels: [UInt32]) -> [UInt32] {
      labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }.map { UInt32($0) }
    }
    return (order(rowLabels), order(columnLabels))
  }

  private var degreeWeights: [Float] {
    (0..<rowCount).map { 1 / Float(max(1, elements(of: $0).count)).squareRoot() }
  }

  /// - Parameter weights: by label; zero before and after.
  private func passLabels(
    from labels: [UInt32], _ factors: [Float], to target: inout [UInt32], _ weights: inout [Float]
  ) {
    for row in 0..<rowCount {
      withRow(row) { columns, _ in
        var best: Float = 0
        for position in columns.indices {
          let column = Int(columns[position])
          let label = Int(labels[column])
          weights[label] += factors[column]
          if weights[label] > best { (best, target[row]) = (weights[label], labels[column]) }
        }
        for position in columns.indices { weights[Int(labels[Int(columns[position])])] = 0 }
      }
    }
  }
}

/// Where the rows of a matrix stand in its memory, which is the order in which products take them.
struct RowRoute: Sendable {
  /// Which row stands at each place.
  let rows: HugeBuffer<UInt32>
  /// At which place each row stands.
  let places: HugeBuffer<UInt32>

  /// - Precondition: `order` has each of `rowCount` rows once.
  init(_ order: [UInt32], rowCount: Int) {
    precondition(order.count == rowCount, "\(order.count) rows of \(rowCount)")
    (rows, places) = (HugeBuffer(count: rowCount), HugeBuffer(count: rowCount))
    var isTaken = [Bool](repeating: false, count: rowCount)
    for (place, row) in order.enumerated() {
      precondition(row < rowCount && !isTaken[Int(row)], "row \(row) of \(rowCount) again, or none")
      isTaken[Int(row)] = true
      unsafe rows.start[place] = row
      unsafe places.start[Int(row)] = UInt32(place)
    }
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

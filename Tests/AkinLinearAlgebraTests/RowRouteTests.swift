import AkinParallel
import TestSupport
import Testing

@testable import AkinLinearAlgebra

/// Rows in another order, picked rows, turned matrices.
@Suite struct RowRouteTests {
  @Test(arguments: [1, 3])
  func `a route changes no bit of a product`(threads: Int) throws {
    var random = SplitMix64(seed: 12)
    let (rows, columns) = (1500, 300)
    let matrix = SparseMatrix.random(rows: rows, columns: columns, using: &random)
    // Several chunks, or this test would not be one.
    #expect(matrix.count + rows > 3 * SparseMatrix.chunkElements)
    let routed = matrix.routed(along: (0..<UInt32(rows)).shuffled(using: &random))
    let x = DenseMatrix.random(rows: columns, columns: 20, using: &random)
    let execution = Execution(threads: threads)
    var (expected, found) = (DenseMatrix(rows: rows, columns: 20), DenseMatrix(rows: rows, columns: 20))
    try matrix.multiply(x, into: &expected)
    try routed.multiply(x, into: &found, execution: execution)
    #expect(found == expected)
    let start = DenseMatrix.random(rows: rows, columns: 20, using: &random)
    var (sum, routedSum, alone) = (start, start, start)
    try matrix.multiply(x, into: &expected, adding: 0.3, to: &sum)
    try routed.multiply(x, into: &found, adding: 0.3, to: &routedSum, execution: execution)
    try routed.multiply(x, adding: 0.3, to: &alone, execution: execution)
    #expect(found == expected && routedSum == sum && alone == sum)
    // Rows are found wherever they stand, and so are those of what is made of it.
    let (picked, turned) = (routed.gathered([7, 1499, 7]), routed.transposed())
    for row in 0..<rows {
      #expect(elements(routed, row).elementsEqual(elements(matrix, row), by: ==))
      #expect(elements(routed.scaled(by: 2), row).elementsEqual(elements(matrix.scaled(by: 2), row), by: ==))
    }
    for (place, row) in [7, 1499, 7].enumerated() {
      #expect(elements(picked, place).elementsEqual(elements(matrix, row), by: ==))
    }
    for column in 0..<columns {
      #expect(elements(turned, column).elementsEqual(elements(matrix.transposed(), column), by: ==))
    }
  }

  @Test func `picked rows and turned matrices have the same elements`() {
    var random = SplitMix64(seed: 3)
    let matrix = SparseMatrix.random(rows: 17, columns: 11, using: &random)
    let rows: [UInt32] = [4, 0, 16, 4]
    let picked = matrix.gathered(rows)
    #expect(picked.rowCount == 4 && picked.columnCount == 11)
    for (position, row) in rows.enumerated() {
      #expect(elements(picked, position).elementsEqual(elements(matrix, Int(row)), by: ==))
    }
    let turned = matrix.transposed()
    #expect(turned.rowCount == 11 && turned.columnCount == 17)
    for column in 0..<11 {
      let expected = (0..<17).flatMap { row in
        elements(matrix, row).filter { $0.0 == UInt32(column) }.map { (UInt32(row), $0.1) }
      }
      #expect(elements(turned, column).elementsEqual(expected, by: ==))
    }
    #expect(matrix.gathered([]).count == 0 && matrix.gathered([]).transposed().rowCount == 11)
  }

  private func elements(_ matrix: SparseMatrix, _ row: Int) -> [(UInt32, Float)] {
    matrix.elements(of: row).map { (matrix.column(at: $0), matrix.value(at: $0)) }
  }

  @Test func `communities stand together, every row once`() {
    // Row r has columns of its own third alone, but for row 0, and one row has none.
    var random = SplitMix64(seed: 8)
    let (rows, columns) = (61, 30)
    let lists = (0..<rows).map { row -> [UInt32] in
      guard row != 60 else { return [] }
      return (0..<UInt32(columns)).filter { Int($0) % 3 == row % 3 && Int.random(in: 0..<10, using: &random) < 7 }
    }
    let matrix = SparseMatrix(
      rows: rows, columns: columns, offsets: lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
      columns: lists.flatMap { $0 }, values: lists.flatMap { $0.map { _ in 1 } })
    let orders = matrix.communityOrders(transpose: matrix.transposed())
    #expect(orders.rows.sorted() == (0..<UInt32(rows)).map { $0 })
    #expect(orders.columns.sorted() == (0..<UInt32(columns)).map { $0 })
    func changes(_ order: [UInt32]) -> Int { zip(order, order.dropFirst()).count { $0 % 3 != $1 % 3 } }
    #expect(changes(orders.rows.filter { $0 != 60 }) == 2 && changes(orders.columns) == 2)
  }
}

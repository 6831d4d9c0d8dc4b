import AkinLinearAlgebra
import AkinParallel
import CAkinKernels
import Foundation
import TestSupport
import Testing

@Suite struct RowKernelTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64, scale: Float = 1) -> DenseMatrix {
    var random = SplitMix64(seed: seed)
    return DenseMatrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in scale * Float.random(in: -1...1, using: &random) })
  }

  @Test(arguments: [1, 15, 16, 17, 64, 100])
  func `exponentials of rows are those of the library`(columns: Int) {
    let scores = random(5, columns, seed: UInt64(columns), scale: 20)
    var found = scores
    found[3, 0] = -.infinity
    let (maxima, sums) = found.exponentiateRows(scale: 1.5)
    for row in 0..<5 {
      var elements = scores.row(row).map { 1.5 * Double($0) }
      if row == 3 { elements[0] = -.infinity }
      let largest = elements.max()!
      #expect(columns == 1 && row == 3 || abs(Double(maxima[row]) - largest) < 1e-5)
      let expected = elements.map { columns == 1 && row == 3 ? 0 : exp($0 - largest) }
      for (column, value) in expected.enumerated() {
        #expect(abs(Double(found[row, column]) - value) < 4e-6 * value + 1e-37)
      }
      #expect(abs(Double(sums[row]) - expected.reduce(0, +)) <= 1e-5 * Double(sums[row]))
    }
  }

  @Test(arguments: [0, 3, 4])
  func `every level of instructions computes the same exponentials`(level: Int) {
    guard let kernels = unsafe akin_dense_level(Int32(level)) else { return }
    let values = (0..<5000).map { Float($0) * 0.05 - 160 }
    var found = values
    let sum = unsafe kernels.pointee.exponentials(&found, Int64(found.count), 1, 0)
    for (value, result) in zip(values, found) {
      if value < -87 {
        #expect(result == 0)
      } else if value < 88 {
        #expect(abs(Double(result) / exp(Double(value)) - 1) < 4e-7, "exp(\(value)) = \(result)")
      }
    }
    #expect(sum > 0)
    #expect(unsafe kernels.pointee.maximum(values, Int64(values.count)) == values.max()!)
    #expect(unsafe kernels.pointee.maximum(values, 7) == values[6])
  }

  @Test func `rows gathered, accumulated, normalised and projected`() throws {
    let matrix = random(6, 21, seed: 3)
    let rows: [UInt32] = [4, 0, 4]
    #expect(matrix.gathered(rows).elements() == rows.flatMap { matrix.row(Int($0)) })
    var sums = matrix
    try sums.accumulate(random(3, 21, seed: 4), atRows: rows, times: [2, 1, 3])
    for column in 0..<21 {
      let added = random(3, 21, seed: 4)
      #expect(abs(sums[4, column] - (matrix[4, column] + 2 * added[0, column] + 3 * added[2, column])) < 1e-6)
      #expect(sums[1, column] == matrix[1, column])
    }
    var all = matrix
    try all.accumulateRows(of: random(6, 21, seed: 5), times: [0, 1, 2, 0, 0, 0])
    #expect(all.row(0) == matrix.row(0) && all.row(2) != matrix.row(2))
    var units = matrix
    for column in 0..<21 { units[5, column] = 0 }
    let lengths = try units.normalizeRows()
    #expect(lengths[5] == 0 && units.row(5).allSatisfy { $0 == 0 })
    var projected = random(6, 21, seed: 6)
    let before = projected
    try projected.projectRows(awayFrom: units, factors: [1, 2, 3, 4, 5, 6], execution: Execution(threads: 3))
    for row in 0..<6 {
      let length = matrix.row(row).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      if row < 5 { #expect(abs(Double(lengths[row]) - length) < 1e-5) }
      let along = zip(before.row(row), units.row(row)).reduce(0) { $0 + $1.0 * $1.1 }
      for column in 0..<21 {
        let expected = Float(row + 1) * (before[row, column] - along * units[row, column])
        #expect(abs(projected[row, column] - expected) < 1e-4)
      }
    }
  }
  /// So many rows that threads share them.
  @Test(arguments: [1, 3])
  func `rows that ascend are picked and added on any number of threads`(threads: Int) throws {
    let execution = Execution(threads: threads)
    let matrix = random(6000, 5, seed: 7)
    let rows = (0..<UInt32(3000)).map { 2 * $0 + ($0 < 1000 ? 1 : 0) }
    let factors = rows.map { Float($0 % 7) }
    let added = random(rows.count, 5, seed: 8)
    var (sums, picked, squared) = (matrix, added, matrix)
    try sums.accumulate(added, atRows: rows, times: factors, execution: execution)
    try picked.accumulate(rows: rows, of: matrix, times: 0.5, execution: execution)
    let other = random(6000, 5, seed: 9)
    let squares = try squared.accumulateSquares(ofRows: rows, of: other, times: factors, execution: execution)
    var untouched = Set(0..<6000)
    for (position, row) in rows.enumerated() {
      let row = Int(row)
      untouched.remove(row)
      var square: Float = 0
      for column in 0..<5 {
        #expect(abs(sums[row, column] - (matrix[row, column] + factors[position] * added[position, column])) < 1e-5)
        #expect(abs(picked[position, column] - (added[position, column] + 0.5 * matrix[row, column])) < 1e-6)
        #expect(abs(squared[row, column] - (matrix[row, column] + factors[position] * other[row, column])) < 1e-5)
        square += other[row, column] * other[row, column]
      }
      #expect(abs(squares[position] - square) < 1e-5)
    }
    for row in untouched {
      #expect(sums.row(row) == matrix.row(row) && squared.row(row) == matrix.row(row))
    }
  }
}

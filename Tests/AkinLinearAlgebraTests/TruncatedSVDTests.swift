import AkinParallel
import COpenBLAS
import TestSupport
import Testing

@testable import AkinLinearAlgebra

@Suite struct TruncatedSVDTests {
  /// Singular values, descending, and right vectors (one after the other) by LAPACK's dense algorithm.
  private func dense(_ matrix: SparseMatrix) -> (values: [Double], right: [Double]) {
    let (m, n) = (matrix.rowCount, matrix.columnCount)
    var elements = [Double](repeating: 0, count: m * n)
    for row in 0..<m {
      for element in matrix.elements(of: row) {
        elements[row * n + Int(matrix.column(at: element))] = Double(matrix.value(at: element))
      }
    }
    let count = min(m, n)
    var values = [Double](repeating: 0, count: count)
    var (left, right) = ([Double](repeating: 0, count: m * count), [Double](repeating: 0, count: count * n))
    let status = unsafe LAPACKE_dgesdd(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "S")), Int32(m), Int32(n), &elements, Int32(n), &values, &left, Int32(count),
      &right, Int32(n))
    precondition(status == 0)
    return (values, right)
  }

  @Test(arguments: UInt64(0)..<6)
  func `agrees with LAPACK's dense decomposition`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (rows, columns) = [(1, 1), (30, 50), (120, 40), (80, 200), (5, 60), (150, 150)][Int(seed)]
    let matrix = SparseMatrix.random(rows: rows, columns: columns, using: &random)
    let rank = min(6, rows, columns)
    var options = TruncatedSVDOptions(rank: rank)
    options.maxIterations = 40
    options.tolerance = 1e-9
    let found = try TruncatedSVD(matrix, transpose: matrix.transposed(), options: options)
    let expected = dense(matrix)
    #expect(found.rank == expected.values.prefix(rank).count { $0 > 1e-6 })
    for n in 0..<found.rank {
      #expect(abs(Double(found.values[n]) - expected.values[n]) < 1e-3 * expected.values[0], "value \(n)")
      let gap = n + 1 < expected.values.count ? expected.values[n] - expected.values[n + 1] : expected.values[n]
      let above = n > 0 ? expected.values[n - 1] - expected.values[n] : expected.values[n]
      guard min(gap, above) > 0.05 * expected.values[0] else { continue }
      let agreement = (0..<columns).reduce(0.0) { $0 + Double(found.right[$1, n]) * expected.right[n * columns + $1] }
      #expect(abs(abs(agreement) - 1) < 1e-3, "vector \(n)")
    }
    // U·σ·Vᵀ of all is the matrix itself where the rank is full.
    let left = try found.left()
    let (leftGram, rightGram) = (try left.gram(), try found.right.gram())
    for n in 0..<found.rank {
      for other in 0..<found.rank {
        #expect(abs(leftGram[n, other] - (n == other ? 1 : 0)) < 1e-3)
        #expect(abs(rightGram[n, other] - (n == other ? 1 : 0)) < 1e-4)
      }
    }
    #expect(found.errorEstimate < 1e-2)
    let again = try TruncatedSVD(
      matrix, transpose: matrix.transposed(), options: options, execution: Execution(threads: 4))
    #expect(again.values == found.values && again.right == found.right)
  }

  @Test func `a matrix of lower rank, or of nothing, has fewer triplets`() throws {
    // Two equal rows and two multiples of another.
    let matrix = SparseMatrix(
      rows: 4, columns: 30, offsets: [0, 3, 6, 8, 10], columns: [1, 4, 9, 1, 4, 9, 2, 20, 2, 20],
      values: [1, 2, 3, 1, 2, 3, 1, 1, -2, -2])
    let found = try TruncatedSVD(matrix, transpose: matrix.transposed(), options: TruncatedSVDOptions(rank: 10))
    #expect(found.rank == 2)
    #expect(abs(found.values[0] - (28 as Float).squareRoot()) < 1e-4)
    #expect(abs(found.values[1] - (10 as Float).squareRoot()) < 1e-4)
    for (rows, columns) in [(0, 0), (3, 0), (0, 3), (3, 5)] {
      let empty = SparseMatrix(
        rows: rows, columns: columns, offsets: [Int](repeating: 0, count: rows + 1), columns: [], values: [])
      let none = try TruncatedSVD(empty, transpose: empty.transposed(), options: TruncatedSVDOptions(rank: 4))
      #expect(none.rank == 0 && none.errorEstimate == 0)
    }
  }
}

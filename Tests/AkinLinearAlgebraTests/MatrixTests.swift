import AkinParallel
import TestSupport
import Testing

@testable import AkinLinearAlgebra

@Suite struct MatrixTests {
  @Test(arguments: UInt64(0)..<4)
  func `products agree with sums in double precision, on any number of threads`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = [1, 70, 3000, 9000][Int(seed)]
    let a = DenseMatrix.random(rows: rows, columns: 7, using: &random)
    let b = DenseMatrix.random(rows: 7, columns: 5, using: &random)
    let c = DenseMatrix.random(rows: rows, columns: 3, using: &random)
    let product = try a.times(b)
    let transposed = try a.transposedTimes(c)
    let gram = try a.gram()
    for row in [0, rows / 2, rows - 1] {
      for column in 0..<5 {
        let expected = (0..<7).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[$1, column]) }
        #expect(abs(Double(product[row, column]) - expected) < 1e-5)
      }
    }
    for row in 0..<7 {
      for column in 0..<3 {
        let expected = (0..<rows).reduce(0.0) { $0 + Double(a[$1, row]) * Double(c[$1, column]) }
        #expect(abs(Double(transposed[row, column]) - expected) < 1e-3)
      }
      for column in 0..<7 {
        let expected = (0..<rows).reduce(0.0) { $0 + Double(a[$1, row]) * Double(a[$1, column]) }
        #expect(abs(Double(gram[row, column]) - expected) < 2e-3)
      }
    }
    let four = Execution(threads: 4)
    #expect(try a.times(b, execution: four) == product)
    #expect(try a.transposedTimes(c, execution: four) == transposed)
    #expect(try a.gram(execution: four) == gram)
    #expect(a.transposed().transposed() == a)
    #expect(a.transposed()[3, rows - 1] == a[rows - 1, 3])
  }

  @Test(arguments: UInt64(0)..<4)
  func `sparse products agree with dense ones, on any number of threads`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = [1, 40, 300, 2000][Int(seed)]
    let matrix = SparseMatrix.random(rows: rows, columns: 90, using: &random)
    let x = DenseMatrix.random(rows: 90, columns: 20, using: &random)
    var dense = DenseMatrix(rows: rows, columns: 90)
    for row in 0..<rows {
      for element in matrix.elements(of: row) {
        dense[row, Int(matrix.column(at: element))] = matrix.value(at: element)
      }
    }
    var out = DenseMatrix(rows: rows, columns: 20)
    try matrix.multiply(x, into: &out)
    let expected = try dense.times(x)
    #expect(zip(out.elements(), expected.elements()).allSatisfy { abs($0 - $1) < 1e-4 })
    var (threaded, total) = (DenseMatrix(rows: rows, columns: 20), DenseMatrix(rows: rows, columns: 20))
    try matrix.multiply(x, into: &threaded, adding: 0.5, to: &total, execution: Execution(threads: 4))
    #expect(threaded == out)
    #expect(zip(total.elements(), out.elements()).allSatisfy { $0 == $1 * 0.5 })
    let back = matrix.transposed().transposed()
    #expect((0..<rows).allSatisfy { matrix.elements(of: $0) == back.elements(of: $0) })
    #expect((0..<matrix.count).allSatisfy { matrix.column(at: $0) == back.column(at: $0) })
    #expect((0..<matrix.count).allSatisfy { matrix.value(at: $0) == back.value(at: $0) })
  }

  @Test func `a copy is not changed by writing the original`() throws {
    var matrix = DenseMatrix(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
    let copy = matrix
    matrix[1, 1] = 9
    try matrix.scaleRows(by: [1, 2, 3])
    #expect(copy.elements() == [1, 2, 3, 4, 5, 6])
    #expect(matrix.elements() == [1, 2, 6, 18, 15, 18])
    // Large ones live on pages of their own.
    var large = DenseMatrix(rows: 1 << 15, columns: 40)
    large[(1 << 15) - 1, 39] = 7
    let same = large
    large[0, 0] = 1
    #expect(same[0, 0] == 0 && same[(1 << 15) - 1, 39] == 7 && large.row((1 << 15) - 1).last == 7)
  }

  @Test func `dot products of rows`() {
    var random = SplitMix64(seed: 1)
    let a = DenseMatrix.random(rows: 20, columns: 33, using: &random)
    let b = DenseMatrix.random(rows: 11, columns: 33, using: &random)
    let (left, right): ([UInt32], [UInt32]) = ([19, 0, 7, 7], [10, 3, 0, 1])
    for (n, dot) in a.dots(of: left, with: right, of: b).enumerated() {
      let expected = zip(a.row(Int(left[n])), b.row(Int(right[n]))).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(Double(dot) - expected) < 1e-5)
    }
    #expect(a.rowDots(with: a) == a.dots(of: Array(0..<20), with: Array(0..<20), of: a))
  }

  @Test(arguments: [1, 2, 17, 60])
  func `eigenvectors of a symmetric matrix give it back`(order: Int) throws {
    var random = SplitMix64(seed: UInt64(order))
    let matrix = try DenseMatrix.random(rows: order + 3, columns: order, using: &random).gram()
    let eigen = try SymmetricEigen(matrix)
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
    for row in 0..<order {
      for column in 0..<order {
        let sum = (0..<order).reduce(0.0) {
          $0 + eigen.values[$1] * eigen.vectors[$1 * order + row] * eigen.vectors[$1 * order + column]
        }
        #expect(abs(sum - Double(matrix[row, column])) < 1e-4)
      }
    }
    #expect(throws: LinearAlgebraError.notFinite(place: "eigenvalues of a symmetric matrix")) {
      try SymmetricEigen(lower: [.nan], order: 1)
    }
  }

  @Test func `lazy Adam moves the rows named, as Adam would`() throws {
    var random = SplitMix64(seed: 5)
    let start = DenseMatrix.random(rows: 6, columns: 5, using: &random)
    let gradient = DenseMatrix.random(rows: 2, columns: 5, using: &random)
    var (lazy, whole) = (start, start)
    var state = Adam(rows: 6, columns: 5)
    state.update(rows: [4, 1], of: &lazy, gradient: gradient, rate: 0.1)
    var full = DenseMatrix(rows: 6, columns: 5)
    for column in 0..<5 {
      full[4, column] = gradient[0, column]
      full[1, column] = gradient[1, column]
    }
    var other = Adam(rows: 6, columns: 5)
    try other.update(&whole, gradient: full, rate: 0.1, execution: Execution(threads: 3))
    #expect(lazy == whole)
    #expect(lazy.row(0) == start.row(0) && lazy.row(4) != start.row(4))
  }
}

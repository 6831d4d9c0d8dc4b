import AkinLinearAlgebra
import Glibc

/// What every index does with vectors before it takes them in, and with queries before it answers.
enum VectorNorms {
  /// Longer vectors could make products of two infinite, and differences of those undefined.
  static let longest = 1e18

  /// The vectors as they are compared by `metric`.
  ///
  /// - Parameter first: position of the first row, for messages.
  /// - Throws: `VectorError.notFinite`, `.tooLong`.
  static func prepared(_ vectors: DenseMatrix, metric: VectorMetric, first: Int = 0) throws(VectorError) -> Prepared {
    var norms = [Double](repeating: 0, count: vectors.rowCount)
    for row in 0..<vectors.rowCount {
      norms[row] = try vectors.withRow(row) { span throws(VectorError) in
        var sum = 0.0
        for column in 0..<span.count { sum += Double(span[column]) * Double(span[column]) }
        guard sum.isFinite else {
          let column = span.indices.first { !span[$0].isFinite } ?? 0
          throw .notFinite(row: first + row + 1, column: column + 1, found: "\(span[column])")
        }
        guard sum <= longest * longest else {
          throw .tooLong(row: first + row + 1, length: sum.squareRoot(), limit: longest)
        }
        return sum.squareRoot()
      }
    }
    let zeros = norms.count { $0 == 0 }
    guard metric == .cosine else { return Prepared(vectors: vectors, norms: norms, zeroCount: zeros) }
    var unit = vectors
    for row in 0..<unit.rowCount where norms[row] > 0 {
      unit.withMutableRow(row) { span in
        // In double precision, since the length of the smallest vectors is beyond single.
        for column in 0..<span.count { span[column] = Float(Double(span[column]) / norms[row]) }
      }
    }
    return Prepared(vectors: unit, norms: norms, zeroCount: zeros)
  }

  struct Prepared {
    var vectors: DenseMatrix
    /// Lengths as they came.
    var norms: [Double]
    var zeroCount: Int
  }
}

import COpenBLAS

/// The eigenvalues and eigenvectors of a symmetric matrix, in double precision: A = Σ λ v vᵀ.
public struct SymmetricEigen: Sendable {
  /// Ascending.
  public let values: [Double]
  /// Vector *n*, of unit length, is elements `n * order..<(n + 1) * order`.
  public let vectors: [Double]
  /// n: how many rows the matrix has, and how many eigenvalues there are.
  public var order: Int { values.count }

  /// - Parameter matrix: square; the lower triangle is read.
  /// - Throws: `LinearAlgebraError.notFinite`, `.notConverged`.
  /// - Complexity: O(n³).
  public init(_ matrix: DenseMatrix) throws(LinearAlgebraError) {
    precondition(matrix.rowCount == matrix.columnCount, "\(matrix.rowCount) x \(matrix.columnCount) is not square")
    let order = matrix.rowCount
    var elements = [Double](repeating: 0, count: order * order)
    for row in 0..<order {
      matrix.withRow(row) { span in for column in 0...row { elements[row * order + column] = Double(span[column]) } }
    }
    try self.init(lower: elements, order: order)
  }

  /// - Parameter lower: `order * order` elements by row; those below the diagonal and on it are read.
  /// - Throws: `LinearAlgebraError.notFinite`, `.notConverged`.
  public init(lower: [Double], order: Int) throws(LinearAlgebraError) {
    precondition(lower.count == order * order, "\(lower.count) elements for order \(order)")
    guard lower.allSatisfy(\.isFinite) else { throw .notFinite(place: "eigenvalues of a symmetric matrix") }
    var vectors = lower
    var values = [Double](repeating: 0, count: order)
    guard order > 0, BLAS.isSerial else {
      self.values = []
      self.vectors = []
      return
    }
    let count = Int32(order)
    // By columns, a lower triangle by rows is an upper one.
    let status = unsafe LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), count, &vectors, count, &values)
    guard status == 0 else { throw .notConverged(place: "eigenvalues of a symmetric matrix of order \(order)") }
    self.values = values
    self.vectors = vectors
  }
}

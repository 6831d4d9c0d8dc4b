import COpenBLAS

extension DenseMatrix {
  /// The inverse of this symmetric positive definite matrix, by Cholesky's decomposition, in its own memory.
  ///
  /// - Throws: `LinearAlgebraError.notPositiveDefinite`, `.notFinite`; the matrix is then of no use.
  /// - Complexity: O(n³).
  public mutating func invertPositiveDefinite() throws(LinearAlgebraError) {
    precondition(rowCount == columnCount, "\(rowCount) x \(columnCount) is not square")
    precondition(BLAS.isSerial)
    guard isFinite else { throw .notFinite(place: "inverse of a matrix of order \(rowCount)") }
    guard rowCount > 0 else { return }
    makeUnique()
    let (order, stride) = (Int32(rowCount), Int32(self.stride))
    let lower = CChar(UInt8(ascii: "L"))
    let status = unsafe LAPACKE_spotrf_work(LAPACK_COL_MAJOR, lower, order, storage.start, stride)
    guard status == 0 else {
      throw .notPositiveDefinite(place: "inverse of a matrix of order \(rowCount)", order: Int(status))
    }
    _ = unsafe LAPACKE_spotri_work(LAPACK_COL_MAJOR, lower, order, storage.start, stride)
    // What by columns is the lower triangle is by rows the upper one.
    for row in 0..<rowCount {
      for column in 0..<row {
        unsafe storage.start[row * self.stride + column] = storage.start[column * self.stride + row]
      }
    }
  }
}

/// The solution x of A·x = b for a symmetric positive definite A, over b.
///
/// - Parameters:
///   - elements: at least `order`² of them, by row; the upper triangle is read, and overwritten.
///   - right: at least `order` elements.
/// - Throws: `LinearAlgebraError.notPositiveDefinite`.
/// - Complexity: O(order³).
public func solvePositiveDefinite(
  _ elements: inout [Float], order: Int, _ right: inout [Float]
) throws(LinearAlgebraError) {
  precondition(elements.count >= order * order && right.count >= order, "\(elements.count) elements for order \(order)")
  precondition(BLAS.isSerial)
  guard order > 0 else { return }
  // What by rows is the upper triangle is by columns the lower one.
  let lower = CChar(UInt8(ascii: "L"))
  let status = unsafe LAPACKE_spotrf_work(LAPACK_COL_MAJOR, lower, Int32(order), &elements, Int32(order))
  guard status == 0 else { throw .notPositiveDefinite(place: "a system of order \(order)", order: Int(status)) }
  _ = unsafe LAPACKE_spotrs_work(
    LAPACK_COL_MAJOR, lower, Int32(order), 1, elements, Int32(order), &right, Int32(order))
}

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

  /// The solution x of A·x = b for this symmetric positive definite matrix of `order` leading rows and columns, which is
  /// overwritten.
  ///
  /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
  /// - Complexity: O(order³).
  public mutating func solvePositiveDefinite(order: Int, _ right: inout [Float]) throws(LinearAlgebraError) {
    precondition(order <= rowCount && order <= columnCount && right.count >= order, "order \(order) of \(rowCount)")
    precondition(BLAS.isSerial)
    guard order > 0 else { return }
    makeUnique()
    let lower = CChar(UInt8(ascii: "L"))
    let status = unsafe LAPACKE_spotrf_work(LAPACK_COL_MAJOR, lower, Int32(order), storage.start, Int32(stride))
    guard status == 0 else { throw .notPositiveDefinite(place: "a system of order \(order)", order: Int(status)) }
    _ = unsafe LAPACKE_spotrs_work(
      LAPACK_COL_MAJOR, lower, Int32(order), 1, storage.start, Int32(stride), &right, Int32(order))
  }
}

public import AkinParallel

extension DenseMatrix {
  /// An orthonormal basis of the space that the columns span, as columns; as many as are independent in 32-bit floats.
  ///
  /// By the eigenvectors of the Gram matrix, twice, with columns scaled to unit length first.
  ///
  /// - Complexity: O(rows · columns² + columns³).
  ///
  /// Source: Stathopoulos & Wu, "A block orthogonalization procedure with constant synchronization requirements", SIAM J.
  /// Sci. Comput. 23(6), 2002, doi:10.1137/S1064827500370883.
  public func orthonormalized(execution: Execution = .serial) throws -> DenseMatrix {
    var basis = self
    for _ in 0..<2 where basis.columnCount > 0 {
      let gram = try basis.gram(execution: execution)
      let order = gram.rowCount
      let scale = (0..<order).map { gram[$0, $0] > 0 ? 1 / Double(gram[$0, $0]).squareRoot() : 0 }
      var lower = [Double](repeating: 0, count: order * order)
      for row in 0..<order {
        gram.withRow(row) { span in
          for column in 0...row { lower[row * order + column] = Double(span[column]) * scale[row] * scale[column] }
        }
      }
      let eigen = try SymmetricEigen(lower: lower, order: order)
      // Below this the direction is rounding.
      let least = (eigen.values.last ?? 0) * 1e-6
      let kept = (0..<order).reversed().filter { eigen.values[$0] > max(least, 1e-12) }
      var turn = DenseMatrix(rows: order, columns: kept.count)
      for (column, vector) in kept.enumerated() {
        let length = 1 / eigen.values[vector].squareRoot()
        turn.setColumn(
          column, to: (0..<order).map { Float(eigen.vectors[vector * order + $0] * scale[$0] * length) })
      }
      basis = try basis.times(turn, execution: execution)
    }
    return basis
  }
}

import CAkinKernels

/// Improves solutions of the small systems of weighted ridge regression by steps of conjugate gradients, one system after
/// the other, in working memory that it keeps:
///
///     (D + Σ cᵢ·hᵢ·hᵢᵀ) x = Σ cᵢ·hᵢ
///
/// over some rows hᵢ of a matrix, for a positive diagonal D. The matrix of the system is never formed: a step is a pass
/// over the rows. Steps are preconditioned by the diagonal of the system. ½xᵀAx − bᵀx, so an objective of which this is one
/// part, falls with every step, however few there are.
///
/// - Complexity: O(n · d) a step for n rows of d elements.
///
/// Source: Hestenes & Stiefel, "Methods of conjugate gradients for solving linear systems", J. Res. NBS 49(6), 1952,
/// doi:10.6028/jres.049.044; for alternating least squares Takács, Pilászy & Tikk, "Applications of the conjugate gradient
/// method for implicit feedback collaborative filtering", RecSys 2011, doi:10.1145/2043932.2043987.
public final class ConjugateGradientSolver {
  public let size: Int
  /// The most steps for one system.
  public let steps: Int
  /// Vectors as rows: the kernels want them padded.
  private var vectors: DenseMatrix
  private enum Row: Int { case solution, residual, direction, image, preconditioned, diagonal }

  public init(size: Int, steps: Int) {
    precondition(size >= 1 && steps >= 1, "size and steps must be at least 1, found \(size) and \(steps)")
    self.size = size
    self.steps = steps
    vectors = DenseMatrix(rows: 6, columns: size)
  }

  /// - Parameters:
  ///   - indices: the rows hᵢ of `matrix`; their weights cᵢ are in `weights`, positive.
  ///   - diagonal: D; positive.
  ///   - solution: where the steps start, and then where they end.
  /// - Returns: how many steps were taken: fewer than `steps` where nothing was left to gain.
  @discardableResult
  public func solve(
    _ indices: Span<UInt32>, of matrix: DenseMatrix, weights: Span<Float>, diagonal: [Float],
    improving solution: inout MutableSpan<Float>
  ) -> Int {
    precondition(matrix.columnCount == size && diagonal.count == size, "a system of \(size) unknowns")
    precondition(solution.count >= size && weights.count == indices.count, "room for \(solution.count) of \(size)")
    for position in indices.indices {
      precondition(indices[position] < matrix.rowCount, "row \(indices[position]) of \(matrix.rowCount)")
    }
    guard indices.count > 0 else {
      for position in 0..<size { solution[position] = 0 }
      return 0
    }
    for position in 0..<size { vectors[Row.solution.rawValue, position] = solution[position] }
    let taken = improve(indices, matrix, weights, diagonal)
    for position in 0..<size { solution[position] = vectors[Row.solution.rawValue, position] }
    return taken
  }

  // Safe below: rows were checked by `solve`, and all vectors have the stride of the matrix.

  private func start(_ row: Row) -> UnsafeMutablePointer<Float> {
    unsafe vectors.storage.start + row.rawValue * vectors.stride
  }

  private func improve(
    _ indices: Span<UInt32>, _ matrix: DenseMatrix, _ weights: Span<Float>, _ diagonal: [Float]
  ) -> Int {
    vectors.makeUnique()
    let kernels = unsafe akin_dense().pointee
    let count = Int64(vectors.stride)
    let (x, r, p, q) = unsafe (start(.solution), start(.residual), start(.direction), start(.image))
    let (z, m) = unsafe (start(.preconditioned), start(.diagonal))
    func precondition() -> Double {
      for position in 0..<size { unsafe z[position] = r[position] / m[position] }
      return Double(unsafe kernels.dot(r, z, count))
    }
    // r = b − A·x = Σ c·(1 − ⟨h, x⟩)·h − D·x, and the diagonal of A.
    for position in 0..<size {
      unsafe r[position] = -diagonal[position] * x[position]
      unsafe m[position] = diagonal[position]
    }
    for row in indices.indices {
      let h = unsafe matrix.storage.start + Int(indices[row]) * matrix.stride
      let weight = weights[row]
      unsafe kernels.scale_accumulate(r, h, weight * (1 - kernels.dot(h, x, count)), 1, count)
      for position in 0..<size { unsafe m[position] += weight * h[position] * h[position] }
    }
    var length = precondition()
    unsafe kernels.scale_accumulate(p, z, 1, 0, count)
    let first = length
    for step in 0..<steps {
      // Rounding leaves nothing to gain below this; written so that what is no number ends it as well.
      guard length > 1e-13 * first, length > 0 else { return step }
      for position in 0..<size { unsafe q[position] = diagonal[position] * p[position] }
      for row in indices.indices {
        let h = unsafe matrix.storage.start + Int(indices[row]) * matrix.stride
        unsafe kernels.scale_accumulate(q, h, weights[row] * kernels.dot(h, p, count), 1, count)
      }
      let curvature = Double(unsafe kernels.dot(p, q, count))
      guard curvature > 0 else { return step }
      let pace = Float(length / curvature)
      unsafe kernels.scale_accumulate(x, p, pace, 1, count)
      unsafe kernels.scale_accumulate(r, q, -pace, 1, count)
      let next = precondition()
      unsafe kernels.scale_accumulate(p, z, 1, Float(next / length), count)
      length = next
    }
    return steps
  }
}

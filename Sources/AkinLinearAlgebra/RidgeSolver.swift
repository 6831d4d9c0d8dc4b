import COpenBLAS

/// Solves the small systems of weighted ridge regression, one after the other, in working memory that it keeps:
///
///     (D + Σ cᵢ·hᵢ·hᵢᵀ) x = Σ cᵢ·hᵢ
///
/// over some rows hᵢ of a matrix, for a positive diagonal D. With fewer rows than columns it is solved in the space of the
/// rows: x = D⁻¹Bᵀ(I + B·D⁻¹·Bᵀ)⁻¹·s for the rows of B √cᵢ·hᵢ and sᵢ = √cᵢ.
///
/// - Complexity: O(min(n, d)²·max(n, d)) a system of n rows of d elements.
public final class RidgeSolver {
  /// How many unknowns a system has: columns of the matrices.
  public let size: Int
  /// √cᵢ·hᵢ, or √cᵢ·D^−½·hᵢ.
  private var rows: [Float] = []
  private var roots: [Float] = []
  private var system: [Float] = []
  private var right: [Float] = []
  private var scale: [Float]

  /// `size` is at least 1. Working memory grows with the largest system solved.
  public init(size: Int) {
    precondition(size >= 1, "a system needs at least one unknown, found \(size)")
    precondition(BLAS.isSerial)
    self.size = size
    scale = [Float](repeating: 0, count: size)
  }

  /// - Parameters:
  ///   - indices: the rows hᵢ of `matrix`; their weights cᵢ are in `weights`, positive.
  ///   - diagonal: D; positive.
  /// - Throws: `LinearAlgebraError.notPositiveDefinite` where rounding or infinite elements leave no solution.
  public func solve(
    _ indices: Span<UInt32>, of matrix: DenseMatrix, weights: Span<Float>, diagonal: [Float],
    into solution: inout MutableSpan<Float>
  ) throws(LinearAlgebraError) {
    precondition(matrix.columnCount == size && diagonal.count == size, "a system of \(size) unknowns")
    precondition(solution.count >= size && weights.count == indices.count, "room for \(solution.count) of \(size)")
    let count = indices.count
    guard count > 0 else {
      for position in 0..<size { solution[position] = 0 }
      return
    }
    let isDual = count <= size
    gather(indices, matrix, weights, diagonal, isScaled: isDual)
    try factorize(count, diagonal, isDual: isDual)
    if isDual {
      right = roots
      solveFactorized(count)
      // D^−½·B'ᵀ·z.
      var result = [Float](repeating: 0, count: size)
      unsafe cblas_sgemv(
        CblasRowMajor, CblasTrans, Int32(count), Int32(size), 1, rows, Int32(size), right, 1, 0, &result, 1)
      for position in 0..<size { solution[position] = result[position] * scale[position] }
    } else {
      right = [Float](repeating: 0, count: size)
      unsafe cblas_sgemv(
        CblasRowMajor, CblasTrans, Int32(count), Int32(size), 1, rows, Int32(size), roots, 1, 0, &right, 1)
      solveFactorized(size)
      for position in 0..<size { solution[position] = right[position] }
    }
  }

  /// (D + Σ cᵢ·hᵢ·hᵢᵀ)⁻¹ · `target`.
  ///
  /// - Throws: as `solve`.
  public func solve(
    _ indices: Span<UInt32>, of matrix: DenseMatrix, weights: Span<Float>, diagonal: [Float], target: [Float]
  ) throws(LinearAlgebraError) -> [Float] {
    precondition(target.count == size && matrix.columnCount == size && diagonal.count == size, "\(size) unknowns")
    let count = indices.count
    guard count > 0 else { return zip(target, diagonal).map { $0 / $1 } }
    let isDual = count <= size
    gather(indices, matrix, weights, diagonal, isScaled: isDual)
    try factorize(count, diagonal, isDual: isDual)
    guard isDual else {
      right = target
      solveFactorized(size)
      return right
    }
    // D⁻¹t − D^−½·B'ᵀ·K⁻¹·B'·D^−½·t.
    let scaled = zip(target, scale).map { $0 * $1 }
    right = [Float](repeating: 0, count: count)
    unsafe cblas_sgemv(
      CblasRowMajor, CblasNoTrans, Int32(count), Int32(size), 1, rows, Int32(size), scaled, 1, 0, &right, 1)
    solveFactorized(count)
    var correction = [Float](repeating: 0, count: size)
    unsafe cblas_sgemv(
      CblasRowMajor, CblasTrans, Int32(count), Int32(size), 1, rows, Int32(size), right, 1, 0, &correction, 1)
    return (0..<size).map { scale[$0] * (scaled[$0] - correction[$0]) }
  }

  private func gather(
    _ indices: Span<UInt32>, _ matrix: DenseMatrix, _ weights: Span<Float>, _ diagonal: [Float], isScaled: Bool
  ) {
    let count = indices.count
    if rows.count < count * size { rows = [Float](repeating: 0, count: count * size) }
    roots.removeAll(keepingCapacity: true)
    for position in 0..<size { scale[position] = isScaled ? 1 / diagonal[position].squareRoot() : 1 }
    for position in 0..<count {
      let root = weights[position].squareRoot()
      roots.append(root)
      matrix.withRow(Int(indices[position])) { row in
        var target = rows.mutableSpan
        let start = position * size
        for column in 0..<size { target[start + column] = root * row[column] * scale[column] }
      }
    }
  }

  private func factorize(_ count: Int, _ diagonal: [Float], isDual: Bool) throws(LinearAlgebraError) {
    let order = isDual ? count : size
    if system.count < order * order { system = [Float](repeating: 0, count: order * order) }
    unsafe cblas_ssyrk(
      CblasRowMajor, CblasUpper, isDual ? CblasNoTrans : CblasTrans, Int32(order), Int32(isDual ? size : count), 1,
      rows,
      Int32(size), 0, &system, Int32(order))
    for position in 0..<order { system[position * order + position] += isDual ? 1 : diagonal[position] }
    // By rows the upper triangle is by columns the lower one.
    let status = unsafe LAPACKE_spotrf_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(order), &system, Int32(order))
    guard status == 0 else {
      throw .notPositiveDefinite(place: "ridge regression on \(count) rows", order: Int(status))
    }
  }

  private func solveFactorized(_ order: Int) {
    _ = unsafe LAPACKE_spotrs_work(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Int32(order), 1, system, Int32(order), &right, Int32(order))
  }
}

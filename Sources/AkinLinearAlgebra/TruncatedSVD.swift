public import AkinParallel

/// How a truncated singular value decomposition is computed.
public struct TruncatedSVDOptions: Sendable, Equatable {
  /// How many singular triplets, at least 1. A matrix of lower rank has fewer.
  public var rank: Int
  /// Vectors worked with beyond `rank`; `nil`: an eighth of the rank, at least 16.
  public var oversampling: Int?
  /// Stop when the sum of the squared singular values has changed by less than this share.
  public var tolerance: Double = 1e-5
  /// At least 1.
  public var maxIterations = 12
  /// Seed of the random start. The singular values found depend on it within the error.
  public var seed: UInt64 = 0

  /// `rank` is at least 1; the other settings have their defaults.
  public init(rank: Int) { self.rank = rank }
}

/// The largest singular values of a sparse matrix and their vectors: A ≈ U · diag(σ) · Vᵀ.
///
/// Subspace iteration from a random start, sharpened by Chebyshev polynomials of AᵀA that hold down everything below the
/// smallest value wanted, with the best approximation within the subspace (Rayleigh-Ritz) after each iteration.
///
/// - Complexity: O(iterations · (elements · r + columns · r²)) for r = rank + oversampling; (2 rows + 4 columns) · r floats.
///
/// Source: Halko, Martinsson & Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011, doi:10.1137/090771806;
/// Zhou, Saad, Tiago & Chelikowsky, "Self-consistent-field calculations using Chebyshev-filtered subspace iteration", J.
/// Comput. Phys. 219(1), 2006, doi:10.1016/j.jcp.2006.03.017.
public struct TruncatedSVD: Sendable {
  /// Descending, positive; at most `rank` of them, fewer where the matrix has a lower rank.
  public let values: [Float]
  /// V: a row a column of the matrix, a column a singular value.
  public let right: DenseMatrix
  /// How many times the subspace was sharpened.
  public let iterations: Int
  /// Whether `tolerance` was reached within `maxIterations`.
  public let isConverged: Bool
  /// The largest ‖AᵀA v − σ² v‖ / σ₁²: some true squared singular value lies within this (times σ₁²) of each that was found.
  public let errorEstimate: Double
  /// U·diag(σ).
  private let scaledLeft: DenseMatrix

  /// How many singular triplets were found.
  public var rank: Int { values.count }

  /// U: a row a row of the matrix.
  public func left() throws -> DenseMatrix {
    var left = scaledLeft.transposed()
    try left.scaleRows(by: values.map { 1 / $0 })
    return left.transposed()
  }

  /// - Parameters:
  ///   - matrix: A.
  ///   - transpose: Aᵀ.
  /// - Throws: `LinearAlgebraError`; `CancellationError`.
  public init(
    _ matrix: SparseMatrix, transpose: SparseMatrix, options: TruncatedSVDOptions, execution: Execution = .serial
  ) throws {
    precondition(options.rank >= 1 && options.maxIterations >= 1, "rank and maxIterations must be at least 1")
    precondition(
      matrix.rowCount == transpose.columnCount && matrix.columnCount == transpose.rowCount
        && matrix.count == transpose.count, "the transpose has another shape")
    let width = min(
      options.rank + (options.oversampling ?? max(16, options.rank / 8)), matrix.rowCount, matrix.columnCount)
    var work = Work(matrix: matrix, transpose: transpose, execution: execution)
    var basis = try Self.start(rows: matrix.columnCount, columns: width, seed: options.seed)
      .orthonormalized(execution: execution)
    // One plain iteration, so that what is held down is known.
    basis = try work.gramTimes(basis).orthonormalized(execution: execution)
    var ritz = try Ritz(basis, &work)
    var (iterations, isConverged) = (1, false)
    while iterations < options.maxIterations, !isConverged, ritz.squares.count > 0 {
      try execution.cancellation.check()
      let before = ritz.squares.prefix(options.rank).reduce(0, +)
      let filtered = try work.filtered(ritz.right, bound: ritz.squares.last!)
      ritz = try Ritz(filtered.orthonormalized(execution: execution), &work)
      iterations += 1
      let after = ritz.squares.prefix(options.rank).reduce(0, +)
      isConverged = abs(after - before) <= options.tolerance * after
    }
    let largest = ritz.squares.first ?? 0
    // What is left of a lower rank is rounding.
    let kept = ritz.squares.prefix(options.rank).prefix { $0 > largest * 1e-7 }.count
    right = ritz.right.firstColumns(kept)
    scaledLeft = ritz.image.firstColumns(kept)
    values = ritz.squares.prefix(kept).map { Float($0.squareRoot()) }
    self.iterations = iterations
    self.isConverged = isConverged || width == min(matrix.rowCount, matrix.columnCount)
    errorEstimate = try Self.residual(right, squares: ritz.squares, &work)
  }

  private static func start(rows: Int, columns: Int, seed: UInt64) throws -> DenseMatrix {
    var matrix = DenseMatrix(rows: rows, columns: columns)
    for row in 0..<rows {
      var random = RandomStream(seed: seed, stream: UInt64(row))
      matrix.withMutableRow(row) { span in
        for column in span.indices { span[column] = Float(random.drawUnit() * 2 - 1) }
      }
    }
    return matrix
  }

  private static func residual(_ right: DenseMatrix, squares: [Double], _ work: inout Work) throws -> Double {
    guard right.columnCount > 0, let largest = squares.first else { return 0 }
    let image = try work.gramTimes(right)
    var sums = [Double](repeating: 0, count: right.columnCount)
    for row in 0..<right.rowCount {
      right.withRow(row) { vector in
        image.withRow(row) { image in
          for column in sums.indices {
            let difference = Double(image[column]) - squares[column] * Double(vector[column])
            sums[column] += difference * difference
          }
        }
      }
    }
    return (sums.max() ?? 0).squareRoot() / largest
  }

  /// Products with A and Aᵀ.
  private struct Work {
    let matrix: SparseMatrix
    let transpose: SparseMatrix
    let execution: Execution

    func times(_ x: DenseMatrix) throws -> DenseMatrix {
      var image = DenseMatrix(rows: matrix.rowCount, columns: x.columnCount)
      try matrix.multiply(x, into: &image, execution: execution)
      return image
    }

    func gramTimes(_ x: DenseMatrix) throws -> DenseMatrix {
      var result = DenseMatrix(rows: matrix.columnCount, columns: x.columnCount)
      try transpose.multiply(times(x), into: &result, execution: execution)
      return result
    }

    /// T₃(2P/bound − 1)·X for P = AᵀA: everything in 0...bound stays within ±1, everything above grows.
    func filtered(_ x: DenseMatrix, bound: Double) throws -> DenseMatrix {
      let scale = Float(2 / max(bound, .leastNormalMagnitude))
      guard scale.isFinite else { return try gramTimes(x) }
      var (last, current) = (x, try gramTimes(x))
      try current.scaleAccumulate(x, times: -1, keeping: scale, execution: execution)
      for _ in 0..<2 {
        var next = try gramTimes(current)
        try next.scaleAccumulate(current, times: -2, keeping: 2 * scale, execution: execution)
        try next.scaleAccumulate(last, times: -1, keeping: 1, execution: execution)
        (last, current) = (current, next)
      }
      return current
    }
  }

  /// The best approximation within a subspace.
  private struct Ritz {
    /// Squared singular values, descending.
    var squares: [Double]
    var right: DenseMatrix
    /// A·V.
    var image: DenseMatrix

    /// - Parameter basis: orthonormal columns.
    init(_ basis: DenseMatrix, _ work: inout Work) throws {
      let image = try work.times(basis)
      let eigen = try SymmetricEigen(image.gram(execution: work.execution))
      let order = eigen.order
      var turn = DenseMatrix(rows: order, columns: order)
      for column in 0..<order {
        let vector = order - 1 - column
        turn.setColumn(column, to: (0..<order).map { Float(eigen.vectors[vector * order + $0]) })
      }
      squares = eigen.values.reversed().map { max(0, $0) }
      right = try basis.times(turn, execution: work.execution)
      self.image = try image.times(turn, execution: work.execution)
    }
  }
}

extension DenseMatrix {
  /// The first `count` columns, as a matrix of their own.
  ///
  /// - Precondition: `count` is at most `columnCount`.
  /// - Complexity: O(rows · count).
  public func firstColumns(_ count: Int) -> DenseMatrix {
    precondition(count >= 0 && count <= columnCount, "\(count) columns of \(columnCount)")
    var result = DenseMatrix(rows: rowCount, columns: count)
    for row in 0..<rowCount {
      withRow(row) { from in
        result.withMutableRow(row) { to in for column in 0..<count { to[column] = from[column] } }
      }
    }
    return result
  }
}

import CAkinKernels
import Glibc

/// Rows of two tables of factors, to take single steps of gradient descent on. What the last columns of the tables hold
/// besides factors, ones that stay and biases that learn, the steps say.
///
/// Many threads may step at once, as long as no two touch the same row. Rows are checked at each step.
public struct FactorRows: @unchecked Sendable {
  // Safe: `withFactorRows` alone makes one, and both matrices outlive its closure, which alone holds them.
  private let connectors: Rows
  private let candidates: Rows
  private let connectorCount: Int
  private let candidateCount: Int
  private let columnCount: Int
  /// Whether candidates' rows learn too, or are only read.
  private let movesCandidates: Bool

  fileprivate init(
    _ connectors: borrowing DenseMatrix, _ candidates: borrowing DenseMatrix, movesCandidates: Bool = true
  ) {
    self.movesCandidates = movesCandidates
    self.connectors = Rows(connectors)
    self.candidates = Rows(candidates)
    connectorCount = connectors.rowCount
    candidateCount = candidates.rowCount
    columnCount = connectors.columnCount
  }

  /// Working memory of one thread.
  public struct Scratch {
    fileprivate var row: DenseMatrix
    public init(columns: Int) { row = DenseMatrix(rows: 1, columns: columns) }
  }

  private func rows(_ connector: Int, _ candidate: Int) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    precondition((0..<connectorCount).contains(connector), "row \(connector) of \(connectorCount)")
    precondition((0..<candidateCount).contains(candidate), "row \(candidate) of \(candidateCount)")
    return unsafe (
      connectors.start + connector * connectors.stride, candidates.start + candidate * candidates.stride
    )
  }

  /// One step down the gradient of
  ///
  ///     log(1 + exp(−⟨w, h⁺ − h⁻⟩)) + λ/2 · (‖w‖² + ‖h⁺‖² + ‖h⁻‖²)
  ///
  /// for the connector's row w and two candidates' rows h⁺ and h⁻. The last column of w is 1 and stays so; that of a
  /// candidate is its bias.
  ///
  /// - Returns: the first term before the step, and its slope σ(−⟨w, h⁺ − h⁻⟩).
  public func stepPair(
    _ connector: Int, over positive: Int, not negative: Int, rate: Float, regularization: Float, scratch: inout Scratch
  ) -> (loss: Float, slope: Float) {
    let kernels = unsafe akin_dense().pointee
    let (w, better) = unsafe rows(connector, positive)
    let (_, worse) = unsafe rows(connector, negative)
    precondition(scratch.row.columnCount == columnCount, "working memory for \(scratch.row.columnCount) columns")
    let (count, difference) = unsafe (Int64(connectors.stride), scratch.row.storage.start)
    unsafe kernels.scale_accumulate(difference, better, 1, 0, count)
    unsafe kernels.scale_accumulate(difference, worse, -1, 1, count)
    let margin = unsafe kernels.dot(w, difference, count)
    let (loss, slope) = Self.softplus(-margin)
    let keep = 1 - rate * regularization
    if movesCandidates {
      unsafe kernels.scale_accumulate(better, w, rate * slope, keep, count)
      unsafe kernels.scale_accumulate(worse, w, -rate * slope, keep, count)
    }
    unsafe kernels.scale_accumulate(w, difference, rate * slope, keep, count)
    unsafe w[columnCount - 1] = 1
    return (loss, slope)
  }

  /// One step down the gradient of
  ///
  ///     ½·(value − ⟨w, h⟩)² + λ/2 · (‖w‖² + ‖h‖²)
  ///
  /// where the last two columns of w are its bias and a 1 that stays, those of h a 1 that stays and its bias.
  ///
  /// - Returns: value − ⟨w, h⟩ before the step.
  public func stepValue(
    _ connector: Int, _ candidate: Int, value: Float, rate: Float, regularization: Float, scratch: inout Scratch
  ) -> Float {
    precondition(movesCandidates, "a step for a value moves both sides")
    let kernels = unsafe akin_dense().pointee
    let (w, h) = unsafe rows(connector, candidate)
    precondition(scratch.row.columnCount == columnCount, "working memory for \(scratch.row.columnCount) columns")
    let (count, before) = unsafe (Int64(connectors.stride), scratch.row.storage.start)
    let error = unsafe value - kernels.dot(w, h, count)
    let keep = 1 - rate * regularization
    unsafe kernels.scale_accumulate(before, w, 1, 0, count)
    unsafe kernels.scale_accumulate(w, h, rate * error, keep, count)
    unsafe kernels.scale_accumulate(h, before, rate * error, keep, count)
    unsafe w[columnCount - 1] = 1
    unsafe h[columnCount - 2] = 1
    return error
  }

  /// log(1 + eˣ) and its slope.
  private static func softplus(_ x: Float) -> (value: Float, slope: Float) {
    if x > 0 {
      let inverse = exp(-x)
      return (x + log1p(inverse), 1 / (1 + inverse))
    }
    let power = exp(x)
    return (log1p(power), power / (1 + power))
  }
}

extension DenseMatrix {
  /// Lets `body` step on the rows of two tables of the same width.
  public static func withFactorRows<Result>(
    _ connectors: inout DenseMatrix, _ candidates: inout DenseMatrix, _ body: (FactorRows) throws -> Result
  ) rethrows -> Result {
    precondition(
      connectors.columnCount == candidates.columnCount && connectors.columnCount >= 2,
      "tables of \(connectors.columnCount) and \(candidates.columnCount) columns")
    connectors.makeUnique()
    candidates.makeUnique()
    defer { withExtendedLifetime((connectors.storage, candidates.storage)) {} }
    return try body(FactorRows(connectors, candidates))
  }
  /// The same where rows of `candidates` are only read.
  public static func withFactorRows<Result>(
    _ connectors: inout DenseMatrix, reading candidates: DenseMatrix, _ body: (FactorRows) throws -> Result
  ) rethrows -> Result {
    precondition(
      connectors.columnCount == candidates.columnCount && connectors.columnCount >= 2,
      "tables of \(connectors.columnCount) and \(candidates.columnCount) columns")
    connectors.makeUnique()
    defer { withExtendedLifetime((connectors.storage, candidates.storage)) {} }
    return try body(FactorRows(connectors, candidates, movesCandidates: false))
  }
}

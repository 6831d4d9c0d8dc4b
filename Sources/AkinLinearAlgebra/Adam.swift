public import AkinParallel
import CAkinKernels

/// The state of the Adam optimiser for one matrix of parameters:
///
///     m ← β₁·m + (1 − β₁)·g,   v ← β₂·v + (1 − β₂)·g²,
///     θ ← θ − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, arXiv:1412.6980.
public struct Adam: Sendable {
  /// β₁: how long gradients are remembered; in 0..<1.
  public var beta1: Float = 0.9
  /// β₂: how long their squares are remembered; in 0..<1.
  public var beta2: Float = 0.999
  /// ε > 0: keeps the division from exploding where gradients vanish.
  public var epsilon: Float = 1e-8
  /// Running means of gradients and of their squares.
  public var mean: DenseMatrix
  /// v: running mean of the squared gradients.
  public var square: DenseMatrix
  /// Steps so far.
  public var steps = 0

  /// Of parameters of this shape, before the first step: both means are zero.
  public init(rows: Int, columns: Int) {
    mean = DenseMatrix(rows: rows, columns: columns)
    square = DenseMatrix(rows: rows, columns: columns)
  }

  /// One step for all parameters.
  ///
  /// - Throws: `CancellationError`; parameters are then partly updated.
  public mutating func update(
    _ parameters: inout DenseMatrix, gradient: DenseMatrix, rate: Float, execution: Execution = .serial
  ) throws {
    parameters.checkShape(of: gradient)
    parameters.checkShape(of: mean)
    steps += 1
    parameters.makeUnique()
    mean.makeUnique()
    square.makeUnique()
    let (scale1, scale2) = corrections
    let (theta, g, m, v) = (Rows(parameters), Rows(gradient), Rows(mean), Rows(square))
    let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
    try concurrentPass(
      count: parameters.rowCount, chunkSize: DenseMatrix.chunkRows(stride: parameters.stride), execution: execution
    ) { range in
      // Safe: shapes are equal, and ranges are disjoint.
      let start = range.lowerBound * theta.stride
      unsafe akin_dense().pointee.adam(
        theta.start + start, g.start + start, m.start + start, v.start + start, Int64(range.count * theta.stride),
        rate, beta1, beta2, epsilon, scale1, scale2)
    }
  }

  /// One step for the parameters of some rows: lazy Adam, where means of other rows do not decay.
  ///
  /// - Parameter rows: each once; row *n* of `gradient` belongs to `rows[n]`.
  public mutating func update(
    rows: [UInt32], of parameters: inout DenseMatrix, gradient: DenseMatrix, rate: Float
  ) {
    precondition(gradient.rowCount >= rows.count, "\(gradient.rowCount) gradients for \(rows.count) rows")
    precondition(gradient.columnCount == parameters.columnCount, "gradients of another width")
    parameters.checkShape(of: mean)
    for row in rows { precondition(row < parameters.rowCount, "row \(row) of \(parameters.rowCount)") }
    steps += 1
    parameters.makeUnique()
    mean.makeUnique()
    square.makeUnique()
    let (scale1, scale2) = corrections
    let stride = parameters.stride
    for (position, row) in rows.enumerated() {
      // Safe: rows were checked above.
      let start = Int(row) * stride
      unsafe akin_dense().pointee.adam(
        parameters.storage.start + start, gradient.storage.start + position * stride, mean.storage.start + start,
        square.storage.start + start, Int64(stride), rate, beta1, beta2, epsilon, scale1, scale2)
    }
  }

  /// 1 / (1 − βᵗ), by repeated multiplication, which is the same on every machine.
  private var corrections: (Float, Float) {
    func correction(_ beta: Float) -> Float {
      var power = 1.0
      var base = Double(beta)
      var exponent = steps
      while exponent > 0 {
        if exponent & 1 == 1 { power *= base }
        base *= base
        exponent >>= 1
      }
      return Float(1 / (1 - power))
    }
    return (correction(beta1), correction(beta2))
  }
}

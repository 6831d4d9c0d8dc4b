public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel

/// Where a training by stochastic gradient descent stands between two epochs: all that the next depends on.
public struct DescentCheckpoint: Sendable {
  var connectors: DenseMatrix
  var candidates: DenseMatrix
  /// The mean over each epoch so far.
  public internal(set) var losses: [Double]

  /// Epochs that are done.
  public var epochs: Int { losses.count }

  init(connectors: DenseMatrix, candidates: DenseMatrix, losses: [Double]) {
    self.connectors = connectors
    self.candidates = candidates
    self.losses = losses
  }

  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, provenance: Provenance, execution: Execution = .serial) throws {
    try ModelFile.write(
      [
        ("connectors", connectors.column()), ("candidates", candidates.column()),
        ("losses", ImplicitALS.column(losses)),
      ], provenance: provenance, to: path, execution: execution)
  }

  /// The checkpoint at `path` of a training with this `provenance`.
  ///
  /// - Throws: `GraphError`, also where the checkpoint is of another training.
  public init(
    path: String, provenance: Provenance, options: some DescentOptions, candidateCount: Int, connectorCount: Int
  ) throws(GraphError) {
    let model = try ModelFile.open(path)
    guard model.provenance == provenance else {
      throw .wrongContent(
        path: path, found: "the checkpoint of another training", expected: "one with the same graph and parameters")
    }
    losses = try model.offsets("losses").array().map { Double(bitPattern: $0) }
    guard losses.count <= options.epochs, losses.allSatisfy(\.isFinite) else {
      throw .corrupt(
        path: path, place: "column 'losses'", found: "\(losses.count) epochs",
        expected: "at most \(options.epochs), with finite values")
    }
    connectors = try DenseMatrix(model, column: "connectors", rows: connectorCount, columns: options.columns)
    candidates = try DenseMatrix(model, column: "candidates", rows: candidateCount, columns: options.columns)
  }
}

public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel

extension ImplicitALS {
  /// Writes what folding in needs: the candidates' factors, the diagonal of their Gram matrix and the mean confidence; and
  /// the objective after each sweep.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, provenance: Provenance, execution: Execution = .serial) throws {
    try ModelFile.write(
      [
        ("candidates", candidates.column()), ("gram", .floats(Column(gram))),
        ("confidence", .floats(Column([meanConfidence]))), ("objective", Self.column(objective)),
      ], provenance: provenance, to: path, execution: execution)
  }

  /// What `write` wrote.
  ///
  /// - Parameters:
  ///   - options: those that the model was trained with.
  ///   - candidateCount: of the graph that it was trained on.
  /// - Throws: `GraphError.corrupt`.
  public init(_ model: ModelFile, options: ImplicitALSOptions, candidateCount: Int) throws(GraphError) {
    let gram = try model.floats("gram", count: options.embeddingSize).array()
    let confidence = try model.floats("confidence", count: 1)[0]
    guard gram.allSatisfy({ $0.isFinite && $0 >= 0 }), confidence.isFinite, confidence > 0 else {
      throw .corrupt(
        path: model.path, place: "columns 'gram' and 'confidence'", found: "a negative or infinite number",
        expected: "positive numbers")
    }
    self.init(
      options: options,
      candidates: try DenseMatrix(model, column: "candidates", rows: candidateCount, columns: options.embeddingSize),
      gram: gram, objective: try Self.objective(of: model), meanConfidence: confidence)
  }

  /// Numbers as their bits: a column of doubles has no kind of its own.
  static func column(_ objective: [Double]) -> ModelColumn { .offsets(Column(objective.map(\.bitPattern))) }

  static func objective(of model: ModelFile) throws(GraphError) -> [Double] {
    try model.offsets("objective").array().map { Double(bitPattern: $0) }
  }
}

/// Where a training stands between two sweeps: all that the next depends on.
public struct ALSCheckpoint: Sendable {
  let candidates: DenseMatrix
  /// The other side, where its next solution starts from this one.
  let connectors: DenseMatrix?
  /// The objective after each sweep so far.
  public let objective: [Double]

  /// Sweeps that are done.
  public var sweeps: Int { objective.count }

  init(candidates: DenseMatrix, connectors: DenseMatrix?, objective: [Double]) {
    self.candidates = candidates
    self.connectors = connectors
    self.objective = objective
  }

  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, provenance: Provenance, execution: Execution = .serial) throws {
    var columns = [("candidates", candidates.column()), ("objective", ImplicitALS.column(objective))]
    if let connectors { columns.append(("connectors", connectors.column())) }
    try ModelFile.write(columns, provenance: provenance, to: path, execution: execution)
  }

  /// The checkpoint at `path` of a training with this `provenance`.
  ///
  /// - Throws: `GraphError`, also where the checkpoint is of another training.
  public init(
    path: String, provenance: Provenance, options: ImplicitALSOptions, candidateCount: Int, connectorCount: Int
  ) throws(GraphError) {
    let model = try ModelFile.open(path)
    guard model.provenance == provenance else {
      throw .wrongContent(
        path: path, found: "the checkpoint of another training", expected: "one with the same graph and parameters")
    }
    objective = try ImplicitALS.objective(of: model)
    guard objective.count <= options.sweeps, objective.allSatisfy(\.isFinite) else {
      throw .corrupt(
        path: path, place: "column 'objective'", found: "\(objective.count) sweeps",
        expected: "at most \(options.sweeps), with finite values")
    }
    candidates = try DenseMatrix(
      model, column: "candidates", rows: candidateCount, columns: options.embeddingSize)
    connectors =
      options.solver == .exact
      ? nil
      : try DenseMatrix(model, column: "connectors", rows: connectorCount, columns: options.embeddingSize)
  }
}

public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel

extension PairwiseFactors {
  /// Writes what answers need: the candidates' factors; and the loss of each epoch.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, provenance: Provenance, execution: Execution = .serial) throws {
    try ModelFile.write(
      [("candidates", candidates.column()), ("losses", ImplicitALS.column(losses))], provenance: provenance, to: path,
      execution: execution)
  }

  /// What `write` wrote, for the options that it was trained with and a graph of so many candidates.
  ///
  /// - Throws: `GraphError.corrupt`.
  public init(_ model: ModelFile, options: PairwiseFactorsOptions, candidateCount: Int) throws(GraphError) {
    self.init(
      options: options,
      candidates: try DenseMatrix(model, column: "candidates", rows: candidateCount, columns: options.columns),
      losses: try model.offsets("losses").array().map { Double(bitPattern: $0) })
  }
}

extension RatingFactors {
  /// Writes what answers need: the candidates' factors and biases, mean and scale; and the error of each epoch.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, provenance: Provenance, execution: Execution = .serial) throws {
    try ModelFile.write(
      [
        ("candidates", candidates.column()), ("losses", ImplicitALS.column(errors)),
        ("ratings", .floats(Column([mean, scale.lowerBound, scale.upperBound]))),
      ], provenance: provenance, to: path, execution: execution)
  }

  /// What `write` wrote, for the options that it was trained with and a graph of so many candidates.
  ///
  /// - Throws: `GraphError.corrupt`.
  public init(_ model: ModelFile, options: RatingFactorsOptions, candidateCount: Int) throws(GraphError) {
    let ratings = try model.floats("ratings", count: 3).array()
    guard ratings.allSatisfy(\.isFinite), ratings[1] <= ratings[2] else {
      throw .corrupt(
        path: model.path, place: "column 'ratings'", found: "\(ratings)", expected: "mean, least and greatest rating")
    }
    self.init(
      options: options,
      candidates: try DenseMatrix(model, column: "candidates", rows: candidateCount, columns: options.columns),
      mean: ratings[0], scale: ratings[1]...ratings[2],
      errors: try model.offsets("losses").array().map { Double(bitPattern: $0) })
  }
}

public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel
public import AkinRanking

extension ItemRegression {
  /// Writes the weights.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, provenance: Provenance, execution: Execution = .serial) throws {
    let columns =
      switch weights {
      case .dense(let matrix): [(name: "weights", column: matrix.column())]
      case .sparse(let matrix): matrix.modelColumns("weights")
      case .solved(let solved): [(name: "diagonal", column: ModelColumn.floats(Column(solved.diagonal)))]
      }
    try ModelFile.write(columns, provenance: provenance, to: path, execution: execution)
  }

  /// What `write` wrote.
  ///
  /// - Throws: `GraphError.corrupt`, `.damagedData`.
  public init(
    _ snapshot: Snapshot, hop: Hop, model: ModelFile, options: ItemRegressionOptions, info: MethodInfo
  ) throws {
    let count = snapshot.adjacency(hop).nodeCount
    let weights: Weights
    if !Self.isExact(options, count: count) {
      weights = .sparse(try SparseMatrix(model, columns: "weights", rows: count, columnCount: count))
    } else if options.storesAllPairs {
      weights = .dense(try DenseMatrix(model, column: "weights", rows: count, columns: count))
    } else {
      let diagonal = try model.floats("diagonal", count: count).array()
      guard let bad = diagonal.first(where: { !($0 > 0 && $0.isFinite) }) else {
        let relation = try NormalizedAdjacency(
          snapshot, hop: hop, numbers: options.numbers, connectorExponent: 0, candidateExponent: 0)
        let solver = try RegressionSolver(
          relation, lambda: options.regularization, method: info.name, execution: .serial)
        try self.init(
          snapshot, hop: hop, options: options, info: info,
          weights: .solved(
            SolvedWeights(solver: solver, diagonal: diagonal, factors: Self.factors(relation, options, info))))
        return
      }
      throw GraphError.corrupt(
        path: model.path, place: "column 'diagonal'", found: "\(bad)", expected: "positive numbers")
    }
    try self.init(snapshot, hop: hop, options: options, info: info, weights: weights)
  }
}

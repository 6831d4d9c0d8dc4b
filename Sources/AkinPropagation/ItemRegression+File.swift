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
    let weights: Weights =
      try Self.isExact(options, count: count)
      ? .dense(DenseMatrix(model, column: "weights", rows: count, columns: count))
      : .sparse(SparseMatrix(model, columns: "weights", rows: count, columnCount: count))
    try self.init(snapshot, hop: hop, options: options, info: info, weights: weights)
  }
}

public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel
public import AkinRanking
import FoundationEssentials

extension LightGCN {
  /// The method as it was trained.
  ///
  /// - Throws: `GraphError.corrupt`; `PropagationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: LightGCNOptions, info: MethodInfo, file: ModelFile,
    execution: Execution = .serial
  ) throws {
    try options.validate()
    let relation = try NormalizedAdjacency(snapshot, hop: hop, numbers: options.numbers, execution: execution)
    func matrix(_ name: String, rows: Int) throws -> DenseMatrix {
      DenseMatrix(
        rows: rows, columns: options.embeddingSize,
        elements: try file.floats(name, count: rows * options.embeddingSize).array())
    }
    let curves: [String: [CurvePoint]]
    do {
      curves = try JSONDecoder().decode([String: [CurvePoint]].self, from: Data(file.bytes("curves").array()))
    } catch let error as DecodingError {
      throw GraphError.corrupt(
        path: file.path, place: "column 'curves'", found: "\(error)", expected: "curves of a training as JSON")
    }
    let parameters = LightGCNParameters(
      items: try matrix("items", rows: relation.candidateCount),
      users: options.hasUserEmbeddings ? try matrix("users", rows: relation.connectorCount) : nil)
    try self.init(
      snapshot, hop: hop, relation: relation, parameters: parameters,
      tables: LightGCNTables(relation, parameters, options: options, execution: execution), options: options,
      curves: curves, info: info)
  }
}

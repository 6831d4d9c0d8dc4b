public import AkinFormats
import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinPropagation
public import AkinRanking

extension Engine {
  /// The embeddings that a trained model holds for the nodes of one type, with their ids: those of candidates, or of who
  /// asks. The dot product of one of each is the model's score.
  ///
  /// Nodes without an edge to learn from have none.
  ///
  /// - Parameters:
  ///   - path: a file that `train` wrote.
  ///   - type: `nil` for the candidates of the model.
  /// - Throws: `GraphError` where the file is damaged or of another graph; `EngineError.noEmbeddings`, `.unknownType`.
  /// - Complexity: O(numbers) for candidates, and what making a history's embedding takes for each who asks.
  public func embeddings(model path: String, of type: NodeTypeID? = nil) throws -> VectorFile {
    let hop = try ModelFile.open(path).provenance.hop(in: snapshot, path: path)
    let method = try method(model: path)
    guard let model = method as? any EmbeddingMethod else { throw EngineError.noEmbeddings(method: method.info.name) }
    let (candidates, connectors) = (snapshot.origin(of: hop), snapshot.destination(of: hop))
    let type = type ?? candidates
    let table = snapshot.table(of: type)
    var rows: [Float] = []
    var ids: [String] = []
    func append(_ row: [Float], of node: UInt32) throws {
      rows += row
      ids.append(try table.ids.string(at: Int(node)))
    }
    if type == candidates {
      for node in 0..<UInt32(table.count) where try snapshot.adjacency(hop).degree(of: node) > 0 {
        try append(model.candidates.row(Int(node)), of: node)
      }
    } else if type == connectors, type == askingType {
      for node in 0..<UInt32(table.count) {
        if node % 256 == 0 { try execution.cancellation.check() }
        let question: Question
        do {
          question = try recommendationQuestion(for: NodeID(type: type, index: node))
        } catch EngineError.noHistory {
          continue
        }
        if let row = try model.embedding(for: question.query) { try append(row, of: node) }
      }
    } else {
      throw EngineError.unknownType(
        snapshot.schema.name(of: type), known: [candidates, connectors].map { snapshot.schema.name(of: $0) })
    }
    return VectorFile(
      vectors: DenseMatrix(rows: ids.count, columns: model.candidates.columnCount, elements: rows), ids: ids)
  }
}

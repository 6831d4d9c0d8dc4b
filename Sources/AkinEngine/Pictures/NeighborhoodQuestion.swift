public import AkinDiagrams
import AkinRanking
import AkinWalks

extension Engine {
  /// The surroundings of the question's sources, as Pixie's walks find them.
  ///
  /// - Parameter limit: related nodes that are ranked; more than a picture holds is waste.
  /// - Throws: `EngineError`; `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: that of a query, twice.
  public func neighborhood(of question: Question, limit: Int, parameters: [String: String] = [:]) throws -> Neighborhood
  {
    let method = try method(named: "pixie", parameters: parameters, for: question)
    guard let pixie = method as? Pixie else { preconditionFailure("the method 'pixie' is Pixie") }
    return Neighborhood(
      snapshot: snapshot, hop: question.hop, sources: question.query.sources.map(\.node),
      related: try pixie.rank(question.query, k: limit).items,
      connectors: try pixie.visits(for: question.query).connectors.map { RankedNode(node: $0.node, score: $0.visits) })
  }
}

public import AkinGraph
public import AkinLinearAlgebra
public import AkinRanking

/// Makes the embedding of a query from its history: for users whom training saw, and for all others.
public protocol FoldIn: Sendable {
  /// The length of embeddings.
  var embeddingSize: Int { get }
  /// Writes the embedding of a history, which is not empty, over `embedding`, whatever that holds.
  ///
  /// - Parameter history: by ascending index, each item once; every index below the number of candidates.
  func embed(_ history: [HistoryItem], into embedding: inout [Float]) throws
  /// What each item of the history contributes to the dot product of the history's embedding with `target`; together
  /// they are that product, up to rounding.
  func parts(of history: [HistoryItem], towards target: [Float]) throws -> [Double]
}

extension FoldIn {
  /// For embeddings that are sums over the history.
  public func parts(of history: [HistoryItem], towards target: [Float]) throws -> [Double] {
    var embedding = [Float](repeating: 0, count: embeddingSize)
    return try history.map { item in
      try embed([item], into: &embedding)
      return zip(embedding, target).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
  }
}

/// A method whose score is the dot product of two embeddings, within bounds where it has any.
public protocol EmbeddingMethod: Recommender {
  /// A row a candidate; those of candidates without edges say nothing.
  var candidates: DenseMatrix { get }
  /// What the rows of `candidates` are multiplied by for the sources of a query; `nil` where they have no history.
  ///
  /// - Throws: `PropagationError`; `GraphError.damagedData`.
  func embedding(for query: Query) throws -> [Float]?
}

/// A history's embedding as the sum of its items' embeddings, each times its weight.
public struct SumFoldIn: FoldIn {
  /// A row a candidate.
  public let items: DenseMatrix

  /// `items` has a row a candidate, as long as the embeddings of candidates.
  public init(_ items: DenseMatrix) { self.items = items }

  public var embeddingSize: Int { items.columnCount }

  public func embed(_ history: [HistoryItem], into embedding: inout [Float]) {
    for position in embedding.indices { embedding[position] = 0 }
    for item in history {
      items.withRow(Int(item.index)) { row in
        for position in row.indices { embedding[position] += item.weight * row[position] }
      }
    }
  }
}

/// Recommends by the dot product of two embeddings, that of the history and that of the candidate:
///
///     score(i) = ⟨p(history), q_i⟩
///
/// What p is, a `FoldIn` says, so users need not have been there when the embeddings were learned. A history of one item
/// asks for related items: with a `SumFoldIn` of rows of unit length and candidates of unit length that is their cosine.
///
/// - Complexity: O(candidates · size) a query.
public struct EmbeddingRecommender: EmbeddingMethod {
  /// q: a row a candidate.
  public let candidates: DenseMatrix
  /// Makes the embedding of the history.
  public let foldIn: any FoldIn
  public let info: MethodInfo
  /// What scores are kept within, where they are predictions of something that has bounds.
  public let bounds: ClosedRange<Float>?
  private let reading: HistoryReading
  private let isKnown: [Bool]

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - bounds: what scores are kept within.
  /// - Throws: `PropagationError.notFinite` for embeddings that are no numbers; `GraphError.damagedData`.
  public init(
    _ snapshot: Snapshot, hop: Hop, candidates: DenseMatrix, foldIn: any FoldIn, info: MethodInfo,
    bounds: ClosedRange<Float>? = nil
  ) throws {
    let adjacency = snapshot.adjacency(hop)
    precondition(
      candidates.rowCount == adjacency.nodeCount, "\(candidates.rowCount) embeddings for \(adjacency.nodeCount) nodes")
    precondition(
      candidates.columnCount == foldIn.embeddingSize,
      "embeddings of \(candidates.columnCount) and \(foldIn.embeddingSize) elements")
    guard candidates.isFinite else {
      throw PropagationError.notFinite(method: info.name, place: "in the embeddings of the candidates")
    }
    self.candidates = candidates
    self.foldIn = foldIn
    self.info = info
    self.bounds = bounds
    reading = HistoryReading(snapshot: snapshot, hop: hop)
    isKnown = try (0..<UInt32(adjacency.nodeCount)).map { try adjacency.degree(of: $0) > 0 }
  }

  public func embedding(for query: Query) throws -> [Float]? {
    let history = try reading.history(of: query)
    guard !history.isEmpty else { return nil }
    var embedding = [Float](repeating: 0, count: foldIn.embeddingSize)
    try foldIn.embed(history, into: &embedding)
    return embedding
  }

  public func makeSession() -> any RankingSession {
    LaneSession(EmbeddingScorer(self), reading: reading, isKnown: isKnown)
  }
}

/// The embeddings of up to 64 histories, side by side.
final class EmbeddingScorer: LaneScorer {
  private let method: EmbeddingRecommender
  private var panel = DenseMatrix(rows: 0, columns: 0)
  private var embedding: [Float]

  init(_ method: EmbeddingRecommender) {
    self.method = method
    embedding = [Float](repeating: 0, count: method.foldIn.embeddingSize)
  }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    if panel.columnCount != lanes { panel = DenseMatrix(rows: embedding.count, columns: lanes) }
    for (lane, history) in histories.enumerated() {
      try method.foldIn.embed(history, into: &embedding)
      guard embedding.allSatisfy(\.isFinite) else {
        throw PropagationError.notFinite(method: method.info.name, place: "in the embedding of a history")
      }
      panel.setColumn(lane, to: embedding)
    }
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) {
    scores.score(candidates, of: method.candidates, panel: panel)
    guard let bounds = method.bounds else { return }
    for row in 0..<candidates.count {
      scores.withMutableRow(row) { span in
        for lane in span.indices { span[lane] = min(max(span[lane], bounds.lowerBound), bounds.upperBound) }
      }
    }
  }

  func parts(of candidate: Int, from history: [HistoryItem]) throws -> [Double] {
    try method.foldIn.parts(of: history, towards: method.candidates.row(candidate))
  }
}

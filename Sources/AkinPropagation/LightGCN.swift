import AkinGraph
public import AkinLinearAlgebra
import AkinParallel
public import AkinRanking
import Glibc

/// Recommends by embeddings that were learned at layer 0 and smoothed along the edges:
///
///     E⁽ˡ⁺¹⁾ = D^−½·A·D^−½ · E⁽ˡ⁾,   E = Σₗ αₗ·E⁽ˡ⁾,   score(u, i) = ⟨Eᵤ, Eᵢ⟩
///
/// A history is embedded by one propagation over its items, so a user whom training never saw is answered as well; one
/// whose history is exactly that of a user of the graph has that user's own embedding as well, where users have any. With
/// cosines, candidates have unit length; that of the user would change no order and is left as it is, so a score stays
/// the sum of what the items of the history give.
///
/// Source: He et al., "LightGCN: simplifying and powering graph convolution network for recommendation", SIGIR 2020,
/// arXiv:2002.02126.
public struct LightGCN: TrainedRecommender, EmbeddingMethod {
  /// How it was trained.
  public let options: LightGCNOptions
  /// What was measured in training: "loss" by epoch, "ndcg@20" by look at the held-out slice.
  public let curves: [String: [CurvePoint]]
  private let ranking: EmbeddingRecommender
  private let relation: NormalizedAdjacency
  private let parameters: LightGCNParameters

  public var info: MethodInfo { ranking.info }
  /// What candidates are multiplied by: a row a candidate, of unit length with cosines, zero without edges.
  public var candidates: DenseMatrix { ranking.candidates }

  init(
    _ snapshot: Snapshot, hop: Hop, relation: NormalizedAdjacency, parameters: LightGCNParameters,
    tables: LightGCNTables, options: LightGCNOptions, curves: [String: [CurvePoint]], info: MethodInfo
  ) throws {
    let foldIn = HistoryFoldIn(
      sources: tables.sources,
      known: parameters.users.map { KnownHistories(relation, embeddings: $0, weight: options.layerWeights[0]) })
    self.options = options
    self.curves = curves
    self.relation = relation
    self.parameters = parameters
    ranking = try EmbeddingRecommender(snapshot, hop: hop, candidates: tables.targets, foldIn: foldIn, info: info)
  }

  public func makeSession() -> any RankingSession { ranking.makeSession() }
  public func embedding(for query: Query) throws -> [Float]? { try ranking.embedding(for: query) }

  /// What a candidate that training never saw is multiplied by: one propagation over its edges, with nothing of its own at
  /// layer 0. Its score for a history is the product with `embedding(of:)`.
  ///
  /// - Parameter connectors: who has it, each once.
  public func candidate(of connectors: [HistoryItem]) throws -> [Float] {
    // What of the candidate's layers 1 and on comes from each connector: Σ αₗ·Uˡ⁻¹, and Uˡ is U⁰ or R·Iˡ⁻¹.
    var layers = LightGCNLayers(
      relation: relation, weights: Array(options.layerWeights.dropFirst()), embeddingSize: options.embeddingSize,
      execution: .serial)
    try layers.propagate(parameters)
    let rows = connectors.map(\.index)
    var history = HistoryRows(relation)
    for row in rows { history.append(Int(row)) { _ in true } }
    var embeddings = DenseMatrix(rows: rows.count, columns: options.embeddingSize)
    try history.matrix().multiply(layers.sources, into: &embeddings)
    if let users = parameters.users, options.layerWeights.count > 1 {
      try embeddings.accumulate(
        users.gathered(rows), atRows: (0..<UInt32(rows.count)).map { $0 },
        times: [Float](repeating: options.layerWeights[1], count: rows.count))
    }
    var result = [Float](repeating: 0, count: options.embeddingSize)
    let total = connectors.reduce(0) { $0 + $1.weight }
    for (position, connector) in connectors.enumerated() {
      let factor = connector.weight / (total * relation.connectorDegrees[Int(connector.index)]).squareRoot()
      guard factor.isFinite else { continue }
      embeddings.withRow(position) { row in for column in result.indices { result[column] += factor * row[column] } }
    }
    if options.isCosine {
      let length = result.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let factor = pow(length, options.lengthExponent - 1)
      if length > 0 { for column in result.indices { result[column] *= factor } }
    }
    return result
  }

  /// What candidates' rows are multiplied by for a history.
  public func embedding(of history: [HistoryItem]) throws -> [Float] {
    var embedding = [Float](repeating: 0, count: options.embeddingSize)
    try ranking.foldIn.embed(history.sorted { $0.index < $1.index }, into: &embedding)
    return embedding
  }
}

/// A history as R·S has it: Σ w·S / √(Σ w · degree), with weights of mean 1, and the user's own part where there is one.
struct HistoryFoldIn: FoldIn {
  /// Rows of S by the square root of their degree.
  let sources: DenseMatrix
  let known: KnownHistories?

  var embeddingSize: Int { sources.columnCount }

  func embed(_ history: [HistoryItem], into embedding: inout [Float]) {
    for position in embedding.indices { embedding[position] = 0 }
    let unit = Self.unit(history)
    for item in history {
      sources.withRow(Int(item.index)) { row in
        for position in row.indices { embedding[position] += unit * item.weight * row[position] }
      }
    }
    known?.add(to: &embedding, for: history)
  }

  func parts(of history: [HistoryItem], towards target: [Float]) -> [Double] {
    let unit = Double(Self.unit(history))
    return history.map { item in
      sources.withRow(Int(item.index)) { row in
        row.indices.reduce(0.0) { $0 + Double(row[$1]) * Double(target[$1]) } * unit * Double(item.weight)
      }
    }
  }

  /// 1 / (√n · mean weight).
  private static func unit(_ history: [HistoryItem]) -> Float {
    Float(history.count).squareRoot() / history.reduce(0) { $0 + $1.weight }
  }
}

/// Which user of the graph has exactly a history: the one with the lowest index, where several have.
struct KnownHistories: Sendable {
  private let relation: NormalizedAdjacency
  private let embeddings: DenseMatrix
  private let weight: Float
  private let users: [UInt64: UInt32]

  init(_ relation: NormalizedAdjacency, embeddings: DenseMatrix, weight: Float) {
    self.relation = relation
    self.embeddings = embeddings
    self.weight = weight
    var users: [UInt64: UInt32] = [:]
    for user in (0..<relation.connectorCount).reversed() {
      let items = relation.connectors.elements(of: user).lazy.map { relation.connectors.column(at: $0) }
      users[Self.hash(items)] = UInt32(user)
    }
    self.users = users
  }

  func add(to embedding: inout [Float], for history: [HistoryItem]) {
    guard let user = users[Self.hash(history.lazy.map(\.index))] else { return }
    let isSame = relation.connectors.withRow(Int(user)) { items, _ in
      items.count == history.count && items.indices.allSatisfy { items[$0] == history[$0].index }
    }
    guard isSame else { return }
    embeddings.withRow(Int(user)) { row in
      for position in row.indices { embedding[position] += weight * row[position] }
    }
  }

  private static func hash(_ items: some Sequence<UInt32>) -> UInt64 {
    items.reduce(0) { mix64($0 &+ 0x9E37_79B9_7F4A_7C15 ^ UInt64($1)) }
  }
}

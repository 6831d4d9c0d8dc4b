public import AkinGraph
public import AkinParallel
public import AkinRanking

/// Recommends what is similar to the sources (item-kNN):
///
///     score(j) = Σ_s w_s · sim(s, j)
///
/// over the sources *s*; with a neighbourhood of *n*, over those of which *j* is among the *n* most similar. A source of
/// the connecting type (a user among items) stands for the nodes that its edges lead to, in equal shares.
///
/// Nothing is computed beforehand: a query follows the edges of its sources and of what connects them. A source with
/// many edges, or a connector with many, makes it slower in proportion; `NeighborOptions.connectorLimit` bounds that.
///
/// - Complexity: O(Σ degrees of the sources' connectors) a query.
///
/// Source: Deshpande & Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004,
/// doi:10.1145/963770.963776.
public struct SimilarNodes: Recommender {
  /// What is similar to what; its hop leads from candidates to connectors.
  public let similarity: any NodeSimilarity
  /// How many neighbours of a source count, at least 1; `nil` for all.
  public let neighborhood: Int?
  public let info: MethodInfo
  /// The path that leads to connectors, where that is no relation of the graph; explanations name its ends.
  public let path: PathGraph?

  /// - Parameters:
  ///   - name: what people type.
  ///   - parameters: of the similarity, for the answer to name.
  public init(
    _ similarity: any NodeSimilarity, neighborhood: Int? = nil, name: String, parameters: [MethodInfo.Parameter] = [],
    path: PathGraph? = nil
  ) {
    precondition(neighborhood.map { $0 >= 1 } ?? true, "neighborhood must be at least 1, found \(neighborhood!)")
    self.similarity = similarity
    self.neighborhood = neighborhood
    self.path = path
    info = MethodInfo(name: name, parameters: parameters, fingerprint: similarity.snapshot.fingerprint)
  }

  /// The type of the nodes that this method ranks.
  public var candidateType: NodeTypeID { similarity.snapshot.origin(of: similarity.hop) }

  /// The lists of all nodes, each from itself alone with itself left out, as queries would give them: one product in
  /// place of many rows.
  public func allLists(k: Int, share: RowShare = .all, execution: Execution) throws -> NeighborTable {
    try similarity.allNeighbors(k: min(k, neighborhood ?? k), share: share, execution: execution)
  }

  public func makeSession() -> any RankingSession { NeighborSession(SimilarNodesScorer(self)) }
}

/// Adds up the similarities of one query.
final class SimilarNodesScorer: QueryScorer {
  private let method: SimilarNodes
  private let worker: any SimilarityWorker
  private var rows = RowMemory()

  init(_ method: SimilarNodes) {
    self.method = method
    worker = method.similarity.makeWorker()
  }

  var snapshot: Snapshot { method.similarity.snapshot }
  var hop: Hop { method.similarity.hop }
  func connector(_ index: UInt32) -> NodeID {
    method.path?.node(ofTarget: index) ?? NodeID(type: snapshot.destination(of: hop), index: index)
  }

  func score(_ sources: [(index: UInt32, weight: Double)], into table: inout ScoreTable) throws -> Int {
    var followed = 0
    for source in sources {
      followed += try rows.forEachSimilar(to: source.index, worker: worker, neighborhood: method.neighborhood) {
        table.add(source.weight * $1, to: $0)
      }
    }
    return followed
  }

  /// A source and a shared connector hold their share of the source's similarity.
  func forEachPart(
    of node: UInt32, _ sources: [(index: UInt32, weight: Double)],
    _ body: (_ source: Int, _ connector: UInt32, _ amount: Double) -> Void
  ) throws -> Double {
    for (number, source) in sources.enumerated() {
      var amount = 0.0
      _ = try rows.forEachSimilar(to: source.index, worker: worker, neighborhood: method.neighborhood) {
        if $0 == node { amount += source.weight * $1 }
      }
      guard amount != 0 else { continue }
      for share in try worker.shares(of: node, to: source.index) {
        body(number, share.connector, amount * share.fraction)
      }
    }
    return 0
  }
}

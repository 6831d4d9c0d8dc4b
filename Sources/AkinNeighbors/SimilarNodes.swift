import AkinGraph
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
  public let similarity: any NodeSimilarity
  /// How many neighbours of a source count, at least 1; `nil` for all.
  public let neighborhood: Int?
  public let info: MethodInfo

  /// - Parameters:
  ///   - name: what people type.
  ///   - parameters: of the similarity, for the answer to name.
  public init(
    _ similarity: any NodeSimilarity, neighborhood: Int? = nil, name: String, parameters: [MethodInfo.Parameter] = []
  ) {
    precondition(neighborhood.map { $0 >= 1 } ?? true, "neighborhood must be at least 1, found \(neighborhood!)")
    self.similarity = similarity
    self.neighborhood = neighborhood
    info = MethodInfo(name: name, parameters: parameters, fingerprint: similarity.snapshot.fingerprint)
  }

  /// The type of the nodes that this method ranks.
  public var candidateType: NodeTypeID { similarity.snapshot.origin(of: similarity.hop) }

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

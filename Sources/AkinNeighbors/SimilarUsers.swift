import AkinGraph
public import AkinRanking

/// Recommends what those like the asker have (user-kNN):
///
///     score(j) = Σ_v sim(q, v) · w_vj
///
/// over the *n* users *v* most similar to the query *q*, which is compared as a user with its sources as history. So it
/// answers for users who are not in the graph, and for any set of items. A user of the graph meets themselves as the
/// nearest neighbour; that adds only to what they have, which filters leave out, but takes one place of the
/// neighbourhood.
///
/// - Complexity: O(Σ degrees of the sources + Σ degrees of the neighbours) a query.
///
/// Source: Herlocker, Konstan, Borchers & Riedl, "An algorithmic framework for performing collaborative filtering",
/// SIGIR 1999, doi:10.1145/312624.312682.
public struct SimilarUsers<Measure: SimilarityMeasure>: Recommender {
  /// Between users: its hop leads from them to what is recommended.
  public let similarity: GraphSimilarity<Measure>
  /// How many users count, at least 1.
  public let neighborhood: Int
  public let info: MethodInfo

  /// `neighborhood` is at least 1; `name` and `parameters` are what `info` says of the method.
  public init(
    _ similarity: GraphSimilarity<Measure>, neighborhood: Int = 100, name: String,
    parameters: [MethodInfo.Parameter] = []
  ) {
    precondition(neighborhood >= 1, "neighborhood must be at least 1, found \(neighborhood)")
    self.similarity = similarity
    self.neighborhood = neighborhood
    info = MethodInfo(name: name, parameters: parameters, fingerprint: similarity.snapshot.fingerprint)
  }

  /// The type of the nodes that this method ranks.
  public var candidateType: NodeTypeID { similarity.snapshot.destination(of: similarity.hop) }

  public func makeSession() -> any RankingSession { NeighborSession(SimilarUsersScorer(self)) }
}

/// Finds the users of one query and adds up what they have.
final class SimilarUsersScorer<Measure: SimilarityMeasure>: QueryScorer {
  private let method: SimilarUsers<Measure>
  private let rows: SimilarityRows

  init(_ method: SimilarUsers<Measure>) {
    self.method = method
    rows = method.similarity.measure.rows(over: method.similarity.relation)
  }

  var snapshot: Snapshot { method.similarity.snapshot }
  /// From candidates to users.
  var hop: Hop { Hop(relation: method.similarity.hop.relation, direction: method.similarity.hop.direction.opposite) }

  func score(_ sources: [(index: UInt32, weight: Double)], into table: inout ScoreTable) throws -> Int {
    var (users, followed) = try nearest(to: vector(of: sources))
    let history = snapshot.adjacency(method.similarity.hop)
    for user in users {
      var cursor = try EntryCursor(user.index, history, numbers)
      while let entry = try cursor.next() {
        followed += 1
        table.add(user.similarity * entry.number, to: entry.neighbor)
      }
    }
    return followed
  }

  /// A user who has the node gives it sim(q, v) · w_vj; what asker and user share holds its share of that.
  func forEachPart(
    of node: UInt32, _ sources: [(index: UInt32, weight: Double)],
    _ body: (_ source: Int, _ connector: UInt32, _ amount: Double) -> Void
  ) throws -> Double {
    let vector = vector(of: sources)
    let numberOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1.index, $0) })
    let history = snapshot.adjacency(method.similarity.hop)
    for user in try nearest(to: vector).users {
      var cursor = try EntryCursor(user.index, history, numbers)
      while let entry = try cursor.next() {
        guard entry.neighbor == node else { continue }
        for share in try rows.sharesOfVector(user.index, vector) {
          body(numberOfSource[share.connector]!, user.index, user.similarity * entry.number * share.fraction)
        }
      }
    }
    return 0
  }

  private var numbers: EdgeNumbers { method.similarity.relation.numbers }

  private func vector(of sources: [(index: UInt32, weight: Double)]) -> [VectorEntry] {
    sources.map { VectorEntry(connector: $0.index, number: numbers == .binary ? 1 : $0.weight) }
  }

  private func nearest(
    to vector: [VectorEntry]
  ) throws -> (users: [(index: UInt32, similarity: Double)], followed: Int) {
    var best = BestRow(method.neighborhood)
    let followed = try rows.ofVector(vector) { best.offer($0, score: $1) }
    var users: [(index: UInt32, similarity: Double)] = []
    best.drain { users.append(($0, $1)) }
    return (users, followed)
  }
}

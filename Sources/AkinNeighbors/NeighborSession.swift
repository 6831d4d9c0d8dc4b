import AkinGraph
import AkinRanking

/// What is particular to a neighbourhood method: which candidates get what from a query.
protocol QueryScorer: AnyObject {
  var snapshot: Snapshot { get }
  /// From candidates to what connects them.
  var hop: Hop { get }
  /// Adds every part of every candidate's score, in an order that the query fixes.
  ///
  /// - Returns: how many edges were followed.
  func score(_ sources: [(index: UInt32, weight: Double)], into table: inout ScoreTable) throws -> Int
  /// Calls `body` with what each source (by its position) and connector holds of the score of `node`.
  ///
  /// - Returns: what belongs to no source.
  func forEachPart(
    of node: UInt32, _ sources: [(index: UInt32, weight: Double)],
    _ body: (_ source: Int, _ connector: UInt32, _ amount: Double) -> Void
  ) throws -> Double
}

/// Scores of one thread over a neighbourhood method, and the way from a query to a list.
final class NeighborSession: RankingSession {
  private let scorer: any QueryScorer
  private let type: NodeTypeID
  /// By candidate; empty outside a query.
  private var table: ScoreTable

  init(_ scorer: any QueryScorer) {
    self.scorer = scorer
    type = scorer.snapshot.origin(of: scorer.hop)
    table = ScoreTable(count: scorer.snapshot.adjacency(scorer.hop).nodeCount)
  }

  func rank(_ query: Query, k: Int) throws -> RankedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let (followed, isIsolated) = try fill(query)
    defer { table.clear() }
    let scores = table.scores
    var top = TopK(min(k, table.touched.count))
    var reached = 0
    var admitted = 0
    for index in table.touched where scores[Int(index)] > 0 {
      reached += 1
      guard query.candidates.admits(index) else { continue }
      admitted += 1
      top.offer(index, score: scores[Int(index)])
    }
    let items = top.ranked(type: type)
    var shortfall: Shortfall?
    if items.count < k {
      shortfall = isIsolated ? .isolatedSources : .reachedOnly(admitted, filtered: reached - admitted)
    }
    return RankedList(items: items, shortfall: shortfall, effort: .exact(edges: followed))
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    _ = try fill(query)
    defer { table.clear() }
    let scores = table.scores
    return nodes.map { node in
      guard node.type == type, Int(node.index) < scores.count, scores[Int(node.index)] > 0,
        query.candidates.admits(node.index)
      else { return nil }
      return scores[Int(node.index)]
    }
  }

  /// Fills the table.
  private func fill(_ query: Query) throws -> (followed: Int, isIsolated: Bool) {
    let schema = scorer.snapshot.schema
    guard query.candidates.type == type else {
      throw NeighborError.candidateTypeMismatch(
        found: schema.name(of: query.candidates.type), expected: schema.name(of: type))
    }
    do {
      let sources = try candidateSources(of: query).map { (index: $0.index, weight: $0.weight) }
      var isIsolated = true
      let outward = scorer.snapshot.adjacency(scorer.hop)
      for source in sources where isIsolated { isIsolated = try outward.degree(of: source.index) == 0 }
      return (try scorer.score(sources, into: &table), isIsolated)
    } catch {
      table.clear()
      throw error
    }
  }

  /// A source as a node of the candidates' type.
  private struct CandidateSource {
    var index: UInt32
    var weight: Double
    /// The sources of the query that it stands for, with what each gives it.
    var origins: [(node: NodeID, weight: Double)]
  }

  /// By ascending index.
  private func candidateSources(of query: Query) throws -> [CandidateSource] {
    let snapshot = scorer.snapshot
    let connectorType = snapshot.destination(of: scorer.hop)
    let inward = snapshot.adjacency(Hop(relation: scorer.hop.relation, direction: scorer.hop.direction.opposite))
    var found: [UInt32: CandidateSource] = [:]
    func add(_ index: UInt32, _ weight: Double, from origin: NodeID) {
      var source = found[index] ?? CandidateSource(index: index, weight: 0, origins: [])
      source.weight += weight
      // Parallel edges of one user.
      if let last = source.origins.indices.last, source.origins[last].node == origin {
        source.origins[last].weight += weight
      } else {
        source.origins.append((origin, weight))
      }
      found[index] = source
    }
    for source in query.sources {
      if source.node.type == type {
        precondition(Int(source.node.index) < table.count, "source \(source.node.index) is not a node of its type")
        add(source.node.index, source.weight, from: source.node)
      } else if source.node.type == connectorType {
        let row = try inward.edges(of: source.node.index)
        for edge in row {
          add(try inward.neighbor(at: edge), source.weight / Double(row.count), from: source.node)
        }
      } else {
        throw NeighborError.sourceTypeMismatch(
          found: snapshot.schema.name(of: source.node.type),
          expected: "'\(snapshot.schema.name(of: type))' or '\(snapshot.schema.name(of: connectorType))'")
      }
    }
    return found.values.sorted { $0.index < $1.index }
  }
}

extension NeighborSession: ExplainingSession {
  /// Splits a score by source and by what connects it with the node: the user who has both, or the similar user who has
  /// the node and shares the source with the asker.
  ///
  /// A similarity is split in the proportion of what each shared connector adds to it (`SimilarityMeasure.share`). That is
  /// exact for sums and cosines, whose score is such a sum times a factor of the pair; correlations are split by the
  /// products of deviations, which may be negative. Measures that only count (Jaccard, log-likelihood …) give all
  /// shared connectors the same share, weighted Jaccard gives them what they add to the intersection, and Swing halves what
  /// a pair of users adds between the two. Shrinkage and significance scale all parts alike.
  ///
  /// A source of the connecting type stands for the nodes that its edges lead to, so its ways begin with one of them.
  /// Nothing is left to the remainder but parts beyond `limit` and, of predicted ratings, the baseline.
  ///
  /// - Complexity: that of two queries, and for each source O(its degree + the node's).
  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    guard let score = try scores(of: [node], for: query)[0] else { return nil }
    let sources = try candidateSources(of: query)
    let connectorType = scorer.snapshot.destination(of: scorer.hop)
    var parts = LargestParts(limit: limit)
    let rest = try scorer.forEachPart(of: node.index, sources.map { ($0.index, $0.weight) }) {
      number, connector, amount in
      let source = sources[number]
      let own = NodeID(type: type, index: source.index)
      let connector = NodeID(type: connectorType, index: connector)
      for origin in source.origins {
        parts.offer(
          ScorePart(
            source: origin.node, way: (origin.node == own ? [] : [own]) + [connector],
            amount: amount * (origin.weight / source.weight)))
      }
    }
    parts.add(remainder: rest)
    return parts.explanation(of: node, score: score)
  }
}

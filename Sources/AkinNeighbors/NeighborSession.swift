import AkinGraph
import AkinRanking

/// What is particular to a neighbourhood method: which candidates get what from a query.
protocol QueryScorer: AnyObject {
  var snapshot: Snapshot { get }
  /// From candidates to what connects them.
  var hop: Hop { get }
  /// Calls `add` with every part of every candidate's score, in an order that the query fixes.
  ///
  /// - Returns: how many edges were followed.
  func score(_ sources: [(index: UInt32, weight: Double)], add: (UInt32, Double) -> Void) throws -> Int
}

/// Scores of one thread over a neighbourhood method, and the way from a query to a list.
final class NeighborSession: RankingSession {
  private let scorer: any QueryScorer
  private let type: NodeTypeID
  /// By candidate; zero outside a query.
  private var scores: [Double]
  private var isTouched: [Bool]
  private var touched: [UInt32] = []

  init(_ scorer: any QueryScorer) {
    self.scorer = scorer
    type = scorer.snapshot.origin(of: scorer.hop)
    scores = [Double](repeating: 0, count: scorer.snapshot.adjacency(scorer.hop).nodeCount)
    isTouched = [Bool](repeating: false, count: scores.count)
  }

  func rank(_ query: Query, k: Int) throws -> RankedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let (followed, isIsolated) = try fill(query)
    defer { clear() }
    var top = TopK(min(k, touched.count))
    var reached = 0
    var admitted = 0
    for index in touched where scores[Int(index)] > 0 {
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
    defer { clear() }
    return nodes.map { node in
      guard node.type == type, Int(node.index) < scores.count, scores[Int(node.index)] > 0,
        query.candidates.admits(node.index)
      else { return nil }
      return scores[Int(node.index)]
    }
  }

  /// Fills `scores` and `touched`.
  private func fill(_ query: Query) throws -> (followed: Int, isIsolated: Bool) {
    let schema = scorer.snapshot.schema
    guard query.candidates.type == type else {
      throw NeighborError.candidateTypeMismatch(
        found: schema.name(of: query.candidates.type), expected: schema.name(of: type))
    }
    do {
      let sources = try candidateSources(of: query)
      var isIsolated = true
      let outward = scorer.snapshot.adjacency(scorer.hop)
      for source in sources where isIsolated { isIsolated = try outward.degree(of: source.index) == 0 }
      let followed = try scorer.score(sources) { index, part in
        if !isTouched[Int(index)] {
          isTouched[Int(index)] = true
          touched.append(index)
        }
        scores[Int(index)] += part
      }
      return (followed, isIsolated)
    } catch {
      clear()
      throw error
    }
  }

  /// The sources as nodes of the candidates' type, by ascending index.
  private func candidateSources(of query: Query) throws -> [(index: UInt32, weight: Double)] {
    let snapshot = scorer.snapshot
    let connectorType = snapshot.destination(of: scorer.hop)
    let inward = snapshot.adjacency(Hop(relation: scorer.hop.relation, direction: scorer.hop.direction.opposite))
    var weights: [UInt32: Double] = [:]
    for source in query.sources {
      if source.node.type == type {
        precondition(Int(source.node.index) < scores.count, "source \(source.node.index) is not a node of its type")
        weights[source.node.index, default: 0] += source.weight
      } else if source.node.type == connectorType {
        let row = try inward.edges(of: source.node.index)
        for edge in row {
          weights[try inward.neighbor(at: edge), default: 0] += source.weight / Double(row.count)
        }
      } else {
        throw NeighborError.sourceTypeMismatch(
          found: snapshot.schema.name(of: source.node.type),
          expected: "'\(snapshot.schema.name(of: type))' or '\(snapshot.schema.name(of: connectorType))'")
      }
    }
    return weights.sorted { $0.key < $1.key }.map { (index: $0.key, weight: $0.value) }
  }

  private func clear() {
    for index in touched {
      scores[Int(index)] = 0
      isTouched[Int(index)] = false
    }
    touched.removeAll(keepingCapacity: true)
  }
}

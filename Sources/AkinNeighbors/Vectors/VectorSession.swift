import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking

/// Queries over a `VectorRecommender`, many in one search.
final class VectorSession: BatchRankingSession, ExplainingSession {
  private let method: VectorRecommender

  init(_ method: VectorRecommender) { self.method = method }

  func rank(_ query: Query, k: Int) throws -> RankedList { try rank([query], k: k)[0] }

  func rank(_ queries: [Query], k: Int) throws -> [RankedList] {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let index = method.index
    let nothing = RankedList(items: [], shortfall: .unknownSources, effort: .scan(candidates: 0))
    var lists = [RankedList](repeating: nothing, count: queries.count)
    var asked: [(position: Int, question: VectorQuestion)] = []
    for (position, query) in queries.enumerated() {
      guard let question = VectorQuestion(try method.parts(of: query), metric: index.metric) else { continue }
      asked.append((position, question))
    }
    guard !asked.isEmpty else { return lists }
    // One set of allowed nodes for all is known to the index; others it is asked for one by one.
    let allowed = queries[asked[0].position].candidates.allowed
    let isShared = allowed != nil && asked.allSatisfy { queries[$0.position].candidates.allowed == allowed }
    let filters = asked.map { queries[$0.position].candidates }
    let filter = VectorFilter(allowed: isShared ? positions(of: allowed!) : nil) { [nodes = method.nodes] in
      let node = nodes[Int($1)]
      return node != VectorRecommender.none && filters[$0].admits(node)
    }
    let vectors = DenseMatrix(
      rows: asked.count, columns: index.dimension, elements: asked.flatMap { $0.question.vector })
    let found = try index.neighbors(of: vectors, k: k, filter: filter, execution: .serial)
    for (one, neighbors) in zip(asked, found) {
      var items = neighbors.map {
        RankedNode(
          node: NodeID(type: method.candidateType, index: method.nodes[Int($0.position)]),
          score: one.question.score($0.score))
      }
      // Scaled and shifted, scores that differed may be equal.
      items.sort { ($1.score, $0.node) < ($0.score, $1.node) }
      lists[one.position] = RankedList(
        items: items,
        shortfall: items.count < k
          ? .reachedOnly(items.count, filtered: max(0, reachable - items.count)) : nil,
        effort: .scan(candidates: reachable))
    }
    return lists
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    guard let question = VectorQuestion(try method.parts(of: query), metric: method.index.metric) else {
      return nodes.map { _ in nil }
    }
    return try nodes.map { node in
      guard let position = position(of: node), query.candidates.admits(node.index) else { return nil }
      return question.score(try method.index.scores(of: [position], for: question.vector)[0])
    }
  }

  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    guard let score = try scores(of: [node], for: query)[0], let position = position(of: node) else { return nil }
    let vector = method.index.vector(at: position)
    var largest = LargestParts(limit: limit)
    var sum = 0.0
    for part in try method.parts(of: query) {
      let amount = part.weight * similarity(part.vector, vector)
      sum += amount
      largest.offer(ScorePart(source: part.source, way: part.way, amount: amount))
    }
    // The rounding of the search.
    largest.add(remainder: score - sum)
    return largest.explanation(of: node, score: score)
  }

  /// By the metric of the index, in double precision.
  private func similarity(_ left: [Float], _ right: [Float]) -> Double {
    let isDistance = method.index.metric == .euclidean
    var sum = 0.0
    for (x, y) in zip(left, right) {
      if isDistance {
        let difference = Double(x) - Double(y)
        sum -= difference * difference
      } else {
        sum += Double(x) * Double(y)
      }
    }
    return sum
  }

  private lazy var reachable = method.positions.count { $0 != VectorRecommender.none }

  private func position(of node: NodeID) -> UInt32? {
    guard node.type == method.candidateType, Int(node.index) < method.positions.count else { return nil }
    let position = method.positions[Int(node.index)]
    return position == VectorRecommender.none ? nil : position
  }

  private func positions(of nodes: NodeSet) -> NodeSet {
    NodeSet(nodes.indices.compactMap { position(of: NodeID(type: method.candidateType, index: $0)) })
  }
}

import AkinRanking

/// Lists from all scores, exactly: sixteen queries share each pass over the graph, and a query alone gets the same bits.
///
/// Memory is that of `BlockDescent`, made when the first queries come and kept.
final class ExactRankingSession: BatchRankingSession, ExplainingSession {
  private let method: PersonalizedPageRank
  private var many: BlockDescent<ManyLanes>?
  private var few: BlockDescent<FewLanes>?
  /// Finds where scores came from.
  private var search: PersonalizedPageRankSession?

  init(_ method: PersonalizedPageRank) { self.method = method }

  func rank(_ query: Query, k: Int) throws -> RankedList { try rank([query], k: k)[0] }

  func rank(_ queries: [Query], k: Int) throws -> [RankedList] {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    for query in queries { try method.checkCandidates(query) }
    var found: [RankedList] = []
    try forEachAnswer(to: queries) { number, answer in found.append(list(queries[number], answer, k: k)) }
    return found
  }

  private func list(_ query: Query, _ answer: Answer, k: Int) -> RankedList {
    let count = method.surface.layers[method.home].count
    var rivals = Rivals()
    let kept = min(k, count)
    rivals.begin(capacity: kept + kept / 2 + 32)
    var reached = 0
    for node in 0..<count {
      let correction = method.correction(of: node)
      let score = answer.scores[node] * correction
      if score > 0 { reached += 1 }
      let reach = answer.errorBound * correction
      rivals.offer(UInt32(node), Bounds.Interval(score: score, lower: max(0, score - reach), upper: score + reach)) {
        query.candidates.admits($0)
      }
    }
    let (length, proof) = rivals.rank(k: k)
    let surface = method.surface
    let hasEdges = query.sources.contains { source in
      surface.home(of: source.node.type).map { surface.strength[$0.start + Int(source.node.index)] > 0 } ?? false
    }
    let items =
      hasEdges
      ? rivals.kept[..<length].map {
        RankedNode(node: NodeID(type: method.candidateType, index: $0.node), score: $0.score)
      } : []
    var shortfall: Shortfall?
    if items.count < k {
      shortfall = hasEdges ? .reachedOnly(items.count, filtered: reached - items.count) : .isolatedSources
    }
    return RankedList(
      items: items, shortfall: shortfall,
      effort: .search(
        edges: answer.passes * surface.edgeCount, passes: answer.passes, errorBound: answer.errorBound,
        proof: hasEdges ? proof : RankProof(certainMembers: 0, certainRanks: 0)))
  }

  private struct Answer {
    /// Of the candidates' layer, by node.
    var scores: [Double]
    var passes: Int
    var errorBound: Double
  }

  /// In order, a block at a time.
  private func forEachAnswer(to queries: [Query], _ body: (Int, Answer) throws -> Void) throws {
    let pageRank = try method.exact()
    if !pageRank.solvesInBlocks {
      for (number, query) in queries.enumerated() { try body(number, alone(query, pageRank)) }
    } else if queries.count == 1 {
      let descent = few ?? BlockDescent(pageRank)
      few = descent
      try solve(queries[...], descent, pageRank, body)
    } else {
      let descent = many ?? BlockDescent(pageRank)
      many = descent
      for start in stride(from: 0, to: queries.count, by: PageRank.blockWidth) {
        try solve(queries[start..<min(queries.count, start + PageRank.blockWidth)], descent, pageRank, body)
      }
    }
  }

  private func solve<Lane: LaneVector>(
    _ queries: ArraySlice<Query>, _ descent: BlockDescent<Lane>, _ pageRank: PageRank,
    _ body: (Int, Answer) throws -> Void
  ) throws {
    try descent.solve(queries.map(\.sources)[...])
    for number in queries.indices {
      let column = number - queries.startIndex
      guard descent.isSolved(column) else {
        // By itself it may start again from where rounding stopped it.
        try body(number, alone(queries[number], pageRank))
        continue
      }
      let total = descent.totals[column]
      try body(
        number,
        Answer(
          scores: descent.solution[method.home].map { $0[column] / total }, passes: descent.passes[column],
          errorBound: descent.errorBounds[column]))
    }
  }

  private func alone(_ query: Query, _ pageRank: PageRank) throws -> Answer {
    let solution = try pageRank.layerScores(from: query.sources)
    return Answer(
      scores: solution.scores[method.home], passes: solution.iterations, errorBound: solution.errorBound)
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    try method.checkCandidates(query)
    var scores: [Double] = []
    try forEachAnswer(to: [query]) { scores = $1.scores }
    return nodes.map { node in
      guard node.type == method.candidateType, Int(node.index) < scores.count, query.candidates.admits(node.index)
      else { return nil }
      let score = scores[Int(node.index)] * method.correction(of: Int(node.index))
      return score > 0 ? score : nil
    }
  }

  /// As a search without limits explains it: its parts are lower bounds, and what they leave of the exact score is the
  /// remainder.
  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
    guard let score = try scores(of: [node], for: query)[0] else { return nil }
    let search = search ?? PersonalizedPageRankSession(method)
    self.search = search
    guard let found = try search.explanation(of: node, for: query, limit: limit) else {
      return Explanation(node: node, score: score, parts: [], remainder: score)
    }
    let parts = Explanation(node: node, score: score, parts: found.parts, remainder: 0)
    return Explanation(node: node, score: score, parts: found.parts, remainder: score - parts.total)
  }
}

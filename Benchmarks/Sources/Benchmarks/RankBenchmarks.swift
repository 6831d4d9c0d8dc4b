import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking

/// PageRank: all scores exactly, and the best near some nodes within budgets, held against the exact ones.
struct RankBenchmarks {
  let snapshot: Snapshot
  let name: String
  /// From items to users and back, every edge alike.
  private let ways = Ways.thereAndBack(Hop(relation: 0, direction: .reverse))
  private static let user = NodeTypeID(rawValue: 0)
  private static let item = NodeTypeID(rawValue: 1)
  private static let k = 100

  init(edges: Int) throws {
    snapshot = try CommunityGraph(edges: edges).snapshot
    name = edges % 1_000_000 == 0 ? "\(edges / 1_000_000)M" : "\(edges)"
  }

  /// A graph from a file, mapped; the primary relation leads from users to items.
  init(path: String) throws {
    snapshot = try Snapshot.open(path)
    name = String((path.split(separator: "/").last ?? "").prefix { $0 != "." })
  }

  /// Where questions come from.
  enum Origin: String, CaseIterable {
    case item, user, history
  }

  /// A question of each origin, by number; of nodes with edges alone.
  func query(_ origin: Origin, _ number: Int) throws -> Query {
    var random = RandomStream(seed: 41, stream: UInt64(number))
    let type = origin == .item ? Self.item : Self.user
    let rows = snapshot.adjacency(Hop(relation: 0, direction: origin == .item ? .reverse : .forward))
    let count = UInt32(snapshot.table(of: type).count)
    var node = random.draw(below: count)
    while try rows.degree(of: node) == 0 { node = random.draw(below: count) }
    guard origin != .item else {
      return Query(
        sources: [WeightedSource(NodeID(type: type, index: node))],
        candidates: CandidateFilter(type: Self.item, excluded: NodeSet([node])))
    }
    let seen = try rows.edges(of: node).map { try rows.neighbor(at: $0) }
    let sources =
      origin == .user ? [NodeID(type: type, index: node)] : seen.map { NodeID(type: Self.item, index: $0) }
    return Query(
      sources: sources.map { WeightedSource($0) },
      candidates: CandidateFilter(type: Self.item, excluded: NodeSet(seen)))
  }

  // MARK: exactly

  var exactOptions: PageRankOptions { PageRankOptions(tolerance: 1e-6, usesWeights: false) }

  /// Milliseconds of one source, and the passes that it took.
  func exactOne() throws -> (milliseconds: Double, passes: Int) {
    let method = try PageRank(snapshot, following: ways, options: exactOptions)
    var passes = 0
    let times = try runs(isLarge ? 1 : 5) { number in
      passes = try method.scores(from: try query(.item, number).sources).iterations
    }
    return (times.median * 1e3, passes)
  }

  /// Milliseconds a source where a block of them shares the passes.
  func exactBlock() throws -> Double {
    let method = try PageRank(snapshot, following: ways, options: exactOptions)
    let times = try runs(3) { number in
      let sources = try (0..<PageRank.blockWidth).map { try query(.item, 100 * number + $0).sources }
      try method.forEachScores(from: sources) { _, _ in }
    }
    return times.median * 1e3 / Double(PageRank.blockWidth)
  }

  // MARK: near the sources

  /// How far a search may go.
  enum Budget {
    case edges(Int)
    /// As many edges as take this much processor time at the speed of the default budget: what a limit of time would stop
    /// at on a machine without other work.
    case milliseconds(Double)

    var text: String {
      switch self {
      case .edges(0): "proof"
      case .edges(let edges): "\(edges)edges"
      case .milliseconds(let time): "\(Int(time))ms"
      }
    }
  }

  /// Of the lists of one budget: times in milliseconds, ascending; how much of the lists is true and proven.
  private struct Finding {
    var times: [Double] = []
    var trueMembers = 0.0
    var proven: [Double] = []
    var ranks: [Double] = []
  }

  private func session(edges: Int) throws -> any RankingSession {
    var options = PersonalizedPageRankOptions()
    options.usesWeights = false
    options.edges = edges
    return try PersonalizedPageRank(snapshot, following: ways, ranking: Self.item, options: options).makeSession()
  }

  /// The k best of each question by all scores, exactly.
  private func truth(_ queries: [Query]) throws -> [Set<UInt32>] {
    let method = try PageRank(
      snapshot, following: ways, options: PageRankOptions(tolerance: 1e-9, usesWeights: false))
    var best: [Set<UInt32>] = []
    try method.forEachScores(from: queries.map(\.sources)) { number, result in
      var top = TopK(Self.k)
      let candidates = queries[number].candidates
      for (node, score) in result.scores[1].enumerated() where score >= top.worst ?? 0 {
        if candidates.admits(UInt32(node)) { top.offer(UInt32(node), score: score) }
      }
      best.append(Set(top.ranked(type: Self.item).map(\.node.index)))
    }
    return best
  }

  private func search(_ queries: [Query], _ best: [Set<UInt32>], edges: Int) throws -> Finding {
    let session = try session(edges: edges)
    var finding = Finding()
    _ = try session.rank(queries[0], k: Self.k)
    for (query, best) in zip(queries, best) {
      let start = cpuSeconds()
      let list = try session.rank(query, k: Self.k)
      finding.times.append((cpuSeconds() - start) * 1e3)
      finding.trueMembers += Double(list.items.filter { best.contains($0.node.index) }.count) / Double(queries.count)
      if case .search(_, _, _, let proof) = list.effort {
        finding.proven.append(Double(proof.certainMembers))
        finding.ranks.append(Double(proof.certainRanks))
      }
    }
    finding.times.sort()
    finding.proven.sort()
    finding.ranks.sort()
    return finding
  }

  func runLocal(_ origins: [Origin] = Origin.allCases, budgets: [Budget]) throws {
    // The exact scores that lists are held against take longest.
    let count = isLarge ? 5 : 32
    let queries = try origins.map { origin in try (0..<count).map { try query(origin, $0) } }
    let best = try truth(queries.flatMap { $0 })
    for (number, origin) in origins.enumerated() {
      let best = Array(best[number * count..<(number + 1) * count])
      let usual = PersonalizedPageRankOptions().edges
      let speed = Double(usual) / (try search(queries[number], best, edges: usual)).times.median
      for budget in budgets {
        let edges =
          switch budget {
          case .edges(let edges): edges
          case .milliseconds(let time): Int(time * speed)
          }
        let found = try search(queries[number], best, edges: edges)
        report(
          "Rank/top\(Self.k)/\(name)/\(origin.rawValue)/\(budget.text)", found.times.median, "ms",
          "worst \(hundredths(found.times.last ?? 0)), true \(hundredths(found.trueMembers)), "
            + "proven \(Int(found.proven.median)), order \(Int(found.ranks.median))")
      }
    }
  }

  /// Whether solving exactly takes so long that a few times must do.
  private var isLarge: Bool { snapshot.relations[0].forward.edgeCount > 50_000_000 }

  private func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  func runExact() throws {
    let one = try exactOne()
    report("Rank/exact/\(name)/one", one.milliseconds, "ms", "\(one.passes) passes")
    if isLarge { return }
    report("Rank/exact/\(name)/block\(PageRank.blockWidth)", try exactBlock(), "ms/source")
  }

  static let standardBudgets: [Budget] =
    [.edges(PersonalizedPageRankOptions().edges)] + [1, 5, 20, 100].map { .milliseconds($0) } + [.edges(0)]

  /// What peers are compared by: all scores, and the best near a source as a command without options finds them.
  func runForPeers() throws {
    try runExact()
    try runLocal(budgets: [.edges(PersonalizedPageRankOptions().edges)])
  }

  func run() throws {
    try runExact()
    try runLocal(budgets: Self.standardBudgets)
  }
}

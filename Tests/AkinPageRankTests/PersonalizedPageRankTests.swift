import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct PersonalizedPageRankTests {
  /// Scores of the candidates' first layer by the dense solve, corrected for hubs.
  func expected(
    _ dense: DensePageRank, _ sources: [WeightedSource], type: NodeTypeID, options: PersonalizedPageRankOptions
  ) -> [Double] {
    let all = dense.scores(restart: dense.restart(sources), damping: options.damping)
    let start = dense.starts[dense.types.firstIndex(of: type)!]
    return (0..<dense.snapshot.table(of: type).count).map { all[start + $0] }
  }

  /// Random graphs, ways, sources, budgets and lengths, 10,800 queries in all: whatever is claimed must hold, and without
  /// a budget everything that does not tie must be claimed.
  @Test(arguments: UInt64(0)..<150)
  func `what is called certain is true`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 77)
    let snapshot = try RandomGraph(seed: seed, duplicates: .keep).snapshot
    for ways in someWays(snapshot.schema, few: seed) {
      var options = PersonalizedPageRankOptions()
      options.usesWeights = Bool.random(using: &random)
      options.damping = [0.85, 0.5, 0.97][Int.random(in: 0..<3, using: &random)]
      let dense = DensePageRank(snapshot, following: ways, usesWeights: options.usesWeights)
      guard let type = dense.types.filter({ snapshot.table(of: $0).count > 0 }).randomElement(using: &random) else {
        continue
      }
      let questions = (0..<4).map { _ in
        let sources = someSources(dense, using: &random)
        return (sources: sources, scores: expected(dense, sources, type: type, options: options))
      }
      for budget in [0, 1, 20, 100, 400, 2000] {
        options.edges = budget
        let method = try PersonalizedPageRank(snapshot, following: ways, ranking: type, options: options)
        let session = method.makeSession()
        for (sources, scores) in questions {
          let excluded = NodeSet(sources.filter { $0.node.type == type }.map(\.node.index))
          let k = Int.random(in: 1...8, using: &random)
          let query = Query(sources: sources, candidates: CandidateFilter(type: type, excluded: excluded))
          let list = try session.rank(query, k: k)
          check(list, scores, excluded: excluded, k: k)
          guard case .search(_, _, let errorBound, let proof) = list.effort else { continue }
          for item in list.items {
            #expect(abs(item.score - scores[Int(item.node.index)]) <= 2 * errorBound + 1e-12)
          }
          if budget == 0 {
            #expect(proof.certainMembers == list.items.count || errorBound <= options.tolerance || list.items.count < k)
          }
        }
      }
    }
  }

  private func check(_ list: RankedList, _ scores: [Double], excluded: NodeSet, k: Int) {
    guard case .search(_, _, _, let proof) = list.effort else {
      Issue.record("found effort \(list.effort)")
      return
    }
    let truth = scores.indices.filter { !excluded.contains(UInt32($0)) }.sorted { (scores[$0], $1) > (scores[$1], $0) }
    // The dense solve has errors of its own, so nodes this close count as tied, and a tie as favourable to the claim.
    let margin = 1e-11
    var possibleMembers = 0
    var possibleRanks = 0
    for (position, item) in list.items.enumerated() {
      let own = scores[Int(item.node.index)]
      if truth.filter({ $0 != Int(item.node.index) && scores[$0] > own + margin }).count < k { possibleMembers += 1 }
      let better = truth.filter { $0 != Int(item.node.index) && scores[$0] > own + margin }.count
      let notWorse = truth.filter { $0 != Int(item.node.index) && scores[$0] >= own - margin }.count
      if better <= position, notWorse >= position { possibleRanks += 1 }
    }
    #expect(proof.certainMembers <= possibleMembers)
    #expect(proof.certainRanks <= possibleRanks)
    #expect(proof.certainMembers <= list.items.count && proof.certainRanks <= list.items.count)
  }
}

@Suite struct PersonalizedPageRankListTests {
  let item = NodeTypeID(rawValue: 1)
  let ways = Ways.thereAndBack(Hop(relation: 0, direction: .reverse))

  /// 3,000 users and 2,000 items in communities, so that lists are not all alike.
  func snapshot() throws -> Snapshot {
    var random = SplitMix64(seed: 12)
    var pairs: [(String, String)] = []
    for user in 0..<3000 {
      for _ in 0..<8 {
        let popular = Int(pow(Double.random(in: 0..<1, using: &random), 2) * 200)
        pairs.append(("u\(user)", "i\(Bool.random(using: &random) ? popular * 10 + user % 10 : popular)"))
      }
    }
    return try bipartiteSnapshot(pairs)
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { value, _ in value * base } }

  @Test func `proofs hold for every item and budget, and grow complete`() throws {
    let snapshot = try snapshot()
    let exact = try PageRank(snapshot, following: ways, options: PageRankOptions(tolerance: 1e-13))
    let count = snapshot.table(of: item).count
    var sessions: [any RankingSession] = []
    for (budget, exponent) in [(500, 0.0), (5000, 0), (0, 0), (5000, 0.8), (0, 0.8)] {
      var options = PersonalizedPageRankOptions()
      options.edges = budget
      options.hubExponent = exponent
      sessions.append(
        try PersonalizedPageRank(snapshot, following: ways, ranking: item, options: options).makeSession())
    }
    let corrections = try (0..<count).map { node in
      root(Double(try snapshot.relations[0].reverse.degree(of: UInt32(node))) + 10)
    }
    var claimed = 0
    for index in stride(from: 0, to: count, by: 80) {
      let source = WeightedSource(NodeID(type: item, index: UInt32(index)))
      let scores = try exact.scores(from: [source]).scores[1]
      let query = Query(
        sources: [source], candidates: CandidateFilter(type: item, excluded: NodeSet([UInt32(index)])))
      for (number, session) in sessions.enumerated() {
        let corrected = number < 3 ? scores : zip(scores, corrections).map { $0 * $1 }
        let list = try session.rank(query, k: 20)
        guard case .search(_, _, let errorBound, let proof) = list.effort else {
          Issue.record("found effort \(list.effort)")
          return
        }
        var ranking = (0..<count).filter { $0 != index }
        ranking.sort { (corrected[$0], $1) > (corrected[$1], $0) }
        let best = Set(ranking.prefix(20))
        let members = list.items.filter { best.contains(Int($0.node.index)) }.count
        let ranks = zip(list.items, ranking).filter { Int($0.node.index) == $1 }.count
        #expect(proof.certainMembers <= members)
        #expect(proof.certainRanks <= ranks)
        if number == 2 || number == 4 { #expect(proof.certainMembers == 20 || errorBound <= 1e-10) }
        claimed += proof.certainRanks
      }
    }
    // The proofs are not empty words.
    #expect(claimed > 500)
  }

  /// x^−0.8, by ways that share nothing with the library: the fifth root by Newton's iteration.
  private func root(_ value: Double) -> Double {
    let fourth = 1 / (value * value * value * value)
    var guess = 1.0
    for _ in 0..<200 { guess -= (guess * guess * guess * guess * guess - fourth) / (5 * guess * guess * guess * guess) }
    return guess
  }

  /// Scores divided by the PageRank of the whole graph, on the scale of degrees, as the exact solver gives both.
  @Test func `popularity can be the rank in the whole graph`() throws {
    let snapshot = try snapshot()
    let pageRank = try PageRank(snapshot, following: ways, options: PageRankOptions(tolerance: 1e-12))
    let source = WeightedSource(NodeID(type: item, index: 5))
    let scores = try pageRank.scores(from: [source]).scores[1]
    let ranks = try pageRank.scores().scores[1]
    let share = ranks.reduce(0, +)
    var options = PersonalizedPageRankOptions()
    options.edges = 0
    options.tolerance = 1e-13
    options.hubExponent = 1
    options.hubSmoothing = 3
    options.hubMeasure = .rank
    let method = try PersonalizedPageRank(snapshot, following: ways, ranking: item, options: options)
    let nodes = scores.indices.map { NodeID(type: item, index: UInt32($0)) }
    let found = try method.makeSession().scores(
      of: nodes, for: Query(sources: [source], candidates: CandidateFilter(type: item)))
    let edgeCount = Double(snapshot.relations[0].forward.edgeCount)
    for (index, found) in found.enumerated() {
      let expected = scores[index] / (ranks[index] / share * edgeCount + 3)
      #expect(abs((found ?? 0) - expected) < 1e-9 * expected + 1e-12)
    }
  }

  @Test func `a reused session answers as a new one, on any number of threads`() throws {
    let snapshot = try snapshot()
    for budget in [3000, 0] {
      var options = PersonalizedPageRankOptions()
      options.edges = budget
      let serial = try PersonalizedPageRank(snapshot, following: ways, ranking: item, options: options)
      let parallel = try PersonalizedPageRank(
        snapshot, following: ways, ranking: item, options: options, execution: Execution(threads: 3))
      let session = serial.makeSession()
      for index in UInt32(0)..<5 {
        let query = Query(
          sources: [
            WeightedSource(NodeID(type: item, index: index)), WeightedSource(NodeID(type: item, index: index + 40)),
          ],
          candidates: CandidateFilter(type: item, excluded: NodeSet([index])))
        let list = try session.rank(query, k: 10)
        #expect(try serial.rank(query, k: 10) == list)
        #expect(try parallel.rank(query, k: 10) == list)
        let scores = try session.scores(of: list.items.map(\.node) + [NodeID(type: item, index: index)], for: query)
        #expect(scores.last == .some(nil))
        #expect(scores.dropLast().allSatisfy { ($0 ?? 0) > 0 })
      }
    }
  }

  @Test func `a time limit ends the search, and the answer says how far it came`() throws {
    var options = PersonalizedPageRankOptions()
    options.edges = 0
    options.milliseconds = 1e-6
    let method = try PersonalizedPageRank(try snapshot(), following: ways, ranking: item, options: options)
    let list = try method.rank(
      Query(sources: [WeightedSource(NodeID(type: item, index: 3))], candidates: CandidateFilter(type: item)), k: 20)
    guard case .search(_, let passes, let errorBound, let proof) = list.effort else { return }
    #expect(passes == 0 && errorBound > 0.01 && proof.certainMembers < 20)
  }

  @Test func `short lists say why`() throws {
    let snapshot = try bipartiteSnapshot([("a", "x"), ("a", "y"), ("b", "z")])
    let method = try PersonalizedPageRank(snapshot, following: ways, ranking: item)
    let query = Query(
      sources: [WeightedSource(NodeID(type: item, index: 0))],
      candidates: CandidateFilter(type: item, excluded: NodeSet([0])))
    let list = try method.rank(query, k: 5)
    #expect(list.items.map(\.node.index) == [1])
    #expect(list.shortfall == .reachedOnly(1, filtered: 1))
    #expect(throws: PageRankError.candidateOffTheWays(type: "user", expected: ["item"])) {
      try method.rank(
        Query(sources: query.sources, candidates: CandidateFilter(type: NodeTypeID(rawValue: 0))), k: 1)
    }
    let alone = try bipartiteSnapshot([("a", "b"), ("b", "c")], sourceType: "package", targetType: "package")
    let package = NodeTypeID(rawValue: 0)
    let back = try PersonalizedPageRank(alone, following: ways, ranking: package)
    let isolated = try back.rank(
      Query(
        sources: [WeightedSource(NodeID(type: package, index: 0))],
        candidates: CandidateFilter(type: package, excluded: NodeSet([0]))), k: 2)
    #expect(isolated.items.isEmpty && isolated.shortfall == .isolatedSources)
  }
}

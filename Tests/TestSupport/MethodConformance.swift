public import AkinGraph
public import AkinParallel
public import AkinRanking

/// What every method promises, whatever it does, checked on data whose right answer is plain.
///
/// Methods of the registry are run through it without doing anything; one from elsewhere brings how it is made.
public struct MethodConformance: Sendable {
  /// Whether the sources decide what is in the list.
  public var isPersonalized: Bool
  public var make: @Sendable (Snapshot, Hop, Execution) throws -> any Recommender

  public init(
    isPersonalized: Bool, make: @escaping @Sendable (Snapshot, Hop, Execution) throws -> any Recommender
  ) {
    self.isPersonalized = isPersonalized
    self.make = make
  }

  /// Every promise that was broken, in words; empty when none was.
  public func problems() throws -> [String] {
    let board = try Checkerboard()
    let method = try make(board.snapshot, board.hop, .serial)
    var problems: [String] = []
    func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
      if !holds { problems.append(promise()) }
    }
    require(method.info.fingerprint == board.snapshot.fingerprint, "info names the graph")
    require(!method.info.name.isEmpty, "info names the method")
    let shared = method.makeSession()
    let parallel = try make(board.snapshot, board.hop, Execution(threads: 4))
    // A few users of both communities: methods may be slow without optimisation.
    for user in [0, 1, 7, 22] {
      let query = board.query(for: user, seed: UInt64(user))
      let who = "user \(user)"
      let full = try shared.rank(query, k: 10)
      let list = full.items.map(\.node.index)
      // Answers: which, how many, in what order.
      require(full.items.allSatisfy { $0.node.type == board.items }, "\(who): answers are of the type asked for")
      require(Set(list).count == list.count, "\(who): each item once, found \(list)")
      require(list.allSatisfy { Int($0) <= Checkerboard.itemCount }, "\(who): answers exist, found \(list)")
      require(Set(list).isDisjoint(with: board.seen[user]), "\(who): nothing seen, found \(list)")
      require(full.items.allSatisfy(\.score.isFinite), "\(who): scores are finite")
      require(
        zip(full.items, full.items.dropFirst()).allSatisfy { pair in
          pair.0.score > pair.1.score || (pair.0.score == pair.1.score && pair.0.node < pair.1.node)
        }, "\(who): by descending score, ties by index, found \(full.items.map { ($0.node.index, $0.score) })")
      require((full.items.count < 10) == (full.shortfall != nil), "\(who): a short list says why, a full one nothing")
      if isPersonalized {
        let right = board.unseen[user]
        require(
          Set(list.prefix(right.count)) == Set(right), "\(who): the other community comes last, found \(list)")
      }
      // The same again: alone, with other k, on threads, with the sources in another order.
      require(try method.rank(query, k: 10) == full, "\(who): a session of its own gives the same")
      require(try parallel.rank(query, k: 10) == full, "\(who): four threads give the same")
      for k in [1, 5] {
        require(
          try shared.rank(query, k: k).items == Array(full.items.prefix(k)), "\(who): k = \(k) is the top of k = 10")
      }
      let turned = Query(sources: query.sources.reversed(), candidates: query.candidates, seed: query.seed)
      require(try shared.rank(turned, k: 10) == full, "\(who): the order of the sources makes no difference")
      let all = try shared.rank(query, k: 1000)
      require(
        all.shortfall != nil && all.items.count <= Checkerboard.itemCount + 1,
        "\(who): more than there is gives all there is, with the reason")
      // Scores of single items.
      let nodes = (0...UInt32(Checkerboard.itemCount)).map { NodeID(type: board.items, index: $0) }
      let scores = try shared.scores(of: nodes, for: query)
      let ranked = Dictionary(uniqueKeysWithValues: all.items.map { ($0.node, $0.score) })
      require(scores == nodes.map { ranked[$0] }, "\(who): scores(of:) are those of the list, nil for all others")
      let strangers = [
        NodeID(type: board.items, index: 100_000), NodeID(type: board.users, index: 0),
        NodeID(type: NodeTypeID(rawValue: 2), index: 0),
      ]
      require(
        try shared.scores(of: strangers, for: query) == [nil, nil, nil], "\(who): unknown nodes have no score")
      // Filters.
      let allowed = NodeSet(board.unseen[user].dropFirst() + board.seen[user].prefix(1))
      let narrow = Query(
        sources: query.sources,
        candidates: CandidateFilter(type: board.items, excluded: query.candidates.excluded, allowed: allowed),
        seed: query.seed)
      let few = try shared.rank(narrow, k: 10).items
      require(
        few == full.items.filter { allowed.contains($0.node.index) }
          || few == all.items.filter { allowed.contains($0.node.index) },
        "\(who): a filter leaves what it admits, in the same order")
      for problem in try explanationProblems(
        [shared, method.makeSession(), parallel.makeSession()], query: query, turned: turned,
        nodes: full.items.prefix(2).map(\.node) + [board.seen[user][0]].map { NodeID(type: board.items, index: $0) }
          + strangers)
      {
        require(false, "\(who): \(problem)")
      }
      require(try shared.rank(query, k: 10) == full, "\(who): a query leaves nothing behind in the session")
    }
    // Nothing to go by: an item that nobody saved, a user who saved nothing.
    for lonely in [
      NodeID(type: board.items, index: UInt32(Checkerboard.itemCount)),
      NodeID(type: board.users, index: UInt32(Checkerboard.userCount)),
    ] {
      let query = Query(sources: [WeightedSource(lonely)], candidates: CandidateFilter(type: board.items))
      let answer = try shared.rank(query, k: 5)
      require(
        !isPersonalized || (answer.items.isEmpty && answer.shortfall != nil), "an empty history gives an empty list")
      require(try method.rank(query, k: 5) == answer, "an empty history gives the same list again")
    }
    let wrongType = Query(
      sources: board.query(for: 0).sources, candidates: CandidateFilter(type: NodeTypeID(rawValue: 2)))
    require((try? shared.rank(wrongType, k: 5)) == nil, "candidates of a type that it does not rank are an error")
    require(
      try shared.rank(board.query(for: 3), k: 10) == method.rank(board.query(for: 3), k: 10),
      "an error leaves nothing behind in the session")
    return problems
  }

  /// What explanations promise, of methods that explain: every session gives the same.
  private func explanationProblems(
    _ sessions: [any RankingSession], query: Query, turned: Query, nodes: [NodeID]
  ) throws -> [String] {
    let sessions = sessions.compactMap { $0 as? any ExplainingSession }
    guard let session = sessions.first else { return [] }
    var problems: [String] = []
    func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
      if !holds { problems.append(promise()) }
    }
    require(sessions.count == 3, "all sessions of a method explain, or none")
    let scores = try session.scores(of: nodes, for: query)
    let sources = Set(query.sources.map(\.node))
    for (node, score) in zip(nodes, scores) {
      let found = try session.explanation(of: node, for: query, limit: 1000)
      require((found == nil) == (score == nil), "an explanation for every score and for nothing else, \(node.index)")
      guard let found, let score else { continue }
      let parts = found.parts
      require(found.node == node && found.score == score, "the score that is explained is that of the list")
      require(
        abs(found.total - score) <= 1e-9 * max(abs(score), .leastNormalMagnitude),
        "parts sum to the score, found \(found.total) for \(score)")
      require(
        zip(parts, parts.dropFirst()).allSatisfy { left, right in
          if left.amount != right.amount { return left.amount > right.amount }
          if left.source != right.source { return left.source < right.source }
          return left.way.lexicographicallyPrecedes(right.way)
        }, "parts come by descending amount, then by source, then by way, each once")
      require(parts.allSatisfy { sources.contains($0.source) }, "parts come from sources of the query")
      require(Set(parts.map { [$0.source] + $0.way }).count == parts.count, "each source and way once")
      require(
        parts.allSatisfy { !$0.way.contains($0.source) && !$0.way.contains(node) },
        "a way is what lies between source and node")
      var sums: [NodeID: Double] = [:]
      for part in parts { sums[part.source, default: 0] += part.amount }
      require(
        parts.count == 1000
          || Set(found.sources.map(\.source)) == Set(sums.keys)
            && found.sources.allSatisfy { abs($0.amount - sums[$0.source]!) <= 1e-9 * max(1, abs(score)) },
        "each source has the sum of its parts")
      require(
        zip(found.sources, found.sources.dropFirst()).allSatisfy {
          $0.amount != $1.amount ? $0.amount > $1.amount : $0.source < $1.source
        }, "sources come by descending amount, each once")
      for other in sessions.dropFirst() {
        require(
          try other.explanation(of: node, for: query, limit: 1000) == found,
          "another session, or one on threads, explains the same")
      }
      require(
        try session.explanation(of: node, for: turned, limit: 1000) == found,
        "the order of the sources makes no difference to an explanation")
      for limit in [1, 3] {
        let few = try session.explanation(of: node, for: query, limit: limit)
        require(
          few?.parts == Array(parts.prefix(limit)) && few?.score == score && few?.sources == found.sources,
          "the \(limit) largest parts are the first \(limit) of all")
        require(
          abs((few?.total ?? .infinity) - score) <= 1e-9 * max(abs(score), .leastNormalMagnitude),
          "parts that are not named are in the remainder")
      }
    }
    return problems
  }
}

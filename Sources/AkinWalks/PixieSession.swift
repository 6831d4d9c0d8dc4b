import AkinGraph
import AkinParallel
import AkinRanking

/// Counters of one thread over `Pixie`, and the walk of one query.
final class PixieSession: RankingSession {
  let pixie: Pixie
  private var counts: VisitCounts
  private var memory = WalkMemory<Visit>()
  private var tasks: [WalkTask] = []
  private var walked = WalkedQuery()
  private var top = TopK(0)

  init(_ pixie: Pixie) {
    self.pixie = pixie
    counts = VisitCounts(candidateCount: pixie.outward.nodeCount)
  }

  func rank(_ query: Query, k: Int) throws -> RankedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    try walk(query)
    defer { counts.clear() }
    top.begin(k)
    // What is below the worst that is kept need not be offered. Roots, caution and penalties only lower a score, but for
    // rounding.
    var floor = -Double.infinity
    let most = (1 + 1e-9) / Double(pixie.options.steps)
    var reached = 0
    var admitted = 0
    let pixie = pixie
    let passedOver = try counts.drain(prefetch: { pixie.prefetchDegree(of: $0) }) { index, sum throws(GraphError) in
      reached += 1
      guard query.candidates.admits(index) else { return floor / most }
      // Of those that could enter: all, unless the list is full.
      admitted += 1
      let score = try pixie.score(of: index, root: sum.root, variance: sum.variance)
      guard score >= floor else { return floor / most }
      top.offer(index, score: score)
      floor = top.worst ?? floor
      return floor / most
    }
    reached += passedOver
    let items = top.takeRanked(type: pixie.candidateType)
    var shortfall: Shortfall?
    if items.count < k {
      shortfall =
        reached == 0 ? .isolatedSources : .reachedOnly(admitted, filtered: reached - admitted)
    }
    return RankedList(items: items, shortfall: shortfall, effort: walked.effort)
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    try walk(query)
    defer { counts.clear() }
    counts.settle()
    return try nodes.map { try score(of: $0, for: query) }
  }

  /// `nil` for what was not reached or is not admitted.
  private func score(of node: NodeID, for query: Query) throws -> Double? {
    guard node.type == pixie.candidateType, counts.isTouched(node.index), query.candidates.admits(node.index) else {
      return nil
    }
    return try pixie.score(
      of: node.index, root: counts.root(of: node.index), variance: counts.variance(of: node.index))
  }

  /// Score of a node and the sum of its roots, or `nil` where it has none; and the plan that `replay` needs.
  func measure(_ node: NodeID, for query: Query) throws -> (score: Double, root: Double, walk: WalkedQuery)? {
    try walk(query)
    defer { counts.clear() }
    counts.settle()
    guard let score = try score(of: node, for: query) else { return nil }
    return (score, counts.root(of: node.index), walked)
  }

  /// Walks what `walk` walked and hands over the visits of one source after the other.
  ///
  /// - Parameter finish: called once a source, with what its first steps count where they are known exactly.
  func replay(
    _ walked: WalkedQuery, seed: UInt64, visits: (_ start: Int, Span<Visit>) -> Void,
    finish: (_ start: Int, _ firstSteps: Double) throws -> Void
  ) throws {
    var firstSteps = 0.0
    try pixie.follow(
      walked.starts, preference: walked.preference, sumsFirstSteps: walked.sumsFirstSteps, seed: seed,
      memory: &memory, tasks: &tasks
    ) { block, found in
      visits(block.start, found)
      firstSteps += block.firstSteps
      guard block.number == walked.lastBlocks[block.start] else { return .goOn }
      try finish(block.start, firstSteps)
      firstSteps = 0
      return .endSource
    }
  }

  /// Fills `counts` and `walked`.
  private func walk(_ query: Query) throws {
    guard query.candidates.type == pixie.candidateType else {
      throw WalkError.candidateTypeMismatch(
        found: pixie.snapshot.schema.name(of: query.candidates.type),
        expected: pixie.snapshot.schema.name(of: pixie.candidateType))
    }
    do {
      try walked.begin(query, in: pixie)
      let starts = walked.starts
      var steps = 0
      var firstSteps = 0.0
      /// What of `firstSteps` is in the counts.
      var counted = 0.0
      let stop = pixie.options.earlyStop
      counts.begin(sources: starts.count, asks: stop != nil)
      func countFirstSteps(_ start: Int) throws(GraphError) {
        let pending = firstSteps - counted
        counted = firstSteps
        try walked.exact[start]?.forEach { candidate, _, probability in
          counts.add(expected: pending * probability, at: candidate)
        }
      }
      try pixie.follow(
        starts, preference: walked.preference, sumsFirstSteps: walked.sumsFirstSteps, seed: query.seed, memory: &memory,
        tasks: &tasks, chunkLimit: stop == nil ? .max : Pixie.blocksBetweenLooks
      ) { block, visits in
        steps += block.steps
        firstSteps += block.firstSteps
        counts.add(visits)
        var isEnough = block.isLast
        if let stop, !block.isLast, (block.number + 1) % Pixie.blocksBetweenLooks == 0 {
          try countFirstSteps(block.start)
          isEnough =
            counts.countVisited(atLeast: stop.visits, where: query.candidates.admits) >= stop.candidates
        }
        guard isEnough else { return .goOn }
        try countFirstSteps(block.start)
        counts.finishSource()
        walked.lastBlocks[block.start] = block.number
        firstSteps = 0
        counted = 0
        return .endSource
      }
      walked.effort = .walk(steps: steps, budget: pixie.options.steps)
    } catch {
      counts.clear()
      throw error
    }
  }
}

/// What a query walked: enough to walk it again.
struct WalkedQuery {
  private var plan = WalkPlan()
  private(set) var preference = ConnectorPreference(connectorExponent: 1, pivot: 1, powers: [])
  /// By start; `nil` where first steps were drawn.
  private(set) var exact: [FirstStep?] = []
  /// By start, whether `exact` knows its first steps.
  private(set) var sumsFirstSteps: [Bool] = []
  /// By start, the number of the last block that counted.
  var lastBlocks: [Int] = []
  var effort = Effort.walk(steps: 0, budget: 0)

  var starts: [WalkStart] { plan.starts }

  /// Before the first block, in the memory of the query before.
  mutating func begin(_ query: Query, in pixie: Pixie) throws {
    try plan.begin(query, in: pixie)
    preference = try pixie.preference(for: starts)
    exact.removeAll(keepingCapacity: true)
    sumsFirstSteps.removeAll(keepingCapacity: true)
    lastBlocks.removeAll(keepingCapacity: true)
    for start in starts {
      let first = pixie.nodePreference == nil ? try FirstStep(of: start, preference: preference, in: pixie) : nil
      exact.append(first)
      sumsFirstSteps.append(first != nil)
      lastBlocks.append(0)
    }
    effort = .walk(steps: 0, budget: pixie.options.steps)
  }
}

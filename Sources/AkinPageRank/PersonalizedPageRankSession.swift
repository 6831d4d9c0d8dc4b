import AkinGraph
import AkinParallel
import AkinRanking

/// The working memory of one thread over `PersonalizedPageRank`.
final class PersonalizedPageRankSession: RankingSession {
  let method: PersonalizedPageRank
  let memory: PushMemory
  /// The descent that knows more than the push, if there was one.
  private(set) var descent: Descent?
  private var spareDescent: Descent?
  private var restart: [(state: Int, share: Double)] = []
  private var rivals = Rivals()

  /// Each round pushes down to this part of the threshold before.
  static let roundFactor = 0.25

  init(_ method: PersonalizedPageRank) {
    self.method = method
    memory = PushMemory(method.surface, damping: method.options.damping)
  }

  func rank(_ query: Query, k: Int) throws -> RankedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let finding = try search(query, k: min(k, method.surface.layers[method.home].count + 1))
    // A source without edges keeps its own mass, which says nothing of others.
    let items = finding.hasEdges ? listed(finding.count) : []
    var shortfall: Shortfall?
    if items.count < k {
      let reached = finding.reached
      shortfall =
        finding.hasEdges ? .reachedOnly(finding.admitted, filtered: reached - finding.admitted) : .isolatedSources
    }
    return RankedList(items: items, shortfall: shortfall, effort: finding.effort)
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    // To the end of the budget: a list may be proven long before the scores of others are known.
    let finding = try search(query, k: nil)
    guard finding.hasEdges else { return nodes.map { _ in nil } }
    let bounds = Bounds(method, memory, descent)
    var edges = refinementLimit
    return try nodes.map { node in
      guard node.type == method.candidateType, Int(node.index) < method.surface.layers[method.home].count,
        query.candidates.admits(node.index), bounds.reaches(Int(node.index))
      else { return nil }
      let score = try interval(bounds, node.index, edges: &edges).score
      return score > 0 ? score : nil
    }
  }

  /// What a search ended with.
  private struct Finding {
    /// How many of the first rivals are the list.
    var count: Int
    /// Candidates with a score, and those of them that the filter admits; of interest where the list is short.
    var reached: Int
    var admitted: Int
    var hasEdges: Bool
    var effort: Effort
  }

  /// - Parameter k: how many are to be proven the best; `nil` where only scores are of interest.
  private func search(_ query: Query, k: Int?) throws -> Finding {
    try method.checkCandidates(query)
    let options = method.options
    let surface = method.surface
    let start = ContinuousClock.now
    let deadline = options.milliseconds > 0 ? start + .nanoseconds(Int64(options.milliseconds * 1e6)) : nil
    // What the refinement takes is kept from the search.
    let limit = options.edges > 0 ? options.edges - refinementLimit / Self.pullDiscount : Int.max
    try surface.restart(at: query.sources, into: &restart)
    memory.begin(restart)
    descent = nil
    var followed = 0
    var passes = 0
    var threshold = memory.initialRatio
    func isOver() -> Bool { followed >= limit || deadline.map { ContinuousClock.now >= $0 } ?? false }
    /// As above, with time left for the last step.
    func isPushOver() -> Bool {
      guard followed < limit else { return true }
      return deadline.map { ContinuousClock.now - start >= ($0 - start) * Self.pushShare } ?? false
    }
    var bounds = Bounds(method, memory, nil)
    var outcome = assess(bounds, query.candidates, k: k)
    // Edges followed at the last assessment.
    var assessed = 0
    func isDone() -> Bool {
      outcome.proof.certainMembers == outcome.count && outcome.isComplete
        || bounds.errorBound <= options.tolerance
    }
    // Edges read in order by a pass take much less time than edges pushed.
    let passCost = surface.edgeCount / PersonalizedPageRankOptions.passDiscount + 1
    /// Whether the budget is good for a few passes, at the speed so far.
    func canAffordDescent() -> Bool {
      if limit < .max, limit - followed < 4 * passCost { return false }
      guard let deadline else { return true }
      let now = ContinuousClock.now
      return (now - start) * (4 * Double(passCost) / Double(max(1, followed))) < deadline - now
    }
    while !isDone(), !isPushOver() {
      try method.execution.cancellation.check()
      threshold *= Self.roundFactor
      if surface.isReversible, followed > surface.edgeCount / 16, canAffordDescent() { break }
      // A time limit is looked at between portions; portions do not change what is pushed, nor in which order.
      while true {
        let portion = deadline == nil ? limit - followed : min(limit - followed, 1 << 16)
        let done = try memory.push(threshold: threshold, limit: portion)
        followed += done
        if done < portion || isPushOver() { break }
      }
      // Looking at all that was touched is not free.
      if followed >= 4 * assessed, followed - assessed >= 4 * memory.touched[method.home].count {
        bounds = Bounds(method, memory, nil)
        outcome = assess(bounds, query.candidates, k: k)
        assessed = followed
      }
    }
    if assessed < followed {
      bounds = Bounds(method, memory, nil)
      outcome = assess(bounds, query.candidates, k: k)
    }
    if !isDone(), !isOver(), surface.isReversible, canAffordDescent() {
      let system = try method.system()
      let descent = spareDescent ?? Descent(system)
      spareDescent = descent
      try descent.begin(memory)
      // Its first steps may know less than the push did.
      var best = 0.5 * bounds.errorBound
      func consider() {
        let found = Bounds(method, memory, descent)
        guard found.errorBound <= best else { return }
        best = found.errorBound
        bounds = found
        outcome = assess(found, query.candidates, k: k)
        self.descent = descent
      }
      followed += passCost
      passes += 1
      var lastNorm = Double.infinity
      while !isOver() {
        guard try descent.step() else { break }
        passes += 1
        followed += passCost
        // Looking at all candidates costs as much as a pass, so it has to promise something new.
        guard descent.norms.absolute < 0.3 * lastNorm || isOver() else { continue }
        lastNorm = descent.norms.absolute
        consider()
        if isDone() { break }
      }
      if descent.norms.absolute < lastNorm { consider() }
    }
    if let k, !isDone(), self.descent == nil {
      followed += try refine(bounds, k: k, after: followed)
      outcome = ranked(bounds, k: k)
    }
    let isShort = k.map { outcome.count < $0 } ?? false
    let counts = isShort ? count(bounds, query.candidates) : nil
    return Finding(
      count: outcome.count, reached: counts?.reached ?? 0, admitted: counts?.admitted ?? 0,
      hasEdges: restart.contains { surface.strength[$0.state] > 0 },
      effort: .search(edges: followed, passes: passes, errorBound: bounds.errorBound, proof: outcome.proof))
  }

  private struct Outcome {
    var count: Int
    var proof: RankProof
    /// Whether the list holds all it can: k items, or every candidate that mass can reach.
    var isComplete: Bool
  }

  private func assess(_ bounds: Bounds, _ candidates: CandidateFilter, k: Int?) -> Outcome {
    guard let k else {
      return Outcome(count: 0, proof: RankProof(certainMembers: 0, certainRanks: 0), isComplete: false)
    }
    rivals.begin(capacity: k + k / 2 + 32)
    var rivals = Rivals()
    swap(&rivals, &self.rivals)
    bounds.forEachCandidate { node, interval in
      rivals.offer(node, interval) { candidates.admits($0) }
    }
    rivals.offerOthers(upper: bounds.largestOfOthers(candidates))
    swap(&rivals, &self.rivals)
    return ranked(bounds, k: k)
  }

  private func ranked(_ bounds: Bounds, k: Int) -> Outcome {
    let (count, proof) = rivals.rank(k: k)
    return Outcome(count: count, proof: proof, isComplete: count == k || bounds.isExhausted)
  }

  private func listed(_ count: Int) -> [RankedNode] {
    rivals.kept[..<count].map {
      RankedNode(node: NodeID(type: method.candidateType, index: $0.node), score: $0.score)
    }
  }

  // MARK: the last step

  /// How many edges the last step may read.
  private var refinementLimit: Int {
    let edges = method.options.edges > 0 ? method.options.edges : PersonalizedPageRankOptions().edges
    return edges / Self.refinementShare * Self.pullDiscount
  }

  /// The part of a budget that is kept for the last step.
  private static let refinementShare = 6
  /// The part of a time that is for pushing.
  private static let pushShare = 1 - 1 / Double(refinementShare)
  /// Edges that are only read take less time than edges pushed.
  private static let pullDiscount = 3

  /// Looks one step further for the rivals, as far as the budget goes.
  ///
  /// - Returns: how many edges that took, as they count against the budget.
  private func refine(_ bounds: Bounds, k: Int, after followed: Int) throws -> Int {
    // Where time is short, it takes its share of what the search got to.
    let limit = min(refinementLimit, followed / (Self.refinementShare - 1) * Self.pullDiscount)
    var edges = limit
    var rivals = Rivals()
    swap(&rivals, &self.rivals)
    defer { swap(&rivals, &self.rivals) }
    try rivals.update(around: k) { rival in
      let interval = try interval(bounds, rival.node, edges: &edges)
      rival = Rival(node: rival.node, score: interval.score, lower: interval.lower, upper: interval.upper)
    }
    return (limit - edges) / Self.pullDiscount
  }

  private func interval(_ bounds: Bounds, _ node: UInt32, edges: inout Int) throws -> Bounds.Interval {
    let cost = descent == nil ? try bounds.refinementCost(node) : 0
    guard cost > 0, cost <= edges else { return bounds.interval(Int(node)) }
    edges -= cost
    return try bounds.refined(Int(node))
  }

  private func count(_ bounds: Bounds, _ candidates: CandidateFilter) -> (reached: Int, admitted: Int) {
    var count = (reached: 0, admitted: 0)
    bounds.forEachCandidate { node, interval in
      guard interval.score > 0 else { return }
      count.reached += 1
      if candidates.admits(node) { count.admitted += 1 }
    }
    return count
  }
}

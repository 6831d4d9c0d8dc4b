import AkinGraph

/// How often the walks of a query visited each candidate: dense counters and a list of those in use, so that a query
/// costs what it touches and allocates nothing once the lists have grown. Visits of a query that does not ask before its
/// walks are over are held and counted in the end, without these counters (`HeldVisits`).
struct VisitCounts {
  /// All of one candidate in one cache line: a visit costs one access.
  struct Counter: BitwiseCopyable {
    /// Counted visits of the source at hand.
    var visits = 0.0
    /// Sum of the squares of what was counted into `visits`.
    var squares = 0.0
    /// Σ √visits over the sources that are finished.
    var root = 0.0
    /// Variance of `root`, by the delta method: a quarter of squares over visits, summed over the sources.
    var variance = 0.0

    /// The source at hand is finished: whether it is the first that came here.
    @inline(__always)
    mutating func takeRoot() -> Bool {
      let isFirst = root == 0
      root += visits.squareRoot()
      variance += squares / visits / 4
      visits = 0
      squares = 0
      return isFirst
    }
  }

  /// None until they are needed.
  var counters: [Counter] = []
  private let candidateCount: Int
  private var held: HeldVisits
  /// Whether visits are held.
  private var holds = false
  /// Candidates that the source at hand visited.
  var visited: [UInt32] = []
  /// Candidates with a root above zero, in order of first visit.
  private(set) var touched: [UInt32] = []
  /// Whether the source at hand is finished, its roots not yet taken: of a single source they never need be written.
  private var isFinished = false

  init(candidateCount: Int) {
    self.candidateCount = candidateCount
    held = HeldVisits(candidateCount: candidateCount)
  }

  /// Before the first visit of a query.
  ///
  /// - Parameter asks: whether `countVisited` will be asked before the walks are over.
  mutating func begin(sources: Int, asks: Bool) {
    holds = !asks
    held.begin(hasSources: sources > 1)
  }

  /// Counts visits in their order.
  mutating func add(_ visits: Span<Visit>) {
    if holds {
      isFinished = false
      held.add(visits)
      if held.count > HeldVisits.limit { pour() }
      return
    }
    settle()
    prepare()
    count(visits)
  }

  private mutating func prepare() {
    if counters.isEmpty { counters = Self.counters(candidateCount) }
  }

  /// Counts what is held; roots of all sources but the last are taken.
  private mutating func pour() {
    holds = false
    guard !held.isEmpty else { return }
    prepare()
    var visits = HeldVisits(candidateCount: 0)
    swap(&visits, &held)
    var source: UInt32 = 0
    visits.forEach { entry in
      if entry.source != source {
        takeRoots()
        source = entry.source
      }
      let candidate = Int(entry.candidate)
      if counters[candidate].visits == 0 { visited.append(entry.candidate) }
      counters[candidate].visits += entry.worth
      if !entry.isExpected { counters[candidate].squares += entry.worth * entry.worth }
    }
    visits.clear()
    swap(&visits, &held)
  }

  /// Adds visits that are known in the mean, without an error of their own.
  mutating func add(expected visits: Double, at candidate: UInt32) {
    guard visits > 0 else { return }
    if holds {
      isFinished = false
      return held.add(expected: visits, at: candidate)
    }
    settle()
    prepare()
    if counters[Int(candidate)].visits == 0 { visited.append(candidate) }
    counters[Int(candidate)].visits += visits
  }

  /// How many admitted candidates the source at hand has visited at least so often.
  func countVisited(atLeast visits: Double, where isAdmitted: (UInt32) -> Bool) -> Int {
    visited.count { counters[Int($0)].visits >= visits && isAdmitted($0) }
  }

  func isTouched(_ candidate: UInt32) -> Bool {
    Int(candidate) < counters.count && counters[Int(candidate)].root > 0
  }

  /// Σ √visits.
  func root(of candidate: UInt32) -> Double { counters[Int(candidate)].root }

  /// The variance of `root`.
  func variance(of candidate: UInt32) -> Double { counters[Int(candidate)].variance }

  /// The walk of a source is over: what comes next is of another.
  mutating func finishSource() {
    if holds { held.finishSource() } else { settle() }
    isFinished = true
  }

  /// Takes the roots of the visits of a finished source, which `root`, `isTouched` and `touched` tell of.
  mutating func settle() {
    pour()
    guard isFinished else { return }
    isFinished = false
    takeRoots()
  }

  private mutating func takeRoots() {
    forEachCounter(of: visited) { candidate, counter, touched in
      if counter.takeRoot() { touched.append(candidate) }
    }
    visited.removeAll(keepingCapacity: true)
  }

  /// Hands over every candidate with Σ √visits and its variance, in some order, and forgets it: counters are
  /// read and cleared in one pass. Where `body` throws, `clear` is still to be called.
  ///
  /// - Parameters:
  ///   - prefetch: told which candidate comes soon.
  ///   - body: returns how large `VisitSum.square` must be from now on.
  /// - Returns: how many candidates were smaller, and not handed over.
  mutating func drain(
    prefetch: (UInt32) -> Void,
    _ body: (_ candidate: UInt32, _ sum: VisitSum) throws(GraphError) -> Double
  ) throws(GraphError) -> Int {
    if holds {
      isFinished = false
      return try held.drain(body)
    }
    if !(isFinished && touched.isEmpty) { settle() }
    let isSingle = isFinished
    var least = -Double.infinity
    var passedOver = 0
    try Self.update(&counters, of: isSingle ? visited : touched, prefetch: prefetch) {
      candidate, counter throws(GraphError) in
      let sum =
        isSingle
        ? VisitSum(visits: counter.visits, squares: counter.squares)
        : VisitSum(root: counter.root, variance: counter.variance)
      counter = Counter()
      guard sum.square >= least else {
        passedOver += 1
        return
      }
      least = try body(candidate, sum)
    }
    visited.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
    isFinished = false
    return passedOver
  }

  mutating func clear() {
    held.clear()
    forEachCounter(of: visited) { _, counter, _ in counter = Counter() }
    forEachCounter(of: touched) { _, counter, _ in counter = Counter() }
    visited.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
    isFinished = false
  }

  /// Lets `body` write the counter of each of `candidates`, and append to `touched`.
  private mutating func forEachCounter(
    of candidates: [UInt32], _ body: (UInt32, inout Counter, inout [UInt32]) -> Void
  ) {
    Self.update(&counters, of: candidates, prefetch: { _ in }) { body($0, &$1, &touched) }
  }
}

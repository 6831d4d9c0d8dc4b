/// How often the walks of a query visited each candidate: dense counters and a list of those in use, so that a query
/// costs what it touches and allocates nothing once the lists have grown.
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
  }

  var counters: [Counter]
  /// Candidates that the source at hand visited.
  var visited: [UInt32] = []
  /// Candidates with a root above zero, in order of first visit.
  private(set) var touched: [UInt32] = []

  init(candidateCount: Int) {
    counters = Self.counters(candidateCount)
  }

  /// Adds visits that are known in the mean, without an error of their own.
  mutating func add(expected visits: Double, at candidate: UInt32) {
    guard visits > 0 else { return }
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

  /// Σ √visits, divided by 1 + `caution` times its relative standard error.
  func root(of candidate: UInt32, caution: Double) -> Double {
    let counter = counters[Int(candidate)]
    return counter.root / (1 + caution * counter.variance.squareRoot() / counter.root)
  }

  /// Takes the roots of the visits of one source.
  mutating func finishSource() {
    forEachCounter(of: visited) { candidate, counter, touched in
      if counter.root == 0 { touched.append(candidate) }
      counter.root += counter.visits.squareRoot()
      counter.variance += counter.squares / counter.visits / 4
      counter.visits = 0
      counter.squares = 0
    }
    visited.removeAll(keepingCapacity: true)
  }

  mutating func clear() {
    forEachCounter(of: visited) { _, counter, _ in counter = Counter() }
    forEachCounter(of: touched) { _, counter, _ in counter = Counter() }
    visited.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
  }

  /// Lets `body` write the counter of each of `candidates`, and append to `touched`.
  private mutating func forEachCounter(
    of candidates: [UInt32], _ body: (UInt32, inout Counter, inout [UInt32]) -> Void
  ) {
    Self.update(&counters, of: candidates, &touched, body)
  }
}

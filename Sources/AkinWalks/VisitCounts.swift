/// How often the walks of a query visited each candidate: dense counters and a list of those in use, so that a query
/// costs what it touches and allocates nothing once the lists have grown.
struct VisitCounts {
  /// All of one candidate in one cache line: a visit costs one access.
  private struct Counter {
    /// Counted visits of the source at hand.
    var visits = 0.0
    /// Sum of the squares of what was counted into `visits`.
    var squares = 0.0
    /// Σ √visits over the sources that are finished.
    var root = 0.0
    /// Variance of `root`, by the delta method: a quarter of squares over visits, summed over the sources.
    var variance = 0.0
  }

  private var counters: [Counter]
  /// Candidates that the source at hand visited.
  private var visited: [UInt32] = []
  /// Candidates with a root above zero, in order of first visit.
  private(set) var touched: [UInt32] = []

  init(candidateCount: Int) {
    counters = [Counter](repeating: Counter(), count: candidateCount)
  }

  mutating func add(_ block: WalkBlock) {
    for (step, candidate) in block.candidates.enumerated() {
      let worth = block.worths.isEmpty ? 1 : block.worths[step]
      if counters[Int(candidate)].visits == 0 { visited.append(candidate) }
      counters[Int(candidate)].visits += worth
      counters[Int(candidate)].squares += worth * worth
    }
  }

  /// Takes the roots of the visits of one source.
  mutating func finishSource() {
    for candidate in visited {
      var counter = counters[Int(candidate)]
      if counter.root == 0 { touched.append(candidate) }
      counter.root += counter.visits.squareRoot()
      counter.variance += counter.squares / counter.visits / 4
      counter.visits = 0
      counter.squares = 0
      counters[Int(candidate)] = counter
    }
    visited.removeAll(keepingCapacity: true)
  }

  func isTouched(_ candidate: UInt32) -> Bool {
    Int(candidate) < counters.count && counters[Int(candidate)].root > 0
  }

  /// Σ √visits, divided by 1 + `caution` times its relative standard error.
  func root(of candidate: UInt32, caution: Double) -> Double {
    let counter = counters[Int(candidate)]
    return counter.root / (1 + caution * counter.variance.squareRoot() / counter.root)
  }

  mutating func clear() {
    for candidate in visited { counters[Int(candidate)] = Counter() }
    for candidate in touched { counters[Int(candidate)] = Counter() }
    visited.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
  }
}

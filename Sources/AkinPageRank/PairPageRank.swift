public import AkinGraph
public import AkinParallel
public import AkinRanking
import Glibc

/// Parameters of the estimate for a single pair.
public struct PairPageRankOptions: Sendable, Equatable {
  /// Probability of following an edge rather than restarting; in 0..<1.
  public var damping = 0.85
  /// Whether edges count by their weight; otherwise all edges of a hop count alike.
  public var usesWeights = true
  /// ε > 0: how far the estimate may be off, as a part of the score.
  public var relativeError = 0.05
  /// δ in 0..<1, above 0: the guarantee is for scores of at least this.
  public var threshold = 1e-7
  /// p in 0..<1, above 0: the probability that the estimate is off by more, where walks were needed.
  public var failure = 1e-3

  /// Within 5 % for scores of at least 10⁻⁷, except once in a thousand.
  public init() {}

  func check() {
    precondition(damping >= 0 && damping < 1, "damping must be in 0..<1, found \(damping)")
    precondition(relativeError > 0, "relativeError must be above 0, found \(relativeError)")
    precondition(threshold > 0 && threshold < 1, "threshold must be above 0 and below 1, found \(threshold)")
    precondition(failure > 0 && failure < 1, "failure must be above 0 and below 1, found \(failure)")
  }
}

/// The score of one node for one set of sources.
public struct PairScore: Sendable, Equatable {
  /// The estimate, between `lower` and `upper`.
  public var score: Double
  /// Bounds that hold whatever the walks found.
  public var lower: Double
  /// The score is not above this.
  public var upper: Double
  /// Walks that the estimate rests on; with 0 it is certain that the score lies within the relative error, or below
  /// the threshold.
  public var walks: Int
  /// Edges followed by the pushes.
  public var edges: Int
}

/// The personalized PageRank of one node for given sources, without that of all others.
///
/// Mass is pushed on from the sources and, against the edges, back from the target; walks go from what the one leaves to
/// what the other leaves. With p and r the estimates and residuals from the sources, q and h those from the target, so
/// that π_u(t) = q(u) + Σ_v π_u(v)·h(v), and s the shares of the sources,
///
///     π(t) = Σ_u s(u)·q(u) + Σ_v p(v)·h(v) + Σ_w r(w) Σ_v π_w(v)·h(v).
///
/// The first two sums are known. The third lies between (1 − d)·Σ r(w)·h(w) and Σ r · max h, and is Σ r times the mean of h
/// where walks from r end. With n = (2 + 2ε/3) · ln(2/p) · Σ r · max h / (ε² · max(δ, lower bound)) walks a score of at least
/// δ is met to within ε times itself with probability 1 − p, by Bernstein's inequality. Pushes go on, on the cheaper side, until
/// the walks would take fewer steps than the pushes followed edges.
///
/// Each block of walks has a random stream of its own, so answers are the same on any number of threads.
///
/// - Complexity: O(√(m / (ε²·δ))) expected for a typical pair at a good balance; 64 bytes a node.
///
/// Source: Lofgren, Banerjee & Goel, "Personalized PageRank estimation and search: a bidirectional approach", WSDM 2016,
/// doi:10.1145/2835776.2835823.
public struct PairPageRank: Sendable {
  /// The guarantee that is asked for.
  public let options: PairPageRankOptions
  let surface: Surface
  let transposed: Surface
  let execution: Execution

  /// - Throws: `PageRankError`; `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, following ways: Ways, options: PairPageRankOptions = PairPageRankOptions(),
    execution: Execution = .serial
  ) throws {
    options.check()
    self.options = options
    self.execution = execution
    surface = try Surface(snapshot, following: ways, usesWeights: options.usesWeights, execution: execution)
    transposed = Surface(transposing: surface)
  }

  /// - Precondition: there is a source, and all nodes are nodes of the snapshot.
  /// - Throws: `PageRankError.sourceOffTheWays`, `.candidateOffTheWays`; `GraphError.damagedData`; `CancellationError`.
  public func score(of target: NodeID, from sources: [WeightedSource], seed: UInt64 = 0) throws -> PairScore {
    precondition(!sources.isEmpty, "personalized PageRank needs at least one source")
    let restart = try surface.restart(at: sources)
    // A node's score is that of all its copies.
    let targets = surface.layers.filter { $0.type == target.type }.map { $0.start + Int(target.index) }
    guard !targets.isEmpty else {
      throw PageRankError.candidateOffTheWays(
        type: surface.snapshot.schema.name(of: target.type), expected: surface.typeNames)
    }
    let meeting = Meeting(surface, transposed, damping: options.damping, restart: restart, targets: targets)
    let steps = 1 / (1 - options.damping)
    var state = meeting.state()
    var walks = walkCount(state)
    while walks > 0, Double(meeting.edges) < Double(walks) * steps {
      try execution.cancellation.check()
      guard try meeting.push() else { break }
      state = meeting.state()
      walks = walkCount(state)
    }
    guard walks > 0 else {
      return PairScore(
        score: (state.lower + state.upper) / 2, lower: state.lower, upper: state.upper, walks: 0, edges: meeting.edges)
    }
    let mean = try meanWorth(meeting, walks: walks, restart: restart, seed: seed)
    let score = min(state.upper, max(state.lower, state.known + state.residual * mean))
    return PairScore(score: score, lower: state.lower, upper: state.upper, walks: walks, edges: meeting.edges)
  }

  private func walkCount(_ state: Meeting.State) -> Int {
    let epsilon = options.relativeError
    if state.upper - state.lower <= epsilon * state.lower || state.upper < options.threshold { return 0 }
    let range = state.residual * state.largest
    let perUnit = (2 + 2 * epsilon / 3) * log(2 / options.failure) / (epsilon * epsilon)
    return Int((perUnit * range / max(options.threshold, state.lower)).rounded(.up))
  }

  /// The mean of what the push from the target left where walks from the residuals of the sources end.
  private func meanWorth(
    _ meeting: Meeting, walks: Int, restart: [(state: Int, share: Double)], seed: UInt64
  ) throws -> Double {
    let starts = meeting.forward.starts()
    var cumulative: [Double] = []
    cumulative.reserveCapacity(starts.count)
    var sum = 0.0
    for start in starts {
      sum += start.residual
      cumulative.append(sum)
    }
    let worth = meeting.worth()
    let ladder = cumulative
    let total = sum
    return try concurrentMap(count: walks, chunkSize: 256, execution: execution) { range in
      var random = RandomStream(seed: seed, stream: UInt64(range.lowerBound))
      var sum = 0.0
      for _ in range {
        let position = random.drawUnit() * total
        var low = 0
        var high = ladder.count - 1
        while low < high {
          let middle = (low + high) / 2
          if ladder[middle] <= position { low = middle + 1 } else { high = middle }
        }
        let end = try surface.walk(
          from: Int(starts[low].state), damping: options.damping, restart: restart, using: &random)
        sum += worth[UInt32(end)] ?? 0
      }
      return sum
    }.reduce(0, +) / Double(walks)
  }
}

/// A push from the sources and one from the target, with what they say together.
private final class Meeting {
  struct State {
    /// Σ s·q + Σ p·h, and what isolated sources keep.
    var known = 0.0
    var lower = 0.0
    var upper = 0.0
    /// Σ r
    var residual = 0.0
    /// max h
    var largest = 0.0
  }

  let surface: Surface
  let forward: PushMemory
  private let backward: PushMemory
  private let damping: Double
  /// Where mass started that the pushes move.
  private let starts: [(state: Int, share: Double)]
  private let targets: [Int]
  private var followed = (forward: 0, backward: 0)
  private var thresholds: (forward: Double, backward: Double)
  var edges: Int { followed.forward + followed.backward }

  init(
    _ surface: Surface, _ transposed: Surface, damping: Double, restart: [(state: Int, share: Double)], targets: [Int]
  ) {
    self.surface = surface
    self.damping = damping
    self.targets = targets
    forward = PushMemory(surface, damping: damping)
    backward = PushMemory(transposed, damping: damping)
    forward.begin(restart)
    starts = forward.starts().map { (Int($0.state), $0.residual) }
    // What dangling nodes return makes the sources their successors. To leave residuals on the sources where they are spares
    // the push from following those edges.
    if !surface.isReversible { for source in restart { backward.setHeld(true, source.state) } }
    backward.begin(targets.map { ($0, transposed.strength[$0]) }, returnsMass: false)
    thresholds = (forward.initialRatio, backward.initialRatio)
  }

  /// Pushes on where fewer edges were followed so far.
  ///
  /// - Returns: `false` when nothing but rounding is left.
  func push() throws -> Bool {
    // Below this there is nothing but rounding.
    let isForwardDone = thresholds.forward < forward.initialRatio * 1e-15
    let isBackwardDone = thresholds.backward < 1e-15
    if isForwardDone, isBackwardDone { return false }
    if !isForwardDone, isBackwardDone || followed.forward <= followed.backward {
      thresholds.forward *= 0.25
      followed.forward += try forward.push(threshold: thresholds.forward, limit: .max)
    } else {
      thresholds.backward *= 0.25
      followed.backward += try backward.push(threshold: thresholds.backward, limit: .max)
    }
    return true
  }

  private func ratio(_ state: Int) -> Double { 1 / backward.surface.strength[state] }

  func state() -> State {
    var state = State()
    var near = 0.0
    for start in starts where backward.isTouched(start.state) {
      state.known += start.share * backward.estimates[start.state] * ratio(start.state)
    }
    // Isolated sources keep what they have, and nothing else leads there.
    for target in targets
    where surface.isReversible && surface.strength[target] == 0 && forward.isTouched(target) {
      state.known += forward.estimates[target]
    }
    for (layer, touched) in backward.touched.enumerated() {
      for number in 0..<touched.count {
        let position = surface.layers[layer].start + Int(touched[number])
        let worth = backward.states[position].residual * ratio(position)
        guard worth > 0 else { continue }
        state.largest = max(state.largest, worth)
        guard forward.isTouched(position), !(surface.isReversible && surface.strength[position] == 0) else { continue }
        state.known += forward.estimates[position] * worth
        near += forward.states[position].residual * worth
      }
    }
    state.residual = forward.residualMass
    state.lower = state.known + (1 - damping) * near
    state.upper = state.known + state.residual * state.largest
    return state
  }

  /// What the push from the target left, by state.
  func worth() -> [UInt32: Double] {
    var worth: [UInt32: Double] = [:]
    for start in backward.starts() { worth[start.state] = start.residual * ratio(Int(start.state)) }
    return worth
  }
}

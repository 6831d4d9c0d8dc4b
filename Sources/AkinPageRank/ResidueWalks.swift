public import AkinGraph
public import AkinParallel
public import AkinRanking
import Glibc

/// Parameters of approximate PageRank with a guarantee of probability.
public struct ResidueWalkOptions: Sendable, Equatable {
  /// Probability of following an edge rather than restarting; in 0..<1.
  public var damping = 0.85
  /// Whether edges count by their weight; otherwise all edges of a hop count alike.
  public var usesWeights = true
  /// ε > 0: how far an estimate may be off, as a part of the score.
  public var relativeError = 0.5
  /// δ in 0..<1, above 0: the guarantee is for nodes whose score is at least this.
  public var threshold = 1e-4
  /// p in 0..<1, above 0: the probability, for each such node, that its estimate is off by more.
  public var failure = 1e-3

  /// Within a half for scores of at least 10⁻⁴, except once in a thousand.
  public init() {}

  func check() {
    precondition(damping >= 0 && damping < 1, "damping must be in 0..<1, found \(damping)")
    precondition(relativeError > 0, "relativeError must be above 0, found \(relativeError)")
    precondition(threshold > 0 && threshold < 1, "threshold must be above 0 and below 1, found \(threshold)")
    precondition(failure > 0 && failure < 1, "failure must be above 0 and below 1, found \(failure)")
  }

  /// Walks per unit of residual: (2ε/3 + 2) · ln(2/p) / (ε²·δ).
  var walksPerMass: Double {
    (2 * relativeError / 3 + 2) * log(2 / failure) / (relativeError * relativeError * threshold)
  }
}

/// What push and walks together found.
public struct ResidueWalkResult: Sendable, Equatable {
  /// Nodes with an estimate above 0, by type and index; the estimates sum to 1.
  public var scores: [RankedNode]
  /// Edges followed by the push.
  public var edges: Int
  /// Walks that were made, over all starts.
  public var walks: Int
}

/// Personalized PageRank by forward push, and random walks from where the push left residuals.
///
/// The push leaves π = p + Σ_v r(v)·π_v. For each v with a residual, ⌈r(v)·w⌉ walks start at v and stop at each step with
/// probability 1 − d; where one stops, r(v)/⌈r(v)·w⌉ is added. The estimates are unbiased, and with
/// w = (2ε/3 + 2)·ln(2/p)/(ε²·δ) each score of at least δ is met to within ε times itself with probability 1 − p. The push
/// goes on until it has followed as many edges as the walks would take steps, so that neither part outweighs the other.
///
/// Each start has a random stream of its own, so answers are the same on any number of threads.
///
/// - Complexity: O(√(w·m)) expected at a good balance, whatever the size of the graph.
///
/// Source: Wang et al., "FORA: simple and effective approximate single-source personalized PageRank", KDD 2017,
/// doi:10.1145/3097983.3098072.
public struct ResidueWalks: Sendable {
  /// The guarantee that is asked for.
  public let options: ResidueWalkOptions
  let surface: Surface
  let execution: Execution

  /// Reads every edge once to make sure that a damaged file cannot mislead the walks.
  ///
  /// - Throws: `PageRankError`; `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, following ways: Ways, options: ResidueWalkOptions = ResidueWalkOptions(),
    execution: Execution = .serial
  ) throws {
    options.check()
    self.options = options
    self.execution = execution
    surface = try Surface(snapshot, following: ways, usesWeights: options.usesWeights, execution: execution)
    try surface.validate(execution: execution)
  }

  /// - Throws: `PageRankError.sourceOffTheWays`; `GraphError.damagedData`; `CancellationError`.
  public func scores(from sources: [WeightedSource], seed: UInt64 = 0) throws -> ResidueWalkResult {
    precondition(!sources.isEmpty, "personalized PageRank needs at least one source")
    let restart = try surface.restart(at: sources)
    let memory = PushMemory(surface, damping: options.damping)
    memory.begin(restart)
    let perMass = options.walksPerMass
    var threshold = memory.initialRatio
    var edges = 0
    var remaining = memory.starts()
    // A walk takes 1 / (1 − d) steps in the mean.
    while !remaining.isEmpty {
      let mass = remaining.reduce(0) { $0 + $1.residual }
      if Double(edges) >= mass * perMass / (1 - options.damping) { break }
      threshold *= 0.25
      // Below this nothing would be walked but rounding.
      if threshold < memory.initialRatio * 1e-15 { break }
      edges += try memory.push(threshold: threshold, limit: .max)
      remaining = memory.starts()
    }
    let starts = remaining
    let blocks = try concurrentMap(count: starts.count, chunkSize: 64, execution: execution) { range in
      var ends: [UInt32: Double] = [:]
      var walks = 0
      for start in starts[range] {
        var random = RandomStream(seed: seed, stream: mix64(UInt64(start.state)))
        let count = Int((start.residual * perMass).rounded(.up))
        let worth = start.residual / Double(count)
        for _ in 0..<count {
          let end = try surface.walk(
            from: Int(start.state), damping: options.damping, restart: restart, using: &random)
          ends[UInt32(end), default: 0] += worth
        }
        walks += count
      }
      return (ends: ends, walks: walks)
    }
    var scores: [UInt32: Double] = [:]
    for layer in surface.layers.indices {
      let touched = memory.touched[layer]
      for number in 0..<touched.count {
        let state = surface.layers[layer].start + Int(touched[number])
        if memory.estimates[state] > 0 { scores[UInt32(state)] = memory.estimates[state] }
      }
    }
    var walks = 0
    for block in blocks {
      walks += block.walks
      for (state, worth) in block.ends { scores[state, default: 0] += worth }
    }
    return ResidueWalkResult(scores: byNode(scores), edges: edges, walks: walks)
  }

  /// States of one type that are the same node are added up.
  private func byNode(_ scores: [UInt32: Double]) -> [RankedNode] {
    var nodes: [RankedNode] = []
    for (state, score) in scores.sorted(by: { $0.key < $1.key }) {
      let layer = surface.layers[surface.layer(of: Int(state))]
      nodes.append(
        RankedNode(node: NodeID(type: layer.type, index: UInt32(Int(state) - layer.start)), score: score))
    }
    nodes.sort { $0.node < $1.node }
    var merged: [RankedNode] = []
    for node in nodes {
      if merged.last?.node == node.node {
        merged[merged.count - 1].score += node.score
      } else {
        merged.append(node)
      }
    }
    return merged
  }
}

extension PushMemory {
  /// States with mass left, in order of state.
  func starts() -> [(state: UInt32, residual: Double)] {
    var starts: [(state: UInt32, residual: Double)] = []
    for layer in surface.layers.indices {
      for number in 0..<touched[layer].count {
        let state = surface.layers[layer].start + Int(touched[layer][number])
        if states[state].residual > 0 { starts.append((UInt32(state), states[state].residual)) }
      }
    }
    return starts.sorted { $0.state < $1.state }
  }
}

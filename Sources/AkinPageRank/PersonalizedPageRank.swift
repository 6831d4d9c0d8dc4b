public import AkinGraph
public import AkinParallel
public import AkinRanking
import Glibc
import Synchronization

/// Ranked lists by personalized PageRank, found near the sources, with a statement of what is proven.
///
/// The score of a candidate is its personalized PageRank (see `PageRank` for the formula) over
/// (popularity + hubSmoothing)^hubExponent. A query runs in up to three phases:
///
/// 1. *Push.* Mass is pushed out from the sources, always where most is left for the strength of the node. At any time
///    π(t) = p(t) + Σ_v r(v)·π_v(t), so p(t) + (1 − d)·r(t) is a lower bound. In ways that are as likely walked back,
///    π_v(t) / strength(t) = π_t(v) / strength(v), so what is missing is strength(t) times a mean of r / strength, taken
///    over where a surfer from t comes: it is at most strength(t) · d · max r / strength, with the largest ratios of each
///    layer weighted by d/(1 + d) and d²/(1 + d) where layers are two. Elsewhere it is at most d · Σ r.
/// 2. *Descent.* When pushing on would cost more than passes over the whole graph, conjugate gradients take up what is
///    left (see `PageRank`), in reversible ways. The same bounds hold, with signs.
///
/// 3. *Last step.* Where the budget ends before a proof, and there was no descent, the candidates near the end of the list
///    are looked at from their own side: what one more push of everything would bring them is a sum over their edges.
///
/// After each round the bounds are compared, and the search ends once the k best are proven or the budget is spent.
/// Bounds are widened by 1e-12 of their value and by 2e-13 of the unit that the search began with, more than rounding can
/// add up to.
///
/// Answers have the same bits on any number of threads, unless the budget is a time.
///
/// - Complexity: O(edges followed) a query; a session holds 32 bytes a node, and once a descent was needed about 100.
public struct PersonalizedPageRank: Recommender {
  /// The graph that is searched.
  public let snapshot: Snapshot
  /// Damping, budget and popularity dial.
  public let options: PersonalizedPageRankOptions
  /// Which edges the surfer may follow.
  public let ways: Ways
  /// The type of the nodes that are ranked.
  public let candidateType: NodeTypeID
  let surface: Surface
  let execution: Execution
  /// The layer of the candidates.
  let home: Int
  /// What the score of each candidate is multiplied by; empty for 1.
  let corrections: [Double]
  /// Candidates by descending strength times correction, the first few thousand.
  let strongest: [UInt32]
  let largestCorrection: Double
  /// Strength of the candidates' layer where ways are two-sided, else of all states.
  let totalStrength: Double
  private let whole: WholeGraph

  /// - Parameter candidateType: of the nodes ranked.
  /// - Throws: `PageRankError`; `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, following ways: Ways, ranking candidateType: NodeTypeID,
    options: PersonalizedPageRankOptions = PersonalizedPageRankOptions(), execution: Execution = .serial
  ) throws {
    options.check()
    self.snapshot = snapshot
    self.options = options
    self.ways = ways
    self.candidateType = candidateType
    self.execution = execution
    let surface = try Surface(snapshot, following: ways, usesWeights: options.usesWeights, execution: execution)
    self.surface = surface
    guard let home = surface.layers.firstIndex(where: { $0.type == candidateType }) else {
      throw PageRankError.candidateOffTheWays(
        type: snapshot.schema.name(of: candidateType), expected: surface.typeNames)
    }
    self.home = home
    let layer = surface.layers[home]
    let corrections =
      options.hubExponent > 0
      ? try Self.popularity(surface, of: home, options: options, execution: execution).map {
        pow(max(1, $0 + options.hubSmoothing), -options.hubExponent)
      } : []
    self.corrections = corrections
    largestCorrection = corrections.max() ?? 1
    totalStrength = surface.strength[surface.isTwoSided ? layer.range : 0..<surface.stateCount].reduce(0, +)
    var top = TopK(min(4096, layer.count))
    for node in 0..<layer.count {
      top.offer(
        UInt32(node), score: surface.strength[layer.start + node] * (corrections.isEmpty ? 1 : corrections[node]))
    }
    strongest = top.ranked(type: candidateType).map(\.node.index)
    whole = WholeGraph()
  }

  /// By candidate; see `PersonalizedPageRankOptions.HubMeasure`.
  private static func popularity(
    _ surface: Surface, of home: Int, options: PersonalizedPageRankOptions, execution: Execution
  ) throws -> [Double] {
    var degrees = [Double](repeating: 0, count: surface.layers[home].count)
    for arc in surface.arcs where arc.to == home {
      for node in degrees.indices { degrees[node] += Double(try arc.into.degree(of: UInt32(node))) }
    }
    guard options.hubMeasure == .rank else { return degrees }
    let pageRank = try PageRank(
      surface,
      options: PageRankOptions(
        damping: options.damping, tolerance: 1e-9, maxIterations: 1_000_000, usesWeights: options.usesWeights),
      execution: execution)
    let ranks = try pageRank.scores().scores[Int(surface.layers[home].type.rawValue)]
    let unit = degrees.reduce(0, +) / max(ranks.reduce(0, +), .leastNormalMagnitude)
    return ranks.map { $0 * unit }
  }

  public var info: MethodInfo {
    MethodInfo(
      name: "pagerank",
      parameters: [
        .init("damping", options.damping), .init("weighted", options.usesWeights ? 1 : 0),
        .init("edges", options.edges), .init("milliseconds", options.milliseconds),
        .init("exact", options.isExact ? 1 : 0), .init("tolerance", options.tolerance),
        .init("hubExponent", options.hubExponent),
        .init("hubSmoothing", options.hubSmoothing), .init("hubRank", options.hubMeasure == .rank ? 1 : 0),
        .init("ways", ways.text(in: snapshot.schema)),
      ] + ways.weights(in: snapshot.schema).map { .init("weight.\($0.relation)", $0.weight) },
      fingerprint: snapshot.fingerprint)
  }

  public func makeSession() -> any RankingSession {
    options.isExact ? ExactRankingSession(self) : PersonalizedPageRankSession(self)
  }

  /// - Throws: `PageRankError.candidateOffTheWays`.
  func checkCandidates(_ query: Query) throws(PageRankError) {
    guard query.candidates.type == candidateType else {
      throw .candidateOffTheWays(
        type: snapshot.schema.name(of: query.candidates.type), expected: [snapshot.schema.name(of: candidateType)])
    }
  }

  func correction(of node: Int) -> Double { corrections.isEmpty ? 1 : corrections[node] }

  /// What finds all scores to within the tolerance; made when the first query needs it.
  func exact() throws -> PageRank {
    try whole.exact.withLock { known in
      if let known { return known }
      let made = try PageRank(
        surface,
        options: PageRankOptions(
          damping: options.damping, tolerance: options.tolerance, maxIterations: 1_000_000,
          usesWeights: options.usesWeights), execution: execution)
      known = made
      return made
    }
  }

  /// What a descent works with; made when the first query needs it.
  func system() throws -> ReversibleSystem {
    try whole.system.withLock { known in
      if let known { return known }
      let pageRank = try PageRank(
        surface, options: PageRankOptions(damping: options.damping, usesWeights: options.usesWeights),
        execution: execution)
      let made = ReversibleSystem(pageRank, eliminates: surface.isTwoSided ? 1 - home : nil)
      known = made
      return made
    }
  }

  private final class WholeGraph: Sendable {
    let system = Mutex<ReversibleSystem?>(nil)
    let exact = Mutex<PageRank?>(nil)
  }
}

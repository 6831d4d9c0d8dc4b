public import AkinGraph
public import AkinParallel
public import AkinRanking
import CAkinKernels
import Glibc

/// Related items by random walks with restart between the two ends of one relation.
///
/// From a source *q* walkers step from item to user to item, each edge of a node being equally likely; after every step
/// they return to *q* with probability `restart`. Users are preferred by degree^(1 − connectorExponent), see
/// `ConnectorPreference`. With v_q(p) the visits of item p by the walks from *q*,
///
///     score(p) = (Σ_q √v_q(p))² / steps / (degree(p) + hubSmoothing)^hubExponent / (1 + caution · r(p))²
///
/// so an item reached from several sources gains over one reached as often from a single one. r(p) is the standard error
/// of Σ_q √v_q(p) over its value, with visits taken as independent: chance alone must not lift an item with few visits. The budget of steps is
/// shared in proportion to w_q · d_q · (1 + log d_max − log d_q), where w_q is the weight of the source, d_q its degree
/// and d_max the largest degree among the sources: popular sources get more steps, but less than in proportion.
///
/// Where a source has fewer ways of one step than steps to walk, the first steps are not drawn but counted exactly
/// (`FirstStep`); chance then decides only what lies further out.
///
/// The walk of a source is cut into blocks of `blockSteps` steps. Each block starts at the source and draws from a
/// random stream of its own, named by the source and the number of the block, so answers are the same on any number of
/// threads and in whatever order the sources are given.
///
/// - Complexity: O(steps) a query, independent of the size of the graph but for cache misses; a session holds
///   32 bytes a step or, once a query has an early stop or a million visits, 32 bytes a candidate node.
///
/// Source: Eksombatchai et al., "Pixie: a system for recommending 3+ billion items to 200+ million users in real-time",
/// WWW 2018, arXiv:1711.07601. The penalty by degree is RP3β's: Paudel et al., "Updatable, accurate, diverse, and
/// scalable recommendations for interactive applications", ACM TiiS 7(1), 2016, doi:10.1145/2955101.
public struct Pixie: Recommender {
  /// Steps between two looks at anything but the walk itself.
  public static let blockSteps = 2048
  /// More walkers than the processor can have reads outstanding gain little.
  public static let usualWalkersInFlight = StepTables.walkersInFlight
  /// Blocks of one source between two looks whether it has found enough.
  public static let blocksBetweenLooks = 16

  /// The graph that is walked on.
  public let snapshot: Snapshot
  /// How walks are made and how visits become scores.
  public let options: PixieOptions
  /// From a candidate node to the nodes that connect it with others: from item to user.
  public let hop: Hop
  let execution: Execution
  /// See `ConnectorPreference`.
  let powers: [Double]
  /// (degree + hubSmoothing)^hubExponent for small degrees, by degree.
  private let penalties: [Double]
  let tables: StepTables
  /// `nil` where no node is preferred for itself.
  let nodePreference: NodePreference?
  private let notes: [MethodInfo.Parameter]
  /// From candidates to connectors.
  let outward: Adjacency
  /// From connectors to candidates.
  let inward: Adjacency
  /// How many walkers a thread moves in turns. Never changes a result.
  public var walkersInFlight = Pixie.usualWalkersInFlight

  /// - Parameters:
  ///   - hop: the first hop of a step; the second is the same relation followed back. Candidates are of the type that the
  ///     hop starts from.
  ///   - biases: how readily walks go to single nodes, such as those of a language; no factor is 0. First steps are then
  ///     drawn, not counted.
  ///   - notes: parameters that the biases were made from, for `info`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: PixieOptions = PixieOptions(), biases: [NodeBias] = [],
    notes: [MethodInfo.Parameter] = [], execution: Execution = .serial
  ) {
    precondition(options.steps >= 1, "steps must be at least 1, found \(options.steps)")
    precondition((0...1).contains(options.restart), "restart must be in 0...1, found \(options.restart)")
    precondition(
      options.connectorExponent >= 0, "connectorExponent must not be negative, found \(options.connectorExponent)")
    precondition(options.hubExponent >= 0, "hubExponent must not be negative, found \(options.hubExponent)")
    precondition(options.caution >= 0, "caution must not be negative, found \(options.caution)")
    precondition(options.hubSmoothing >= 0, "hubSmoothing must not be negative, found \(options.hubSmoothing)")
    if let stop = options.earlyStop {
      precondition(
        stop.candidates >= 1 && stop.visits > 0,
        "earlyStop needs at least 1 candidate and visits above 0, found \(stop)")
    }
    self.snapshot = snapshot
    self.hop = hop
    self.options = options
    self.execution = execution
    powers = ConnectorPreference.powers(connectorExponent: options.connectorExponent)
    penalties =
      options.hubExponent == 0
      ? [] : (0..<4096).map { pow(Double($0) + options.hubSmoothing, options.hubExponent) }
    tables = StepTables(snapshot, alternating: hop)
    nodePreference = biases.isEmpty ? nil : NodePreference(biases, along: tables.path, in: snapshot)
    self.notes = notes
    outward = snapshot.adjacency(hop)
    inward = snapshot.adjacency(hop.reversed)
  }

  public var info: MethodInfo {
    MethodInfo(
      name: "pixie",
      parameters: [
        .init("steps", options.steps), .init("restart", options.restart),
        .init("connectorExponent", options.connectorExponent), .init("hubExponent", options.hubExponent),
        .init("hubSmoothing", options.hubSmoothing), .init("caution", options.caution),
        .init("stopCandidates", options.earlyStop?.candidates ?? 0),
        .init("stopVisits", options.earlyStop?.visits ?? PixieOptions.usualStopVisits),
      ] + notes,
      fingerprint: snapshot.fingerprint)
  }

  /// The type of the nodes that this method ranks.
  public var candidateType: NodeTypeID { snapshot.origin(of: hop) }
  /// The type of the nodes that walks pass through.
  public var connectorType: NodeTypeID { snapshot.destination(of: hop) }

  public func makeSession() -> any RankingSession { PixieSession(self) }

  /// What a candidate scores by the root of its visits and the variance of that.
  @inline(__always)
  func score(of candidate: UInt32, root: Double, variance: Double) throws(GraphError) -> Double {
    let certain = root / (1 + options.caution * variance.squareRoot() / root)
    let boosted = certain * certain / Double(options.steps)
    guard options.hubExponent > 0 else { return boosted }
    return boosted / penalty(degree: try outward.degree(of: candidate))
  }

  @inline(__always)
  private func penalty(degree: Int) -> Double {
    degree < penalties.count ? penalties[degree] : pow(Double(degree) + options.hubSmoothing, options.hubExponent)
  }

  /// Asks for the memory that `score` will read.
  @inline(__always)
  func prefetchDegree(of candidate: UInt32) {
    if options.hubExponent > 0 { unsafe akin_prefetch(outward.offsets.start + Int(candidate)) }
  }
}

public import AkinGraph
public import AkinLinearAlgebra
public import AkinParallel
import AkinRanking
import Glibc

/// How BPR-MF is trained.
public struct PairwiseFactorsOptions: Sendable, Equatable {
  /// Length of the factors, d; at least 1.
  public var embeddingSize = 64
  /// η: how far a step goes in the first epoch; positive.
  public var learningRate = 0.1
  /// What the learning rate is multiplied by after each epoch; positive, at most 1.
  public var rateDecay = 0.98
  /// λ; at least 0.
  public var regularization = 0.01
  /// Passes over the edges; at least 1.
  public var epochs = 60
  /// Negatives drawn for each edge in an epoch; at least 1.
  public var negatives = 4
  /// Standard deviation of the first factors, times √d.
  public var initialScale = 0.1
  /// Seed of everything that is drawn: first factors, order of edges, negatives.
  public var seed: UInt64 = 0

  /// Factors of length 64 after 60 epochs with four negatives an edge.
  public init() {}

  func rate(epoch: Int) -> Float { Float(learningRate * pow(rateDecay, Double(epoch))) }
}

/// Matrix factorisation by Bayesian personalised ranking (BPR-MF): factors of users and items, and biases of items, by
/// stochastic gradient descent on
///
///     Σ_(u,i)∈E Σ_j log(1 + exp(−(⟨w_u, h_i − h_j⟩ + b_i − b_j))) + λ/2 · ‖what a step touches‖²
///
/// for items j that u has not, drawn alike. A history is answered by the factors that the same steps give it while those of
/// items stay, so a user who came later is answered as any other.
///
/// - Complexity: O(m · d · negatives) an epoch; O(n · d) for a history of n items, times `PairwiseFoldIn.passes`.
///
/// Source: Rendle, Freudenthaler, Gantner & Schmidt-Thieme, "BPR: Bayesian personalized ranking from implicit feedback",
/// UAI 2009, arXiv:1205.2618.
public struct PairwiseFactors: Sendable {
  /// How the factors were trained; folding in needs the same.
  public let options: PairwiseFactorsOptions
  /// A row a candidate: d factors and the bias.
  public let candidates: DenseMatrix
  /// The mean loss of each epoch.
  public let losses: [Double]

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - checkpoint: where an earlier training with the same options stood, to go on from; the result is the same bits.
  ///   - progress: told after each epoch where the training stands.
  /// - Throws: `PropagationError.badOption`, `.noEdges`, `.tooLarge`, `.diverged` with the step; `GraphError.damagedData`;
  ///   `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: PairwiseFactorsOptions = PairwiseFactorsOptions(),
    execution: Execution = .serial, from checkpoint: DescentCheckpoint? = nil,
    progress: (DescentCheckpoint) throws -> Void = { _ in }
  ) throws {
    try options.validate()
    self.options = options
    let adjacency = snapshot.adjacency(hop)
    guard adjacency.edgeCount > 0 else {
      throw PropagationError.noEdges(relation: snapshot.schema.relations[hop.relation].name)
    }
    let columns = options.columns
    try MemoryPlan.check(
      StratifiedDescent.byteCount(
        connectors: adjacency.neighborCount, candidates: adjacency.nodeCount, edges: adjacency.edgeCount,
        columns: columns), for: "factors of \(options.embeddingSize) numbers", method: "bpr-mf")
    let relation = try NormalizedAdjacency(
      snapshot, hop: hop, connectorExponent: 0, candidateExponent: 0, execution: execution)
    let descent = StratifiedDescent(relation, seed: options.seed)
    var state = checkpoint ?? Self.start(relation, options)
    for epoch in state.epochs..<options.epochs {
      let rate = options.rate(epoch: epoch)
      let (regularization, negatives) = (Float(options.regularization), options.negatives)
      let loss: Double
      do {
        loss = try descent.run(
          epoch: epoch, connectors: &state.connectors, candidates: &state.candidates, execution: execution
        ) { edge, stratum, rows, random, scratch in
          var sum = 0.0
          for _ in 0..<negatives {
            guard
              let negative = relation.connectors.withRow(
                edge.connector, { known, _ in Self.draw(from: stratum, avoiding: known, using: &random) })
            else { continue }
            sum += Double(
              rows.stepPair(
                edge.connector, over: edge.candidate, not: negative, rate: rate, regularization: regularization,
                scratch: &scratch
              ).loss)
          }
          return sum / Double(negatives)
        }
      } catch let divergence as StratifiedDescent.Divergence {
        throw PropagationError.diverged(
          method: "bpr-mf", epoch: epoch + 1, step: divergence.step, found: divergence.found)
      }
      state.losses.append(loss)
      try progress(state)
    }
    guard state.candidates.isFinite else {
      throw PropagationError.notFinite(method: "bpr-mf", place: "in the factors after epoch \(state.epochs)")
    }
    candidates = state.candidates
    losses = state.losses
  }

  init(options: PairwiseFactorsOptions, candidates: DenseMatrix, losses: [Double]) {
    self.options = options
    self.candidates = candidates
    self.losses = losses
  }

  private static func start(_ relation: NormalizedAdjacency, _ options: PairwiseFactorsOptions) -> DescentCheckpoint {
    func factors(_ degrees: [Float], _ key: UInt64) -> DenseMatrix {
      StratifiedDescent.start(
        rows: degrees.count, factors: options.embeddingSize, columns: options.columns, scale: options.initialScale,
        seed: mix64(options.seed ^ key)
      ) { degrees[$0] > 0 }
    }
    var connectors = factors(relation.connectorDegrees, 0x7573_6572)
    connectors.setColumn(
      options.embeddingSize, to: [Float](repeating: 1, count: connectors.rowCount))
    return DescentCheckpoint(
      connectors: connectors, candidates: factors(relation.candidateDegrees, 0x6974_656D), losses: [])
  }

  /// One of `items` that is not among `known`, which ascend; `nil` where many draws found none.
  static func draw(from items: [UInt32], avoiding known: Span<UInt32>, using random: inout RandomStream) -> Int? {
    guard !items.isEmpty else { return nil }
    for _ in 0..<32 {
      let item = items[Int(random.draw(below: UInt32(items.count)))]
      if !known.contains(item) { return Int(item) }
    }
    return nil
  }
}

extension PairwiseFactorsOptions {
  /// Factors, and the bias of a candidate or the 1 that it is multiplied by.
  public var columns: Int { embeddingSize + 1 }

  /// - Throws: `PropagationError.badOption`.
  func validate() throws(PropagationError) {
    func require(_ holds: Bool, _ name: String, _ found: Any, _ expected: String) throws(PropagationError) {
      if !holds { throw .badOption(name: name, found: "\(found)", expected: expected) }
    }
    try require(embeddingSize >= 1, "embeddingSize", embeddingSize, "at least 1")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "a positive number")
    try require(rateDecay > 0 && rateDecay <= 1, "rateDecay", rateDecay, "a positive number of at most 1")
    try require(regularization >= 0 && regularization.isFinite, "regularization", regularization, "at least 0")
    try require(epochs >= 1 && negatives >= 1, "epochs and negatives", min(epochs, negatives), "at least 1")
  }
}

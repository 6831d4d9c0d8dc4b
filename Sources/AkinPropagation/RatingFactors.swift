public import AkinGraph
public import AkinLinearAlgebra
public import AkinParallel
import AkinRanking
import Glibc

/// How biased matrix factorisation is trained.
public struct RatingFactorsOptions: Sendable, Equatable {
  /// Length of the factors, d; at least 1.
  public var embeddingSize = 32
  /// η: how far a step goes in the first epoch; positive.
  public var learningRate = 0.02
  /// What the learning rate is multiplied by after each epoch; positive, at most 1.
  public var rateDecay = 0.95
  /// λ; positive.
  public var regularization = 0.06
  /// Passes over the ratings; at least 1.
  public var epochs = 50
  /// Standard deviation of the first factors, times √d.
  public var initialScale = 0.1
  /// Seed of everything that is drawn: first factors, order of ratings.
  public var seed: UInt64 = 0

  /// Factors of length 32 after 50 epochs.
  public init() {}

  func rate(epoch: Int) -> Float { Float(learningRate * pow(rateDecay, Double(epoch))) }
}

/// Ratings by biased matrix factorisation:
///
///     r̂(u, i) = μ + b_u + b_i + ⟨w_u, h_i⟩,
///
/// with the mean rating μ and what minimises, by stochastic gradient descent,
///
///     Σ_(u,i) ½·(r_ui − r̂(u, i))² + λ/2 · (b_u² + b_i² + ‖w_u‖² + ‖h_i‖²).
///
/// The weights of edges are the ratings.
///
/// - Complexity: O(m · d) an epoch.
///
/// Source: Koren, Bell & Volinsky, "Matrix factorization techniques for recommender systems", IEEE Computer 42(8), 2009,
/// doi:10.1109/MC.2009.263.
public struct RatingFactors: Sendable {
  /// How the factors were trained; folding in needs the same.
  public let options: RatingFactorsOptions
  /// A row a candidate: d factors, a 1 and the bias.
  public let candidates: DenseMatrix
  /// μ.
  public let mean: Float
  /// The least and the greatest rating.
  public let scale: ClosedRange<Float>
  /// The root of the mean squared error of each epoch, measured as it went.
  public let errors: [Double]

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - checkpoint: where an earlier training with the same options stood, to go on from; the result is the same bits.
  ///   - progress: told after each epoch where the training stands.
  /// - Throws: `PropagationError.badOption`, `.noEdges`, `.tooLarge`, `.diverged` with the step; `GraphError.damagedData`;
  ///   `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: RatingFactorsOptions = RatingFactorsOptions(),
    execution: Execution = .serial, from checkpoint: DescentCheckpoint? = nil,
    progress: (DescentCheckpoint) throws -> Void = { _ in }
  ) throws {
    try options.validate()
    self.options = options
    let adjacency = snapshot.adjacency(hop)
    guard adjacency.edgeCount > 0 else {
      throw PropagationError.noEdges(relation: snapshot.schema.relations[hop.relation].name)
    }
    try MemoryPlan.check(
      StratifiedDescent.byteCount(
        connectors: adjacency.neighborCount, candidates: adjacency.nodeCount, edges: adjacency.edgeCount,
        columns: options.columns), for: "factors of \(options.embeddingSize) numbers", method: "biased-mf")
    let relation = try NormalizedAdjacency(
      snapshot, hop: hop, numbers: .weights, connectorExponent: 0, candidateExponent: 0, execution: execution)
    let ratings = (0..<relation.edgeCount).map { relation.connectors.value(at: $0) }
    let mean = Float(ratings.reduce(0.0) { $0 + Double($1) } / Double(ratings.count))
    self.mean = mean
    scale = ratings.min()!...ratings.max()!
    let descent = StratifiedDescent(relation, seed: options.seed)
    var state = checkpoint ?? Self.start(relation, options)
    for epoch in state.epochs..<options.epochs {
      let (rate, regularization) = (options.rate(epoch: epoch), Float(options.regularization))
      let loss: Double
      do {
        loss = try descent.run(
          epoch: epoch, connectors: &state.connectors, candidates: &state.candidates, execution: execution
        ) { edge, _, rows, _, scratch in
          let error = Double(
            rows.stepValue(
              edge.connector, edge.candidate, value: edge.value - mean, rate: rate, regularization: regularization,
              scratch: &scratch))
          return error * error
        }
      } catch let divergence as StratifiedDescent.Divergence {
        throw PropagationError.diverged(
          method: "biased-mf", epoch: epoch + 1, step: divergence.step, found: divergence.found)
      }
      state.losses.append(loss.squareRoot())
      try progress(state)
    }
    guard state.candidates.isFinite else {
      throw PropagationError.notFinite(method: "biased-mf", place: "in the factors after epoch \(state.epochs)")
    }
    candidates = state.candidates
    errors = state.losses
  }

  init(
    options: RatingFactorsOptions, candidates: DenseMatrix, mean: Float, scale: ClosedRange<Float>, errors: [Double]
  ) {
    self.options = options
    self.candidates = candidates
    self.mean = mean
    self.scale = scale
    self.errors = errors
  }

  private static func start(_ relation: NormalizedAdjacency, _ options: RatingFactorsOptions) -> DescentCheckpoint {
    func factors(_ degrees: [Float], _ key: UInt64, one: Int) -> DenseMatrix {
      var matrix = StratifiedDescent.start(
        rows: degrees.count, factors: options.embeddingSize, columns: options.columns, scale: options.initialScale,
        seed: mix64(options.seed ^ key)
      ) { degrees[$0] > 0 }
      matrix.setColumn(one, to: [Float](repeating: 1, count: degrees.count))
      return matrix
    }
    return DescentCheckpoint(
      connectors: factors(relation.connectorDegrees, 0x7573_6572, one: options.columns - 1),
      candidates: factors(relation.candidateDegrees, 0x6974_656D, one: options.columns - 2), losses: [])
  }
}

extension RatingFactors {
  /// What embeddings of histories are multiplied by for a prediction: factors, a 1, and what comes with the candidate alone.
  public var predictors: DenseMatrix {
    var matrix = candidates
    for row in 0..<matrix.rowCount { matrix[row, options.columns - 1] += mean }
    return matrix
  }
}

extension RatingFactorsOptions {
  /// Factors, a bias and a 1, in this order for connectors and the other way round for candidates.
  public var columns: Int { embeddingSize + 2 }

  /// - Throws: `PropagationError.badOption`.
  func validate() throws(PropagationError) {
    func require(_ holds: Bool, _ name: String, _ found: Any, _ expected: String) throws(PropagationError) {
      if !holds { throw .badOption(name: name, found: "\(found)", expected: expected) }
    }
    try require(embeddingSize >= 1, "embeddingSize", embeddingSize, "at least 1")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "a positive number")
    try require(rateDecay > 0 && rateDecay <= 1, "rateDecay", rateDecay, "a positive number of at most 1")
    try require(
      regularization > 0 && regularization.isFinite, "regularization", regularization, "a positive number")
    try require(epochs >= 1, "epochs", epochs, "at least 1")
  }
}

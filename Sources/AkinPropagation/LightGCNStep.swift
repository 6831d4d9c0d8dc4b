import AkinLinearAlgebra
import AkinParallel
import Glibc

/// What LightGCN answers with: a row an item in each.
struct LightGCNTables: Sendable {
  /// Their sum over a history, by the square root of its size, is its embedding.
  var sources: DenseMatrix
  /// What embeddings are multiplied by.
  var targets: DenseMatrix

  init(
    _ relation: NormalizedAdjacency, _ parameters: LightGCNParameters, options: LightGCNOptions, execution: Execution
  ) throws {
    var layers = LightGCNLayers(
      relation: relation, weights: options.layerWeights, embeddingSize: options.embeddingSize, execution: execution)
    try layers.propagate(parameters)
    var (sources, targets) = (layers.sources, layers.targets)
    try self.init(sources: &sources, targets: &targets, relation, options: options, execution: execution)
  }

  /// From S and T, where they are.
  init(
    sources: inout DenseMatrix, targets: inout DenseMatrix, _ relation: NormalizedAdjacency, options: LightGCNOptions,
    execution: Execution
  ) throws {
    try sources.scaleRows(
      by: relation.candidateDegrees.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }, execution: execution)
    if options.isCosine {
      let lengths = try targets.normalizeRows(execution: execution)
      if options.lengthExponent != 0 {
        try targets.scaleRows(
          by: lengths.map { $0 > 0 ? pow($0, options.lengthExponent) : 0 }, execution: execution)
      }
    }
    (self.sources, self.targets) = (sources, targets)
  }
}

/// The loss of a batch and its gradient with respect to what is learned, with the memory that this takes.
struct LightGCNStep: Sendable {
  private let relation: NormalizedAdjacency
  private let options: LightGCNOptions
  private let execution: Execution
  private let loss: LightGCNLoss
  private var layers: LightGCNLayers
  private var targets: DenseMatrix
  private var sourceGradient: DenseMatrix
  private var targetGradient: DenseMatrix

  struct Result {
    var loss: Double
    var gradient: LightGCNParameters
    /// Items and users that the batch involves, ascending.
    var items: [UInt32]
    var users: [UInt32]
  }

  init(_ relation: NormalizedAdjacency, options: LightGCNOptions, execution: Execution) {
    self.relation = relation
    self.options = options
    self.execution = execution
    loss = LightGCNLoss(relation, options: options, execution: execution)
    layers = LightGCNLayers(
      relation: relation, weights: options.layerWeights, embeddingSize: options.embeddingSize, execution: execution)
    let empty = DenseMatrix(rows: relation.candidateCount, columns: options.embeddingSize)
    (targets, sourceGradient, targetGradient) = (empty, empty, empty)
  }

  /// - Parameter step: how many steps there were before.
  mutating func evaluate(_ batch: TrainingBatch, _ parameters: LightGCNParameters, step: Int) throws -> Result {
    try layers.propagate(parameters)
    var users = DenseMatrix(rows: batch.users.count, columns: options.embeddingSize)
    try batch.histories.multiply(layers.sources, into: &users, execution: execution)
    let ego = [Float](repeating: options.layerWeights[0], count: batch.users.count)
    if let own = parameters.users {
      users.accumulate(
        own.gathered(batch.users), atRows: (0..<batch.users.count).map { UInt32($0) }, times: ego)
    }
    try targets.scaleAccumulate(layers.targets, times: 1, keeping: 0, execution: execution)
    var lengths: (users: [Float], items: [Float]) = ([], [])
    if options.isCosine {
      lengths = (try users.normalizeRows(execution: execution), try targets.normalizeRows(execution: execution))
    }
    var result = try loss.evaluate(batch, users: users, targets: targets, gradient: &targetGradient, step: step)
    if options.isCosine {
      func inverses(_ lengths: [Float]) -> [Float] { lengths.map { $0 > 0 ? 1 / $0 : 0 } }
      try result.users.projectRows(awayFrom: users, factors: inverses(lengths.users), execution: execution)
      try targetGradient.projectRows(awayFrom: targets, factors: inverses(lengths.items), execution: execution)
    }
    try batch.histories.transposed().multiply(result.users, into: &sourceGradient, execution: execution)
    var gradient = try layers.backPropagate(
      sources: sourceGradient, targets: targetGradient, users: parameters.users != nil)
    gradient.users?.accumulate(result.users, atRows: batch.users, times: ego)
    let penalty = try addPenalty(batch, parameters, uses: result.itemUses, to: &gradient)
    return Result(
      loss: result.loss + penalty, gradient: gradient,
      items: result.itemUses.indices.filter { result.itemUses[$0] > 0 }.map { UInt32($0) }, users: batch.users)
  }

  /// What answers are made of: S, each row by the square root of its degree, and T, of unit length with cosines. They lie in
  /// the memory of gradients; let go of them before the next step.
  mutating func tables(_ parameters: LightGCNParameters) throws -> LightGCNTables {
    try layers.propagate(parameters)
    try sourceGradient.scaleAccumulate(layers.sources, times: 1, keeping: 0, execution: execution)
    try targets.scaleAccumulate(layers.targets, times: 1, keeping: 0, execution: execution)
    return try LightGCNTables(
      sources: &sourceGradient, targets: &targets, relation, options: options, execution: execution)
  }

  /// Takes back the memory of a result that is no longer needed.
  mutating func recycle(_ gradient: LightGCNParameters) { layers.recycle(gradient) }

  /// λ/2B · Σ uses · ‖layer 0‖².
  private func addPenalty(
    _ batch: TrainingBatch, _ parameters: LightGCNParameters, uses: [Float], to gradient: inout LightGCNParameters
  ) throws -> Double {
    guard options.regularization > 0 else { return 0 }
    let share = options.regularization / Float(batch.pairCount)
    func penalty(_ matrix: DenseMatrix, _ factors: [Float]) -> Double {
      zip(matrix.rowDots(with: matrix), factors).reduce(0) { $0 + Double($1.0) * Double($1.1) } / 2
    }
    let itemFactors = uses.map { $0 * share }
    try gradient.items.accumulateRows(of: parameters.items, times: itemFactors, execution: execution)
    var total = penalty(parameters.items, itemFactors)
    if let users = parameters.users {
      var userFactors = [Float](repeating: 0, count: users.rowCount)
      for (position, user) in batch.users.enumerated() {
        userFactors[Int(user)] = share * Float(batch.offsets[position + 1] - batch.offsets[position])
      }
      try gradient.users!.accumulateRows(of: users, times: userFactors, execution: execution)
      total += penalty(users, userFactors)
    }
    return total
  }
}

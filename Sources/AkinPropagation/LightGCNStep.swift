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
    var (sources, targets) = layers.takeTables()
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
  private var layers: LightGCNBatchLayers

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
    layers = LightGCNBatchLayers(
      relation: relation, weights: options.layerWeights, embeddingSize: options.embeddingSize, execution: execution)
  }

  /// What can be made of a batch before its turn.
  struct Preparation: Sendable {
    let batch: TrainingBatch
    fileprivate let draw: LightGCNLoss.Draw
    fileprivate let selection: LightGCNBatchLayers.Selection
  }

  /// - Parameter step: how many steps there were before.
  func prepare(_ batch: TrainingBatch, step: Int) throws -> Preparation {
    let draw = try loss.draw(batch, step: step)
    return Preparation(
      batch: batch, draw: draw,
      selection: layers.selection(batch, items: draw.items, areUsersLearned: options.hasUserEmbeddings))
  }

  mutating func evaluate(_ preparation: Preparation, _ parameters: LightGCNParameters) throws -> Result {
    let (batch, draw, selection) = (preparation.batch, preparation.draw, preparation.selection)
    var (users, items) = try layers.embeddings(selection, parameters)
    var lengths: (users: [Float], items: [Float]) = ([], [])
    if options.isCosine {
      lengths = (try users.normalizeRows(execution: execution), try items.normalizeRows(execution: execution))
    }
    var result = try loss.evaluate(batch, draw, users: users, items: items)
    if options.isCosine {
      func inverses(_ lengths: [Float]) -> [Float] { lengths.map { $0 > 0 ? 1 / $0 : 0 } }
      try result.users.projectRows(awayFrom: users, factors: inverses(lengths.users), execution: execution)
      try result.items.projectRows(awayFrom: items, factors: inverses(lengths.items), execution: execution)
    }
    var gradient = try layers.gradient(
      selection, users: result.users, items: result.items, areUsersLearned: parameters.users != nil)
    let penalty = try addPenalty(batch, draw.items, parameters, uses: result.itemUses, to: &gradient)
    return Result(
      loss: result.loss + penalty, gradient: gradient,
      items: draw.items.indices.filter { result.itemUses[$0] > 0 }.map { draw.items[$0] }, users: batch.users)
  }

  /// What answers are made of: S, each row by the square root of its degree, and T, of unit length with cosines.
  mutating func tables(_ parameters: LightGCNParameters) throws -> LightGCNTables {
    layers.release()
    return try LightGCNTables(relation, parameters, options: options, execution: execution)
  }

  /// Takes back the memory of a result that is no longer needed.
  mutating func recycle(_ gradient: LightGCNParameters) { layers.recycle(gradient) }

  /// λ/2B · Σ uses · ‖layer 0‖².
  ///
  /// - Parameter uses: of each of `items`.
  private func addPenalty(
    _ batch: TrainingBatch, _ items: [UInt32], _ parameters: LightGCNParameters, uses: [Float],
    to gradient: inout LightGCNParameters
  ) throws -> Double {
    guard options.regularization > 0 else { return 0 }
    let share = options.regularization / Float(batch.pairCount)
    func penalty(
      _ matrix: DenseMatrix, _ rows: [UInt32], _ factors: [Float], to gradient: inout DenseMatrix
    ) throws -> Double {
      let squares = try gradient.accumulateSquares(ofRows: rows, of: matrix, times: factors, execution: execution)
      return zip(squares, factors).reduce(0) { $0 + Double($1.0) * Double($1.1) } / 2
    }
    var total = try penalty(parameters.items, items, uses.map { $0 * share }, to: &gradient.items)
    if let users = parameters.users {
      let pairs = batch.users.indices.map { share * Float(batch.offsets[$0 + 1] - batch.offsets[$0]) }
      total += try penalty(users, batch.users, pairs, to: &gradient.users!)
    }
    return total
  }
}

import AkinLinearAlgebra
import AkinParallel

/// What is learned: layer 0.
struct LightGCNParameters: Sendable, Equatable {
  /// A row an item.
  var items: DenseMatrix
  /// A row a user; `nil` where users have no embeddings of their own, which is as if all were zero.
  var users: DenseMatrix?
}

/// The propagation of LightGCN for whatever may be asked, looked at from the items.
///
/// With R the normalised relation (users by items), layers are Uˡ⁺¹ = R·Iˡ and Iˡ⁺¹ = Rᵀ·Uˡ. So the items' layers follow from
/// I⁰ and I¹ = Rᵀ·U⁰ by Iˡ⁺² = Rᵀ·R·Iˡ, and what scores are made of needs only two tables of items,
///
///     S = Σₗ αₗ₊₁·Iˡ,   T = Σₗ αₗ·Iˡ:
///     the user u is α₀·U⁰ᵤ + (R·S)ᵤ, the item i is Tᵢ.
///
/// R·S is formed for those who ask alone. Without U⁰ only even layers of items are not zero, and three layers cost
/// two products with R instead of six.
struct LightGCNLayers: Sendable {
  let relation: NormalizedAdjacency
  /// αₗ.
  let weights: [Float]
  let execution: Execution
  /// S and T.
  private(set) var sources: DenseMatrix
  private(set) var targets: DenseMatrix
  private var layer: DenseMatrix
  private var userLayer: DenseMatrix

  init(relation: NormalizedAdjacency, weights: [Float], embeddingSize: Int, execution: Execution) {
    self.relation = relation
    self.weights = weights
    self.execution = execution
    let items = relation.candidateCount
    sources = DenseMatrix(rows: items, columns: embeddingSize)
    targets = DenseMatrix(rows: items, columns: embeddingSize)
    layer = DenseMatrix(rows: items, columns: embeddingSize)
    userLayer = DenseMatrix(rows: relation.connectorCount, columns: embeddingSize)
  }

  private func weight(_ layer: Int) -> Float { layer < weights.count ? weights[layer] : 0 }
  private var last: Int { weights.count - 1 }

  /// Forms S and T.
  ///
  /// - Complexity: O(m · d · layers).
  mutating func propagate(_ parameters: LightGCNParameters) throws {
    try targets.scaleAccumulate(parameters.items, times: weight(0), keeping: 0, execution: execution)
    try sources.scaleAccumulate(parameters.items, times: weight(1), keeping: 0, execution: execution)
    if last >= 2 {
      try relation.connectors.multiply(parameters.items, into: &userLayer, execution: execution)
      try addLayers(from: 2)
    }
    if let users = parameters.users, last >= 1 {
      try relation.candidates.multiply(users, into: &layer, adding: weight(1), to: &targets, execution: execution)
      if last >= 2 { try sources.scaleAccumulate(layer, times: weight(2), keeping: 1, execution: execution) }
      if last >= 3 {
        try relation.connectors.multiply(layer, into: &userLayer, execution: execution)
        try addLayers(from: 3)
      }
    }
  }

  /// Adds the items' layers `first`, `first + 2` … to both tables, from the users' layer before.
  private mutating func addLayers(from first: Int) throws {
    for number in stride(from: first, through: last, by: 2) {
      if number > first { try relation.connectors.multiply(layer, into: &userLayer, execution: execution) }
      try relation.candidates.multiply(
        userLayer, into: &layer, adding: weight(number), to: &targets, execution: execution)
      if number < last {
        try sources.scaleAccumulate(layer, times: weight(number + 1), keeping: 1, execution: execution)
      }
    }
  }

  /// S and T, handed over: nothing is left here, so that whoever scales them need not copy them first.
  mutating func takeTables() -> (sources: DenseMatrix, targets: DenseMatrix) {
    let none = DenseMatrix(rows: 0, columns: 0)
    defer { (sources, targets, layer, userLayer) = (none, none, none, none) }
    return (sources, targets)
  }
}

import AkinLinearAlgebra
import AkinParallel

/// The propagation of LightGCN for what a batch asks: the embeddings of some users and items, and the way back from their
/// gradients to layer 0.
///
/// With R the normalised relation (users by items), layers are Uˡ⁺¹ = R·Iˡ and Iˡ⁺¹ = Rᵀ·Uˡ. An embedding is the sum of a node's
/// layers, each times its weight, so layers below the last are formed in full and picked from at once, and the last is formed
/// for the batch alone. The way back is the same walk in the other direction: Gˡ = αₗ·g + Â·Gˡ⁺¹, where g has rows
/// for the batch alone, so the first product is one with few rows. No sum of layers over all nodes is ever formed. Three layers
/// take eight products with all of R, four where users have no embeddings of their own: every other layer is then zero.
struct LightGCNBatchLayers: Sendable {
  private let relation: NormalizedAdjacency
  /// αₗ.
  private let weights: [Float]
  private let embeddingSize: Int
  private let execution: Execution
  /// The last two layers of each side, at the parity of their number: first of embeddings, on the way back of gradients.
  private var users: [DenseMatrix?] = [nil, nil]
  private var items: [DenseMatrix?] = [nil, nil]

  private var last: Int { weights.count - 1 }

  init(relation: NormalizedAdjacency, weights: [Float], embeddingSize: Int, execution: Execution) {
    self.relation = relation
    self.weights = weights
    self.embeddingSize = embeddingSize
    self.execution = execution
  }

  /// What a batch asks of a propagation.
  struct Selection: Sendable {
    /// Ascending, and so are the items.
    let users: [UInt32]
    let items: [UInt32]
    /// A row a user, of whose items the user is put together.
    let histories: SparseMatrix
    /// Whether histories are the users' rows of R.
    let areWhole: Bool
    /// The turned histories; `nil` where no gradient goes through them.
    let historiesTransposed: SparseMatrix?
    /// The items' rows of Rᵀ, and those turned; `nil` where no last layer of items is formed.
    let connectors: (rows: SparseMatrix, transposed: SparseMatrix)?
  }

  /// What a batch will ask; it does not depend on what was learned so far.
  func selection(_ batch: TrainingBatch, items: [UInt32], areUsersLearned areLearned: Bool) -> Selection {
    let rows = last > 0 && hasItems(last, areLearned) ? relation.candidates.gathered(items) : nil
    let isTurned = last > 0 && (hasItems(last - 1, areLearned) || !batch.areWhole)
    return Selection(
      users: batch.users, items: items, histories: batch.histories, areWhole: batch.areWhole,
      historiesTransposed: isTurned ? batch.histories.transposed() : nil,
      connectors: rows.map { ($0, $0.transposed()) })
  }

  /// Whether layer `number` of users, or of items, is not zero everywhere.
  private func hasUsers(_ number: Int, _ areLearned: Bool) -> Bool { areLearned || number % 2 == 1 }
  private func hasItems(_ number: Int, _ areLearned: Bool) -> Bool { areLearned || number % 2 == 0 }

  /// The embeddings of what is selected: a row a user, a row an item.
  ///
  /// - Complexity: O(m · d · layers).
  mutating func embeddings(
    _ selection: Selection, _ parameters: LightGCNParameters
  ) throws -> (users: DenseMatrix, items: DenseMatrix) {
    let areLearned = parameters.users != nil
    var userRows = DenseMatrix(rows: selection.users.count, columns: embeddingSize)
    var itemRows = DenseMatrix(rows: selection.items.count, columns: embeddingSize)
    if let own = parameters.users {
      try userRows.accumulate(rows: selection.users, of: own, times: weights[0], execution: execution)
    }
    try itemRows.accumulate(rows: selection.items, of: parameters.items, times: weights[0], execution: execution)
    for number in stride(from: 1, through: last, by: 1) {
      let (now, before) = (number % 2, 1 - number % 2)
      if hasUsers(number, areLearned) {
        let source = number == 1 ? parameters.items : items[before]!
        if number < last {
          try Self.multiply(relation.connectors, source, into: &users[now], execution)
        }
        if number == last || !selection.areWhole {
          try selection.histories.multiply(
            source, adding: weights[number], to: &userRows, execution: execution)
        } else {
          try userRows.accumulate(
            rows: selection.users, of: users[now]!, times: weights[number], execution: execution)
        }
      }
      if hasItems(number, areLearned) {
        let source = number == 1 ? parameters.users! : users[before]!
        if number < last {
          try Self.multiply(relation.candidates, source, into: &items[now], execution)
          try itemRows.accumulate(
            rows: selection.items, of: items[now]!, times: weights[number], execution: execution)
        } else {
          try selection.connectors!.rows.multiply(
            source, adding: weights[number], to: &itemRows, execution: execution)
        }
      }
    }
    return (userRows, itemRows)
  }

  /// The gradient with respect to layer 0 from those with respect to the embeddings of what is selected. It lies in memory of
  /// layers, which `recycle` takes back.
  mutating func gradient(
    _ selection: Selection, users userRows: DenseMatrix, items itemRows: DenseMatrix, areUsersLearned areLearned: Bool
  ) throws -> LightGCNParameters {
    func factors(_ number: Int, _ rows: DenseMatrix) -> [Float] {
      [Float](repeating: weights[number], count: rows.rowCount)
    }
    // What histories that are no rows of R give to every layer of items below; whole ones give to the last but one alone, and
    // to the layers of users.
    var given: DenseMatrix?
    if !selection.areWhole, last > 0 {
      given = DenseMatrix(rows: relation.candidateCount, columns: embeddingSize)
      try selection.historiesTransposed!.multiply(userRows, into: &given!, execution: execution)
    }
    for number in stride(from: max(0, last - 1), through: 0, by: -1) {
      let (now, above) = (number % 2, 1 - number % 2)
      if hasItems(number, areLearned) {
        if last == 0 {
          items[now] = DenseMatrix(rows: relation.candidateCount, columns: embeddingSize)
        } else if number < last - 1 {
          try Self.multiply(relation.candidates, users[above]!, into: &items[now], execution)
        } else if let given {
          try Self.copy(given, times: weights[last], into: &items[now], execution)
        } else {
          try Self.multiply(
            selection.historiesTransposed!, userRows.scaled(by: weights[last]), into: &items[now], execution)
        }
        if let given, number < last - 1 {
          try items[now]!.scaleAccumulate(given, times: weights[number + 1], keeping: 1, execution: execution)
        }
        try items[now]!.accumulate(
          itemRows, atRows: selection.items, times: factors(number, itemRows), execution: execution)
      }
      if hasUsers(number, areLearned) {
        if last == 0 {
          users[now] = DenseMatrix(rows: relation.connectorCount, columns: embeddingSize)
        } else if number < last - 1 {
          try Self.multiply(relation.connectors, items[above]!, into: &users[now], execution)
        } else {
          try Self.multiply(
            selection.connectors!.transposed, itemRows.scaled(by: weights[last]), into: &users[now], execution)
        }
        if number == 0 || selection.areWhole {
          try users[now]!.accumulate(
            userRows, atRows: selection.users, times: factors(number, userRows), execution: execution)
        }
      }
    }
    // Handed over, not shared: whoever adds to it must not have to copy it first.
    let result = LightGCNParameters(items: items[0]!, users: areLearned ? users[0]! : nil)
    items[0] = nil
    if areLearned { users[0] = nil }
    return result
  }

  /// Takes back the memory of a gradient that is no longer needed.
  mutating func recycle(_ gradient: LightGCNParameters) {
    items[0] = gradient.items
    if let users = gradient.users { self.users[0] = users }
  }

  /// Lets go of all memory until the next batch.
  mutating func release() { (users, items) = ([nil, nil], [nil, nil]) }

  private static func multiply(
    _ matrix: SparseMatrix, _ x: DenseMatrix, into out: inout DenseMatrix?, _ execution: Execution
  ) throws {
    if out == nil { out = DenseMatrix(rows: matrix.rowCount, columns: x.columnCount) }
    try matrix.multiply(x, into: &out!, execution: execution)
  }

  private static func copy(
    _ x: DenseMatrix, times factor: Float, into out: inout DenseMatrix?, _ execution: Execution
  ) throws {
    if out == nil { out = DenseMatrix(rows: x.rowCount, columns: x.columnCount) }
    try out!.scaleAccumulate(x, times: factor, keeping: 0, execution: execution)
  }
}

extension DenseMatrix {
  fileprivate func scaled(by factor: Float) throws -> DenseMatrix {
    var result = DenseMatrix(rows: rowCount, columns: columnCount)
    try result.scaleAccumulate(self, times: factor, keeping: 0)
    return result
  }
}

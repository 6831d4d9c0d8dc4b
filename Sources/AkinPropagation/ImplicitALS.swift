public import AkinGraph
public import AkinLinearAlgebra
public import AkinParallel
import Glibc

/// How factors are trained by alternating least squares.
public struct ImplicitALSOptions: Sendable, Equatable {
  /// Length of the factors, d; at least 1.
  public var embeddingSize = 64
  /// α₀: how much a pair without an edge counts against one with; positive.
  public var unobservedWeight = 0.05
  /// λ; positive.
  public var regularization = 0.05
  /// ν: how much more factors of nodes with many edges are held down; 0: all alike, 1: in proportion.
  public var frequencyExponent = 0.5
  /// How often both sides are solved for; at least 1.
  public var sweeps = 16
  /// How each factor is found from those of the other side.
  public var solver: Solver = .exact
  /// Standard deviation of the first factors, times √d.
  public var initialScale = 0.1
  /// How edges count: the confidence c of a pair with one.
  public var numbers: NormalizedAdjacency.EdgeCount = .binary
  /// Seed of the first factors.
  public var seed: UInt64 = 0

  /// How the factors of one row are found.
  public enum Solver: Sendable, Equatable {
    /// By Cholesky decomposition.
    case exact
    /// From where it was, by so many steps of conjugate gradients, at least 1: a step costs n·d for n edges, where the exact
    /// solution costs min(n, d)²·max(n, d).
    case conjugateGradients(steps: Int)
  }

  /// The defaults: exact solutions, edges alike; see the properties.
  public init() {}
}

/// Factors of users and items by alternating least squares on implicit feedback: those that minimise
///
///     Σ_(u,i)∈E c_ui·(⟨w_u, h_i⟩ − 1)² + α₀·Σ_u Σ_i ⟨w_u, h_i⟩²
///       + λ·(Σ_u (|E_u| + α₀·I)^ν·‖w_u‖² + Σ_i (|E_i| + α₀·U)^ν·‖h_i‖²)
///
/// for the edges E and their confidences c. In the basis of the eigenvectors of α₀·HᵀH the part that all users share is a
/// diagonal, so a user with n < d items costs n²·d and not d³ to solve for exactly, and a step of conjugate gradients no
/// more than a pass over the n items. The objective never rises but for rounding, whichever way.
///
/// - Complexity: O(Σ min(n, d)²·max(n, d) + (U + I)·d²) a sweep; O(steps·m·d + (U + I)·d²) by conjugate gradients.
///
/// Source: Hu, Koren & Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008,
/// doi:10.1109/ICDM.2008.22; Rendle, Krichene, Zhang & Koren, "Revisiting the performance of iALS on item recommendation
/// benchmarks", RecSys 2022, arXiv:2110.14037.
public struct ImplicitALS: Sendable {
  /// How the factors were trained; folding in needs the same.
  public let options: ImplicitALSOptions
  /// A row a candidate, in the basis in which `gram` is diagonal.
  public let candidates: DenseMatrix
  /// α₀·HᵀH: a diagonal.
  public let gram: [Float]
  /// The objective after each sweep.
  public let objective: [Double]
  /// Mean confidence of an edge.
  public let meanConfidence: Float

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - checkpoint: where an earlier training with the same options stood, to go on from; the result is the same bits.
  ///   - progress: told after each sweep where the training stands.
  /// - Throws: `GraphError.damagedData`, `LinearAlgebraError`, `PropagationError.notFinite`, `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: ImplicitALSOptions = ImplicitALSOptions(), execution: Execution = .serial,
    from checkpoint: ALSCheckpoint? = nil, progress: (ALSCheckpoint) throws -> Void = { _ in }
  ) throws {
    precondition(options.embeddingSize >= 1 && options.sweeps >= 1, "embeddingSize and sweeps must be at least 1")
    let isExact = options.solver == .exact
    precondition(
      options.unobservedWeight > 0 && options.regularization > 0, "weights of the objective must be positive")
    self.options = options
    let count = snapshot.adjacency(hop).nodeCount + snapshot.adjacency(hop).neighborCount
    // Both sides, and the larger one once more while it is turned.
    try MemoryPlan.check(
      DenseMatrix.byteCount(rows: 2 * count, columns: options.embeddingSize),
      for: "factors of \(options.embeddingSize) numbers for \(count) nodes", method: "als")
    let relation = try NormalizedAdjacency(
      snapshot, hop: hop, numbers: options.numbers, connectorExponent: 0, candidateExponent: 0, execution: execution)
    meanConfidence =
      relation.edgeCount == 0
      ? 1 : Float(relation.connectorDegrees.reduce(0.0) { $0 + Double($1) } / Double(relation.edgeCount))
    var items =
      try checkpoint?.candidates
      ?? Self.start(relation.candidateCount, options, isKnown: relation.candidateDegrees.map { $0 > 0 })
    var users =
      checkpoint?.connectors ?? DenseMatrix(rows: relation.connectorCount, columns: options.embeddingSize)
    var objective = checkpoint?.objective ?? []
    for sweep in objective.count..<options.sweeps {
      try execution.cancellation.check()
      // Where a solution starts from what it was, the other side is turned with this one.
      var basis = try Self.diagonalize(&items, options, execution)
      if !isExact { users = try users.times(basis.turn, execution: execution) }
      try Self.solve(
        relation.connectors, against: items, diagonal: basis.diagonal, others: relation.candidateCount, options,
        into: &users,
        execution)
      basis = try Self.diagonalize(&users, options, execution)
      if !isExact { items = try items.times(basis.turn, execution: execution) }
      try Self.solve(
        relation.candidates, against: users, diagonal: basis.diagonal, others: relation.connectorCount, options,
        into: &items,
        execution)
      let value = try Self.objective(users, items, relation, options, execution)
      guard value.isFinite else {
        throw PropagationError.notFinite(method: "als", place: "in the objective after sweep \(sweep + 1)")
      }
      objective.append(value)
      try progress(
        ALSCheckpoint(candidates: items, connectors: isExact ? nil : users, objective: objective))
    }
    gram = try Self.diagonalize(&items, options, execution).diagonal
    candidates = items
    self.objective = objective
  }

  init(
    options: ImplicitALSOptions, candidates: DenseMatrix, gram: [Float], objective: [Double], meanConfidence: Float
  ) {
    self.options = options
    self.candidates = candidates
    self.gram = gram
    self.objective = objective
    self.meanConfidence = meanConfidence
  }

  private static func start(_ count: Int, _ options: ImplicitALSOptions, isKnown: [Bool]) throws -> DenseMatrix {
    var matrix = DenseMatrix(rows: count, columns: options.embeddingSize)
    // A uniform draw from −1...1 has a variance of ⅓.
    let scale = options.initialScale * (3 / Double(options.embeddingSize)).squareRoot()
    for row in 0..<count where isKnown[row] {
      var random = RandomStream(seed: options.seed, stream: UInt64(row))
      matrix.withMutableRow(row) { span in
        for position in span.indices { span[position] = Float((random.drawUnit() * 2 - 1) * scale) }
      }
    }
    return matrix
  }

  /// Turns `factors` into the basis in which their α₀-weighted Gram matrix is diagonal, and returns the diagonal and the turn.
  private static func diagonalize(
    _ factors: inout DenseMatrix, _ options: ImplicitALSOptions, _ execution: Execution
  ) throws -> (diagonal: [Float], turn: DenseMatrix) {
    let eigen = try SymmetricEigen(factors.gram(execution: execution))
    let order = eigen.order
    var turn = DenseMatrix(rows: order, columns: order)
    for column in 0..<order {
      turn.setColumn(column, to: (0..<order).map { Float(eigen.vectors[column * order + $0]) })
    }
    factors = try factors.times(turn, execution: execution)
    return (eigen.values.map { Float(max(0, $0) * options.unobservedWeight) }, turn)
  }

  /// What is added to the diagonal for a node with `count` edges to one of `others` nodes.
  static func regularization(count: Int, others: Int, _ options: ImplicitALSOptions) -> Float {
    Float(
      options.regularization
        * pow(Double(count) + options.unobservedWeight * Double(others), options.frequencyExponent))
  }

  private typealias Solution = (
    _ indices: Span<UInt32>, _ matrix: DenseMatrix, _ weights: Span<Float>, _ diagonal: [Float],
    _ solution: inout MutableSpan<Float>
  ) throws -> Void

  /// What solves one system, or improves the solution it is given, with the working memory of one thread.
  private static func solution(_ options: ImplicitALSOptions, size: Int) -> Solution {
    switch options.solver {
    case .exact:
      let solver = RidgeSolver(size: size)
      return { try solver.solve($0, of: $1, weights: $2, diagonal: $3, into: &$4) }
    case .conjugateGradients(let steps):
      let solver = ConjugateGradientSolver(size: size, steps: steps)
      return { solver.solve($0, of: $1, weights: $2, diagonal: $3, improving: &$4) }
    }
  }

  /// One half of a sweep: each row of `factors` from those that its row of `edges` names.
  private static func solve(
    _ edges: SparseMatrix, against known: DenseMatrix, diagonal: [Float], others: Int, _ options: ImplicitALSOptions,
    into factors: inout DenseMatrix, _ execution: Execution
  ) throws {
    let stride = factors.stride
    _ = try factors.fillRows(chunkSize: 32, execution: execution) { range, span in
      let size = known.columnCount
      let solve = solution(options, size: size)
      var solution = [Float](repeating: 0, count: size)
      for row in range {
        let start = (row - range.lowerBound) * stride
        for position in 0..<size { solution[position] = span[start + position] }
        try edges.withRow(row) { columns, values in
          let own = regularization(count: columns.count, others: others, options)
          var target = solution.mutableSpan
          try solve(columns, known, values, diagonal.map { $0 + own }, &target)
        }
        for position in 0..<size { span[start + position] = solution[position] }
      }
    }
  }

  private static func objective(
    _ users: DenseMatrix, _ items: DenseMatrix, _ relation: NormalizedAdjacency, _ options: ImplicitALSOptions,
    _ execution: Execution
  ) throws -> Double {
    let fits = try concurrentMap(count: users.rowCount, chunkSize: 1024, execution: execution) { range in
      var sum = 0.0
      for row in range {
        relation.connectors.withRow(row) { columns, values in
          let others = columns.indices.map { columns[$0] }
          let products = users.dots(of: others.map { _ in UInt32(row) }, with: others, of: items)
          for position in products.indices {
            let error = Double(products[position]) - 1
            sum += Double(values[position]) * error * error
          }
        }
      }
      return sum
    }
    let (userGram, itemGram) = (try users.gram(execution: execution), try items.gram(execution: execution))
    var all = 0.0
    for row in 0..<userGram.rowCount {
      for column in 0..<userGram.rowCount { all += Double(userGram[row, column]) * Double(itemGram[row, column]) }
    }
    func norms(_ factors: DenseMatrix, _ edges: SparseMatrix, others: Int) -> Double {
      factors.rowDots(with: factors).enumerated().reduce(0.0) { sum, row in
        sum + Double(row.element)
          * Double(regularization(count: edges.elements(of: row.offset).count, others: others, options))
      }
    }
    return fits.reduce(0, +) + options.unobservedWeight * all
      + norms(users, relation.connectors, others: items.rowCount)
      + norms(items, relation.candidates, others: users.rowCount)
  }
}

/// A history's factors: what the last half of a sweep would give a user who has it.
public struct ALSFoldIn: FoldIn {
  private let model: ImplicitALS

  /// Folds histories into the candidates' factors of `model`.
  public init(_ model: ImplicitALS) { self.model = model }

  public var embeddingSize: Int { model.candidates.columnCount }

  public func embed(_ history: [HistoryItem], into embedding: inout [Float]) throws {
    let (indices, weights, diagonal) = system(history)
    var target = embedding.mutableSpan
    try RidgeSolver(size: embeddingSize).solve(
      indices.span, of: model.candidates, weights: weights.span, diagonal: diagonal, into: &target)
  }

  public func parts(of history: [HistoryItem], towards target: [Float]) throws -> [Double] {
    let (indices, weights, diagonal) = system(history)
    let turned = try RidgeSolver(size: embeddingSize).solve(
      indices.span, of: model.candidates, weights: weights.span, diagonal: diagonal, target: target)
    return indices.indices.map { position in
      model.candidates.withRow(Int(indices[position])) { row in
        Double(weights[position]) * row.indices.reduce(0.0) { $0 + Double(row[$1]) * Double(turned[$1]) }
      }
    }
  }

  /// Weights of a history say how its items compare; together they count as so many edges do.
  private func system(_ history: [HistoryItem]) -> (indices: [UInt32], weights: [Float], diagonal: [Float]) {
    let mean = history.reduce(0.0) { $0 + Double($1.weight) } / Double(history.count)
    let own = ImplicitALS.regularization(
      count: history.count, others: model.candidates.rowCount, model.options)
    return (
      history.map(\.index), history.map { Float(Double($0.weight) / mean) * model.meanConfidence },
      model.gram.map { $0 + own }
    )
  }
}

public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel
public import AkinRanking
import Glibc
import Synchronization

/// How items are regressed on each other.
public struct ItemRegressionOptions: Sendable, Equatable {
  /// λ: what is added to the diagonal of RᵀR; positive.
  public var regularization = 100.0
  /// How many items each item is explained by, those most similar to it by cosine; `nil`: all, which is exact and needs
  /// memory for all pairs.
  public var neighborhood: Int? = 500
  /// Whether the weights of all pairs are kept, if the neighbourhood is everybody; else each history is solved for by an
  /// iteration, which needs memory for some tables of 64 numbers an item.
  public var storesAllPairs = true
  /// b: each item of a history is divided by its degree to this power, each score multiplied by the candidate's.
  public var popularityExponent = 0.0
  /// How edges count: the numbers in R.
  public var numbers: NormalizedAdjacency.EdgeCount = .binary
  /// In bytes; `nil` for what the machine has.
  public var memoryLimit: Int?

  /// Neighbourhoods of 500 items, λ = 100.
  public init() {}
}

/// Recommends by regressing each item on the others (EASE^R):
///
///     B = argmin ‖R − R·B‖² + λ·‖B‖²  with  B_jj = 0;   score(j) = Σ_s w_s·B_sj·(d_j / d_s)^b
///
/// over the sources s, for degrees d. With all items B_ij = −Q_ij / Q_jj for Q = (RᵀR + λI)⁻¹. With a neighbourhood of n, each item is
/// regressed on the n items most similar to it alone, in n² numbers of working memory and 8·n bytes an item. Without stored pairs
/// what is kept is the diagonal of Q, and a history x has the scores xⱼ − (Q·x)ⱼ / Qⱼⱼ, with Q·x by a polynomial in RᵀR.
///
/// - Complexity: exact O(candidates³) time, O(candidates²) space; without stored pairs O(candidates · m · √(σ² / λ)) time for m
///   edges and the largest singular value σ, O(m) space; else O(candidates · (n³ + pairs of its neighbours' users)).
///
/// Source: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019, arXiv:1905.03375; for the neighbourhoods
/// Ning & Karypis, "SLIM: sparse linear methods for top-N recommender systems", ICDM 2011, doi:10.1109/ICDM.2011.134.
public struct ItemRegression: Recommender {
  /// How the items were regressed.
  public let options: ItemRegressionOptions
  public let info: MethodInfo
  /// Whether every item was regressed on all others.
  public let isExact: Bool
  let weights: Weights
  private let reading: HistoryReading
  private let isKnown: [Bool]

  enum Weights: Sendable {
    /// A row a source.
    case dense(DenseMatrix)
    /// A row a candidate.
    case sparse(SparseMatrix)
    case solved(SolvedWeights)
  }

  /// What stands for the weights of all pairs.
  struct SolvedWeights: Sendable {
    let solver: RegressionSolver
    /// Of Q.
    let diagonal: [Float]
    /// What a weight is multiplied by for its candidate, and divided by for its source.
    let factors: [Float]
  }

  /// What is asked of the memory, in bytes and in words.
  private static func need(
    _ options: ItemRegressionOptions, count: Int, connectors: Int, threads: Int
  ) -> (bytes: Int, what: String) {
    if let neighborhood = options.neighborhood, !isExact(options, count: count) {
      return (count * neighborhood * 24 + threads * neighborhood * neighborhood * 4, "\(neighborhood) weights an item")
    }
    guard options.storesAllPairs else {
      let table = DenseMatrix.byteCount(rows: 2 * count + connectors, columns: DenseMatrix.laneLimit)
      return (threads * table, "the equations of \(DenseMatrix.laneLimit) histories a thread")
    }
    return (DenseMatrix.byteCount(rows: count, columns: count), "the weights of all pairs of \(count) items")
  }

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - progress: told how many items have their weights, from any thread; not where the weights of all
  ///     pairs are stored.
  /// - Throws: `PropagationError.tooLarge` where memory does not suffice, with the size; `GraphError.damagedData`;
  ///   `LinearAlgebraError`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: ItemRegressionOptions = ItemRegressionOptions(), info: MethodInfo,
    execution: Execution = .serial, progress: (@Sendable (_ items: Int) -> Void)? = nil
  ) throws {
    precondition(options.regularization > 0, "regularization must be positive, found \(options.regularization)")
    precondition(options.neighborhood.map { $0 >= 1 } ?? true, "neighborhood must be at least 1")
    let count = snapshot.adjacency(hop).nodeCount
    let adjacency = snapshot.adjacency(hop)
    let need = Self.need(
      options, count: count, connectors: adjacency.neighborCount, threads: execution.threads)
    try MemoryPlan.check(need.bytes, for: need.what, method: info.name, limit: options.memoryLimit)
    let relation = try NormalizedAdjacency(
      snapshot, hop: hop, numbers: options.numbers, connectorExponent: 0, candidateExponent: 0, execution: execution)
    let lambda = Float(options.regularization)
    let factors = try Self.factors(relation, options, info)
    let weights: Weights
    if !Self.isExact(options, count: count) {
      weights = .sparse(
        try Self.restricted(
          relation, lambda: lambda, neighborhood: options.neighborhood!, factors: factors, execution: execution,
          progress: progress))
    } else if options.storesAllPairs {
      weights = .dense(try Self.exact(relation, lambda: lambda, factors: factors))
    } else {
      let solver = try RegressionSolver(
        relation, lambda: options.regularization, method: info.name, execution: execution)
      let done = Atomic<Int>(0)
      let diagonal = try solver.diagonal(execution: execution) {
        progress?(done.add($0, ordering: .relaxed).newValue)
      }
      weights = .solved(SolvedWeights(solver: solver, diagonal: diagonal, factors: factors))
    }
    try self.init(snapshot, hop: hop, options: options, info: info, weights: weights)
  }

  init(
    _ snapshot: Snapshot, hop: Hop, options: ItemRegressionOptions, info: MethodInfo, weights: Weights
  ) throws(GraphError) {
    self.options = options
    self.info = info
    self.weights = weights
    let adjacency = snapshot.adjacency(hop)
    isExact = Self.isExact(options, count: adjacency.nodeCount)
    reading = HistoryReading(snapshot: snapshot, hop: hop)
    var isKnown: [Bool] = []
    for candidate in 0..<UInt32(adjacency.nodeCount) { isKnown.append(try adjacency.degree(of: candidate) > 0) }
    self.isKnown = isKnown
  }

  /// What a weight is multiplied by for its candidate, and divided by for its source.
  static func factors(
    _ relation: NormalizedAdjacency, _ options: ItemRegressionOptions, _ info: MethodInfo
  ) throws(PropagationError) -> [Float] {
    let factors = relation.candidateDegrees.map {
      options.popularityExponent == 0 || $0 <= 0 ? 1 : pow($0, Float(options.popularityExponent))
    }
    guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .notFinite(method: info.name, place: "in the degrees to the power of the popularity dial")
    }
    return factors
  }

  /// A neighbourhood of everybody is exact.
  static func isExact(_ options: ItemRegressionOptions, count: Int) -> Bool {
    options.neighborhood.map { $0 >= count - 1 } ?? true
  }

  public func makeSession() -> any RankingSession {
    let scorer: any LaneScorer =
      switch weights {
      case .dense(let weights): DenseWeightScorer(weights)
      case .sparse(let weights): SparseWeightScorer(weights)
      case .solved(let weights): SolvedWeightScorer(weights)
      }
    return LaneSession(scorer, reading: reading, isKnown: isKnown)
  }

  private static func exact(_ relation: NormalizedAdjacency, lambda: Float, factors: [Float]) throws -> DenseMatrix {
    let count = relation.candidateCount
    var matrix = DenseMatrix(rows: count, columns: count)
    for item in 0..<count {
      matrix.withMutableRow(item) { row in
        relation.forEachPair(of: item) { other, product in row[other] += product }
        row[item] += lambda
      }
    }
    try matrix.invertPositiveDefinite()
    let diagonal = (0..<count).map { matrix[$0, $0] }
    for item in 0..<count {
      matrix.withMutableRow(item) { row in
        for other in row.indices {
          row[other] = other == item ? 0 : -row[other] / diagonal[other] * (factors[other] / factors[item])
        }
      }
    }
    return matrix
  }

  private static func restricted(
    _ relation: NormalizedAdjacency, lambda: Float, neighborhood: Int, factors: [Float], execution: Execution,
    progress: (@Sendable (_ items: Int) -> Void)?
  ) throws -> SparseMatrix {
    let count = relation.candidateCount
    let done = Atomic<Int>(0)
    let rows = try concurrentMap(count: count, chunkSize: 64, execution: execution) { range in
      let worker = RegressionWorker(relation, lambda: lambda, neighborhood: neighborhood)
      let rows = try range.map { item in
        try execution.cancellation.check()
        return try worker.weights(of: item)
      }
      progress?(done.add(range.count, ordering: .relaxed).newValue)
      return rows
    }
    var offsets = [0]
    var columns: [UInt32] = []
    var values: [Float] = []
    for (item, row) in rows.joined().enumerated() {
      columns += row.items
      values += zip(row.items, row.weights).map { $1 * (factors[item] / factors[Int($0)]) }
      offsets.append(columns.count)
    }
    return SparseMatrix(rows: count, columns: count, offsets: offsets, columns: columns, values: values)
  }
}

extension NormalizedAdjacency {
  /// Calls `body` with every candidate that shares a connector with `item`, itself included, once a shared connector, and
  /// the product of the two edges' values: an element of NᵀN in parts.
  func forEachPair(of item: Int, _ body: (Int, Float) -> Void) {
    candidates.withRow(item) { users, values in
      for position in users.indices {
        connectors.withRow(Int(users[position])) { others, otherValues in
          for other in others.indices { body(Int(others[other]), values[position] * otherValues[other]) }
        }
      }
    }
  }
}

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
/// regressed on the n items most similar to it alone, in n² numbers of working memory and 8·n bytes an item.
///
/// - Complexity: exact O(candidates³) time, O(candidates²) space; else O(candidates · (n³ + pairs of its neighbours' users)).
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
  }

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - progress: told how many items have their weights, from any thread; of neighbourhoods alone.
  /// - Throws: `PropagationError.tooLarge` where memory does not suffice, with the size; `GraphError.damagedData`;
  ///   `LinearAlgebraError`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: ItemRegressionOptions = ItemRegressionOptions(), info: MethodInfo,
    execution: Execution = .serial, progress: (@Sendable (_ items: Int) -> Void)? = nil
  ) throws {
    precondition(options.regularization > 0, "regularization must be positive, found \(options.regularization)")
    precondition(options.neighborhood.map { $0 >= 1 } ?? true, "neighborhood must be at least 1")
    let count = snapshot.adjacency(hop).nodeCount
    let isExact = Self.isExact(options, count: count)
    let needed =
      isExact
      ? DenseMatrix.byteCount(rows: count, columns: count)
      : count * options.neighborhood! * 24 + execution.threads * options.neighborhood! * options.neighborhood! * 4
    try MemoryPlan.check(
      needed, for: isExact ? "the weights of all pairs of \(count) items" : "\(options.neighborhood!) weights an item",
      method: info.name, limit: options.memoryLimit)
    let relation = try NormalizedAdjacency(
      snapshot, hop: hop, numbers: options.numbers, connectorExponent: 0, candidateExponent: 0, execution: execution)
    let lambda = Float(options.regularization)
    // What a weight is multiplied by for its candidate, and divided by for its source.
    let factors = relation.candidateDegrees.map {
      options.popularityExponent == 0 || $0 <= 0 ? 1 : pow($0, Float(options.popularityExponent))
    }
    guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw PropagationError.notFinite(method: info.name, place: "in the degrees to the power of the popularity dial")
    }
    let weights: Weights =
      try isExact
      ? .dense(Self.exact(relation, lambda: lambda, factors: factors))
      : .sparse(
        Self.restricted(
          relation, lambda: lambda, neighborhood: options.neighborhood!, factors: factors, execution: execution,
          progress: progress))
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

  /// A neighbourhood of everybody is exact.
  static func isExact(_ options: ItemRegressionOptions, count: Int) -> Bool {
    options.neighborhood.map { $0 >= count - 1 } ?? true
  }

  public func makeSession() -> any RankingSession {
    let scorer: any LaneScorer =
      switch weights {
      case .dense(let weights): DenseWeightScorer(weights)
      case .sparse(let weights): SparseWeightScorer(weights)
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

/// Sums over the rows of all pairs' weights.
final class DenseWeightScorer: LaneScorer {
  private let weights: DenseMatrix
  /// A row a lane.
  private var sums: DenseMatrix

  init(_ weights: DenseMatrix) {
    self.weights = weights
    sums = DenseMatrix(rows: 0, columns: weights.columnCount)
  }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    if sums.rowCount < lanes { sums = DenseMatrix(rows: lanes, columns: weights.columnCount) }
    for (lane, history) in histories.enumerated() {
      for (position, item) in history.enumerated() {
        sums.accumulate(row: lane, adding: item.weight, of: Int(item.index), in: weights, keeping: position > 0)
      }
    }
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) {
    let lanes = min(scores.columnCount, sums.rowCount)
    for lane in 0..<lanes {
      sums.withRow(lane) { row in
        for (position, candidate) in candidates.enumerated() { scores[position, lane] = row[candidate] }
      }
    }
  }
}

/// Multiplies histories by sparse weights.
final class SparseWeightScorer: LaneScorer {
  private let weights: SparseMatrix
  private var history = DenseMatrix(rows: 0, columns: 0)
  private var sums = DenseMatrix(rows: 0, columns: 0)
  private var touched: [(row: Int, lane: Int)] = []

  init(_ weights: SparseMatrix) { self.weights = weights }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    if history.columnCount != lanes {
      history = DenseMatrix(rows: weights.columnCount, columns: lanes)
      sums = DenseMatrix(rows: weights.rowCount, columns: lanes)
      touched = []
    }
    for (row, lane) in touched { history[row, lane] = 0 }
    touched = []
    for (lane, items) in histories.enumerated() {
      for item in items {
        history[Int(item.index), lane] = item.weight
        touched.append((Int(item.index), lane))
      }
    }
    try weights.multiply(history, into: &sums)
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) {
    for (row, candidate) in candidates.enumerated() {
      sums.withRow(candidate) { from in
        scores.withMutableRow(row) { to in for lane in to.indices { to[lane] = from[lane] } }
      }
    }
  }
}

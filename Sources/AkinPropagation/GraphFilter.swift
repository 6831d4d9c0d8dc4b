public import AkinGraph
public import AkinLinearAlgebra
public import AkinParallel
public import AkinRanking
import Glibc

/// What a graph filter does to the signal that a history is.
public struct GraphFilterOptions: Sendable, Equatable {
  /// a: how much candidates' degrees count in the matrix of the filter.
  public var candidateExponent: Double = 0.5
  /// g: how much connectors' degrees count there.
  public var connectorExponent: Double = 1
  /// b: each item of the history is divided by its degree to this power, each score multiplied by the candidate's. So the
  /// two-hop weight from i to j goes with dᵢ^−(a+b) · dⱼ^−(a−b).
  public var signalExponent: Double = 0
  /// What becomes of a frequency.
  public var response: FrequencyResponse = .powers([0, 1])
  /// Whether the matrix is divided by its largest eigenvalue; else it is taken to be at most 1, which it is for a = ½,
  /// g = 1.
  public var isScaled = true
  /// An additional low-pass of a given rank; `nil` for none.
  public var lowPass: LowPass?
  /// How edges count.
  public var numbers: NormalizedAdjacency.EdgeCount = .binary

  /// The part of a signal in the space of the largest singular vectors of the symmetrically normalised relation.
  public struct LowPass: Sendable, Equatable {
    /// How many of them, at least 1.
    public var rank: Int
    /// How much this part counts.
    public var weight: Double
    /// Each item of the history is divided by its degree to this power, each score multiplied by the candidate's.
    public var signalExponent: Double
    /// Each vector counts by its singular value, as a share of the largest, to this power: 0 is the ideal low-pass.
    public var valueExponent: Double = 0
    /// s: what is added to `valueExponent` for the most homogeneous history, and again for the most homogeneous candidate; in
    /// proportion for those between the least and the most. With 0 the filter is the same for all.
    public var individualExponent: Double = 0
    /// How much degrees count in the matrix whose singular vectors these are: ½ is the symmetric normalisation.
    public var normalization: Double = 0.5

    /// `rank` is at least 1. All vectors count alike and come from the symmetric normalisation, unless set otherwise.
    public init(rank: Int, weight: Double, signalExponent: Double) {
      self.rank = rank
      self.weight = weight
      self.signalExponent = signalExponent
    }
  }

  /// The plain two-hop filter h(M) = M with symmetric normalisation of candidates, without a low-pass.
  public init() {}
}

/// A polynomial h: what a filter makes of each eigenvalue (0 to 1) of its matrix.
public enum FrequencyResponse: Sendable, Equatable {
  /// Σ cₖ·Mᵏ, from k = 0.
  case powers([Double])
  /// Σ cₖ·Tₖ(I − 2M), from k = 0.
  case chebyshev([Double])

  /// How often M is applied.
  var degree: Int {
    switch self {
    case .powers(let coefficients), .chebyshev(let coefficients):
      max(0, (coefficients.lastIndex { $0 != 0 } ?? 0))
    }
  }
}

/// Recommends what is left of a history after a filter on the graph:
///
///     S = D_i^b · h(M) · D_i^−b · x  +  w · D_i^e · V·diag(σ^p)·Vᵀ · D_i^−e · x,
///     M = D_i^−a · Rᵀ · D_u^−g · R · D_i^−a / λ
///
/// for a history x (by candidate), the relation R (connectors by candidates), the degrees D_i of candidates and D_u of
/// connectors, and the singular vectors V of D_u^−½·R·D_i^−½. The exponent p may be another for every history and candidate:
/// p + s·(H(x) + H(i)) for how much their items, or users, belong together (`Homogeneity`). Nothing is trained: the choice of h, exponents and w gives
/// the published filters and what lies between them.
///
/// No matrix of candidates by candidates is formed: a query passes over the edges twice for each degree of h.
///
/// - Complexity: O(m · degree + candidates · rank) a query, in blocks of 16 to 64 queries; the making is O(m) without a
///   low-pass, that of a truncated SVD with one.
///
/// Source: Shen et al., "How powerful is graph convolution for recommendation?" (GF-CF), CIKM 2021, arXiv:2108.07567;
/// Park et al., "Turbo-CF", SIGIR 2024, arXiv:2404.14243; Kim et al., "ChebyCF", SIGIR 2025, arXiv:2505.00552; Choi et al.,
/// "Blurring-sharpening process models for collaborative filtering", SIGIR 2023, arXiv:2211.09324; individual exponents after
/// Peng et al., "How powerful is graph filtering for recommendation" (SGFCF), KDD 2024, arXiv:2406.08827.
public struct GraphFilter: Recommender {
  /// The filter.
  public let options: GraphFilterOptions
  public let info: MethodInfo
  /// The singular vectors used and how exact they are; `nil` without a low-pass.
  public let decomposition: TruncatedSVD?
  /// What the matrix was divided by.
  public let largestEigenvalue: Double
  let connectors: SparseMatrix
  let candidates: SparseMatrix
  /// D_i^−b and D_i^b; 0 for a candidate without edges.
  let before: [Float]
  let after: [Float]
  /// Rows of the low-pass for the history and for candidates.
  let lowSources: DenseMatrix?
  let lowTargets: DenseMatrix?
  /// With individual exponents: what they follow, and the singular values as shares of the largest.
  let homogeneity: Homogeneity?
  let relativeValues: [Float]
  private let reading: HistoryReading
  private let isKnown: [Bool]

  /// - Parameter hop: from candidates to connectors.
  /// - Throws: `GraphError.damagedData`; `LinearAlgebraError`; `PropagationError.notFinite`, and `.tooLarge` where the
  ///   singular vectors do not fit; `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: GraphFilterOptions = GraphFilterOptions(), seed: UInt64 = 0,
    info: MethodInfo, execution: Execution = .serial
  ) throws {
    self.options = options
    self.info = info
    let adjacency = try NormalizedAdjacency(
      snapshot, hop: hop, numbers: options.numbers, connectorExponent: Float(options.connectorExponent / 2),
      candidateExponent: Float(options.candidateExponent), execution: execution)
    let degrees = adjacency.candidateDegrees
    func power(_ exponent: Double) -> [Float] { degrees.map { $0 > 0 ? Float(pow(Double($0), exponent)) : 0 } }
    var largest = 1.0
    if options.isScaled {
      largest = try Self.largestEigenvalue(adjacency, execution: execution)
    }
    guard largest.isFinite else {
      throw PropagationError.notFinite(
        method: info.name, place: "in the matrix of the filter: its exponents are too large")
    }
    largestEigenvalue = largest
    // Half of 1 / λ on each side would round; the whole on one side is one rounding less.
    connectors = adjacency.connectors
    candidates =
      largest == 1 || largest == 0 ? adjacency.candidates : adjacency.candidates.scaled(by: Float(1 / largest))
    before = power(-options.signalExponent)
    after = power(options.signalExponent)
    reading = HistoryReading(snapshot: snapshot, hop: hop)
    isKnown = degrees.map { $0 > 0 }
    guard let low = options.lowPass, low.weight != 0 else {
      (decomposition, lowSources, lowTargets, homogeneity, relativeValues) = (nil, nil, nil, nil, [])
      return
    }
    let width = min(low.rank + max(16, low.rank / 8), adjacency.candidateCount, adjacency.connectorCount)
    try MemoryPlan.check(
      DenseMatrix.byteCount(rows: 2 * adjacency.connectorCount + 5 * adjacency.candidateCount, columns: width),
      for: "\(width) singular vectors", method: info.name)
    let exponent = Float(low.normalization)
    let symmetric =
      Float(options.connectorExponent / 2) == exponent && Float(options.candidateExponent) == exponent
      ? adjacency : adjacency.normalized(connectorExponent: exponent, candidateExponent: exponent)
    var svdOptions = TruncatedSVDOptions(rank: low.rank)
    svdOptions.seed = seed
    let svd = try TruncatedSVD(
      symmetric.connectors, transpose: symmetric.candidates, options: svdOptions, execution: execution)
    decomposition = svd
    let shares = svd.values.map { $0 / svd.values[0] }
    relativeValues = shares
    var (sources, targets) = (svd.right.transposed(), svd.right)
    if low.individualExponent == 0 {
      homogeneity = nil
    } else {
      let found = try Homogeneity(adjacency, execution: execution)
      for row in 0..<targets.rowCount where degrees[row] > 0 {
        let exponent = Float(low.individualExponent) * found.candidates[row]
        targets.withMutableRow(row) { span in
          for column in span.indices { span[column] *= pow(shares[column], exponent) }
        }
      }
      guard targets.isFinite else {
        throw PropagationError.notFinite(
          method: info.name, place: "in the filters of candidates: their exponents are too low")
      }
      homogeneity = found
    }
    try sources.scaleRows(by: svd.values.map { Float(low.weight * pow(Double($0 / svd.values[0]), low.valueExponent)) })
    sources = sources.transposed()
    try sources.scaleRows(by: power(-low.signalExponent))
    try targets.scaleRows(by: power(low.signalExponent))
    lowSources = sources
    lowTargets = targets
  }

  public func makeSession() -> any RankingSession {
    LaneSession(GraphFilterScorer(self), reading: reading, isKnown: isKnown)
  }

  /// What is added to the exponent of singular values for a history; `nil` where it is the same for all.
  func individualExponent(of history: [HistoryItem]) -> Float? {
    guard let homogeneity, let low = options.lowPass else { return nil }
    return Float(low.individualExponent) * homogeneity.of(history)
  }

  /// Of NᵀN, by power iteration from the degrees, which for symmetric normalisation are the answer.
  private static func largestEigenvalue(_ adjacency: NormalizedAdjacency, execution: Execution) throws -> Double {
    var vector = DenseMatrix(rows: adjacency.candidateCount, columns: 1)
    vector.setColumn(0, to: adjacency.candidateDegrees.map { $0.squareRoot() })
    var image = DenseMatrix(rows: adjacency.connectorCount, columns: 1)
    var next = vector
    var value = 0.0
    for _ in 0..<30 {
      let length = vector.rowDots(with: vector).reduce(0.0) { $0 + Double($1) }.squareRoot()
      guard length > 0, length.isFinite else { return length }
      try vector.scaleAccumulate(vector, times: Float(1 / length), keeping: 0, execution: execution)
      try adjacency.connectors.multiply(vector, into: &image, execution: execution)
      try adjacency.candidates.multiply(image, into: &next, execution: execution)
      value = vector.rowDots(with: next).reduce(0.0) { $0 + Double($1) }
      swap(&vector, &next)
    }
    return value
  }
}

/// Signals of up to 64 histories, side by side.
final class GraphFilterScorer: LaneScorer {
  private let filter: GraphFilter
  private let coefficients: [Float]
  private let degree: Int
  private let isChebyshev: Bool
  private var lanes = 0
  private var signals: [DenseMatrix] = []
  private var connectorSignal = DenseMatrix(rows: 0, columns: 0)
  private var panel = DenseMatrix(rows: 0, columns: 0)
  private var embedding: [Float]
  /// What the histories that are taken up are parts of, if they are.
  private var whole: [HistoryItem]?
  /// Positions of the signal that are not zero.
  private var touched: [(row: Int, lane: Int)] = []

  init(_ filter: GraphFilter) {
    self.filter = filter
    degree = filter.options.response.degree
    switch filter.options.response {
    case .powers(let values):
      (coefficients, isChebyshev) = (values.map { Float($0) }, false)
    case .chebyshev(let values):
      (coefficients, isChebyshev) = (values.map { Float($0) }, true)
    }
    embedding = [Float](repeating: 0, count: filter.lowSources?.columnCount ?? 0)
  }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    let count = filter.before.count
    if self.lanes != lanes {
      self.lanes = lanes
      // The signal, its result, and two to go on from.
      signals = (0..<(degree > 1 ? 4 : 2)).map { _ in DenseMatrix(rows: count, columns: lanes) }
      connectorSignal = DenseMatrix(rows: filter.connectors.rowCount, columns: lanes)
      panel = DenseMatrix(rows: embedding.count, columns: lanes)
      touched = []
    }
    for (row, lane) in touched { signals[0][row, lane] = 0 }
    touched = []
    for (lane, history) in histories.enumerated() {
      for item in history {
        signals[0][Int(item.index), lane] = item.weight * filter.before[Int(item.index)]
        touched.append((Int(item.index), lane))
      }
    }
    if let sources = filter.lowSources {
      for (lane, history) in histories.enumerated() {
        for position in embedding.indices { embedding[position] = 0 }
        for item in history {
          sources.withRow(Int(item.index)) { row in
            for position in row.indices { embedding[position] += item.weight * row[position] }
          }
        }
        if let exponent = filter.individualExponent(of: whole ?? history) {
          for position in embedding.indices { embedding[position] *= pow(filter.relativeValues[position], exponent) }
          guard embedding.allSatisfy(\.isFinite) else {
            throw PropagationError.notFinite(method: filter.info.name, place: "in the filter of a history")
          }
        }
        panel.setColumn(lane, to: embedding)
      }
    }
    try apply()
  }

  /// An item's part of a history is filtered as the history is.
  func parts(of candidate: Int, from history: [HistoryItem]) throws -> [Double] {
    whole = history
    defer { whole = nil }
    return try partsOfSum(of: candidate, from: history)
  }

  /// signals[1] = h(M) · signals[0].
  private func apply() throws {
    func constant(_ order: Int) -> Float { order < coefficients.count ? coefficients[order] : 0 }
    guard degree > 0 else {
      try signals[1].scaleAccumulate(signals[0], times: constant(0), keeping: 0)
      return
    }
    guard degree > 1 else {
      try multiply(0, into: 1)
      // T₁ = I − 2M.
      let (linear, rest) = isChebyshev ? (-2 * constant(1), constant(0) + constant(1)) : (constant(1), constant(0))
      if rest != 0 || linear != 1 { try signals[1].scaleAccumulate(signals[0], times: rest, keeping: linear) }
      return
    }
    // Where the last and the one before it are: the signal itself is kept for the next query's clearing.
    try signals[1].scaleAccumulate(signals[0], times: constant(0), keeping: 0)
    var (last, current, next) = (0, 2, 3)
    try multiply(0, into: 2)
    if isChebyshev { try signals[2].scaleAccumulate(signals[0], times: 1, keeping: -2) }
    try signals[1].scaleAccumulate(signals[2], times: constant(1), keeping: 1)
    for order in 2...degree {
      try multiply(current, into: next)
      if isChebyshev {
        // 2·(I − 2M)·Tₖ − Tₖ₋₁.
        try signals[next].scaleAccumulate(signals[current], times: 2, keeping: -4)
        try signals[next].scaleAccumulate(signals[last], times: -1, keeping: 1)
      }
      if constant(order) != 0 { try signals[1].scaleAccumulate(signals[next], times: constant(order), keeping: 1) }
      // What comes after may overwrite the last, but never the signal.
      if last == 0, isChebyshev, order < degree {
        if signals.count < 5 { signals.append(DenseMatrix(rows: signals[0].rowCount, columns: lanes)) }
        (last, current, next) = (current, next, 4)
      } else if isChebyshev {
        (last, current, next) = (current, next, last)
      } else {
        swap(&current, &next)
      }
    }
  }

  private func multiply(_ from: Int, into target: Int) throws {
    try filter.connectors.multiply(signals[from], into: &connectorSignal)
    try filter.candidates.multiply(connectorSignal, into: &signals[target])
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) throws {
    for (row, candidate) in candidates.enumerated() {
      let factor = filter.after[candidate]
      signals[1].withRow(candidate) { from in
        scores.withMutableRow(row) { to in for lane in to.indices { to[lane] = factor * from[lane] } }
      }
    }
    if let targets = filter.lowTargets, targets.columnCount > 0 {
      scores.score(candidates, of: targets, panel: panel, adding: true)
    }
  }
}

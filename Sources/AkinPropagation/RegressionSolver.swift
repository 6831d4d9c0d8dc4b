import AkinLinearAlgebra
import AkinParallel
import Glibc

/// Q = (RᵀR + λI)⁻¹ times whatever is asked, without Q: a polynomial in RᵀR that is within `tolerance` / λ of 1 / (x + λ) on the
/// whole spectrum, applied by two products with R a degree.
///
/// With L no less than the largest eigenvalue and z = 1 + 2λ / L, the Chebyshev series of the inverse is
///
///     1 / (x + λ) = 4 / (L·√(z² − 1)) · (½ + Σₖ (−ρ)ᵏ·Tₖ(2x / L − 1)),   ρ = z − √(z² − 1),
///
/// so it takes some √(L / λ)·log(1 / tolerance) / 2 products. Every answer is formed by the same operations whatever is asked
/// beside it.
struct RegressionSolver: Sendable {
  let relation: NormalizedAdjacency
  /// Of Tₖ.
  let coefficients: [Float]
  /// 2 / L.
  let scale: Float

  /// Share of 1 / λ that an element of Q may be wrong by, rounding aside.
  static let tolerance = 1e-5
  static let degreeLimit = 1000

  /// - Parameter relation: R, as it is.
  /// - Throws: `PropagationError.badOption` where λ is so small that the polynomial would have a degree of more than 1000;
  ///   `.notFinite`; `CancellationError`.
  init(_ relation: NormalizedAdjacency, lambda: Double, method: String, execution: Execution) throws {
    self.relation = relation.routed()
    let bound = try Self.eigenvalueBound(self.relation, execution: execution)
    guard bound.isFinite else { throw PropagationError.notFinite(method: method, place: "in products of weights") }
    let largest = max(bound, lambda)
    let z = 1 + 2 * lambda / largest
    let root = (z * z - 1).squareRoot()
    let ratio = z - root
    // What is left out after the degree n is at most 4λ / (L·√(z² − 1)) · ρⁿ⁺¹ / (1 − ρ) of 1 / λ.
    let first = 4 / (largest * root)
    let degree = (log(Self.tolerance * (1 - ratio) / (first * lambda)) / log(ratio)).rounded(.up)
    guard degree <= Double(Self.degreeLimit) else {
      // √(λ / L) goes with 1 / degree.
      let least = lambda * degree * degree / Double(Self.degreeLimit * Self.degreeLimit)
      throw PropagationError.badOption(
        name: "regularization", found: "\(lambda)",
        expected: "some \(Float(least)) or more where no weights are stored")
    }
    scale = Float(2 / largest)
    coefficients = (0...max(1, Int(degree))).map { Float(first * ($0 == 0 ? 0.5 : pow(-ratio, Double($0)))) }
  }

  /// No less than the largest eigenvalue of RᵀR, and for connected relations close to it: for positive x it is at most the
  /// largest (RᵀR·x)ᵢ / xᵢ (Collatz and Wielandt).
  private static func eigenvalueBound(_ relation: NormalizedAdjacency, execution: Execution) throws -> Double {
    var vector = DenseMatrix(rows: relation.candidateCount, columns: 1)
    vector.setColumn(0, to: [Float](repeating: 1, count: relation.candidateCount))
    var image = DenseMatrix(rows: relation.connectorCount, columns: 1)
    var next = vector
    var bound = Double.infinity
    for _ in 0..<40 {
      try relation.connectors.multiply(vector, into: &image, execution: execution)
      try relation.candidates.multiply(image, into: &next, execution: execution)
      var (largest, most) = (0.0, Float(0))
      for item in 0..<relation.candidateCount {
        largest = max(largest, Double(next[item, 0]) / Double(vector[item, 0]))
        most = max(most, next[item, 0])
      }
      // Rounding is allowed for.
      bound = min(bound, largest * 1.001)
      guard most > 0, most.isFinite else { return most == 0 ? 0 : .infinity }
      // Any positive vector gives a bound, so that none has to vanish.
      for item in 0..<relation.candidateCount { vector[item, 0] = max(next[item, 0] / most, 1e-12) }
    }
    return bound
  }

  /// The diagonal of Q.
  ///
  /// - Parameter progress: told how many items are done, from any thread.
  func diagonal(execution: Execution, progress: @Sendable (_ items: Int) -> Void) throws -> [Float] {
    let lanes = DenseMatrix.laneLimit
    let parts = try concurrentMap(
      count: relation.candidateCount, chunkSize: 8 * lanes, execution: execution
    ) { range in
      let system = RegressionSystem(self)
      var diagonal: [Float] = []
      for start in stride(from: range.lowerBound, to: range.upperBound, by: lanes) {
        try execution.cancellation.check()
        let items = start..<min(range.upperBound, start + lanes)
        try system.solve(items.map { [HistoryItem(UInt32($0))] }, lanes: DenseMatrix.lanes(for: items.count))
        diagonal += items.map { system.solution[$0, $0 - start] }
      }
      progress(range.count)
      return diagonal
    }
    return Array(parts.joined())
  }
}

/// Equations side by side; the working memory of one thread.
final class RegressionSystem {
  private let solver: RegressionSolver
  /// A row an item, a column a lane.
  private(set) var solution = DenseMatrix(rows: 0, columns: 0)
  private var other = DenseMatrix(rows: 0, columns: 0)
  private var connectors = DenseMatrix(rows: 0, columns: 0)

  init(_ solver: RegressionSolver) { self.solver = solver }

  /// Leaves Q·x in `solution` for the x of each lane.
  func solve(_ histories: [[HistoryItem]], lanes: Int) throws {
    let (relation, scale, coefficients) = (solver.relation, solver.scale, solver.coefficients)
    let degree = coefficients.count - 1
    // Clenshaw's recurrence bₖ = cₖ·x + 2·A·bₖ₊₁ − bₖ₊₂ for A = 2M / L − 1, with the signs of two in four turned, so that the new
    // one is added to where bₖ₊₂ stands. At the end c₀·x + A·b₁ − b₂.
    func sign(_ number: Int) -> Float { number % 4 < 2 ? 1 : -1 }
    func add(_ number: Int, to matrix: inout DenseMatrix) {
      let factor = sign(number) * coefficients[number]
      for (lane, history) in histories.enumerated() {
        for item in history { matrix[Int(item.index), lane] += factor * item.weight }
      }
    }
    if solution.columnCount != lanes {
      solution = DenseMatrix(rows: relation.candidateCount, columns: lanes)
      other = solution
      connectors = DenseMatrix(rows: relation.connectorCount, columns: lanes)
    }
    try solution.scaleAccumulate(solution, times: 0, keeping: 0)
    try other.scaleAccumulate(solution, times: 0, keeping: 0)
    // `solution` is bₖ₊₁ and `other` bₖ₊₂ at the start of each turn.
    add(degree, to: &solution)
    for number in stride(from: degree - 1, through: 0, by: -1) {
      let turn = sign(number) * sign(number + 1) * (number == 0 ? 1 : 2)
      try relation.connectors.multiply(solution, into: &connectors)
      try relation.candidates.multiply(connectors, adding: turn * scale, to: &other)
      try other.scaleAccumulate(solution, times: -turn, keeping: 1)
      add(number, to: &other)
      swap(&solution, &other)
    }
  }

  /// Adds to one element of the solution.
  func add(_ amount: Float, toItem item: Int, lane: Int) { solution[item, lane] += amount }
}

/// The scores of regression on all items by solving for each history: xⱼ − (Q·x)ⱼ / Qⱼⱼ, which is Σ xₛ·Bₛⱼ for B with no
/// diagonal.
final class SolvedWeightScorer: LaneScorer {
  private let system: RegressionSystem
  private let weights: ItemRegression.SolvedWeights

  init(_ weights: ItemRegression.SolvedWeights) {
    self.weights = weights
    system = RegressionSystem(weights.solver)
  }

  func begin(_ histories: [[HistoryItem]], lanes: Int) throws {
    let signals = histories.map { history in
      history.map { HistoryItem($0.index, weight: $0.weight / weights.factors[Int($0.index)]) }
    }
    try system.solve(signals, lanes: lanes)
    for (lane, signal) in signals.enumerated() {
      for item in signal {
        system.add(-item.weight * weights.diagonal[Int(item.index)], toItem: Int(item.index), lane: lane)
      }
    }
  }

  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) {
    for (row, candidate) in candidates.enumerated() {
      let factor = -weights.factors[candidate] / weights.diagonal[candidate]
      system.solution.withRow(candidate) { from in
        scores.withMutableRow(row) { to in for lane in to.indices { to[lane] = factor * from[lane] } }
      }
    }
  }
}

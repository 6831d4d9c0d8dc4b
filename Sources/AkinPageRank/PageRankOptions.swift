/// Parameters of exact PageRank.
public struct PageRankOptions: Sendable, Equatable {
  /// Probability of following an edge rather than restarting; in 0..<1.
  public var damping: Double
  /// Upper bound on the L1 error of the scores; above 0. Rounding keeps the bound above about 1e-14.
  public var tolerance: Double
  /// Most passes over all edges; at least 1. What is not converged by then is returned as such.
  public var maxIterations: Int
  /// Whether edges count by their weight; otherwise all edges of a hop count alike.
  public var usesWeights: Bool
  /// How the equations are solved; it changes the time taken, and the scores within the tolerance only.
  public var solver: Solver

  /// Ways to solve for the scores.
  public enum Solver: String, Sendable, CaseIterable {
    /// Conjugate gradients where every hop can be walked back, Gauss–Seidel elsewhere.
    case automatic
    /// s ← d·Pᵀs + (1 − d)·r until it stays put.
    case powerIteration
    /// Power iteration that uses each new score at once, layer by layer and row by row.
    case gaussSeidel
    /// Needs ways that are as likely walked back: `thereAndBack`, `wholeGraph`. Elsewhere Gauss–Seidel takes its place.
    case conjugateGradients
  }

  /// `damping` is in 0..<1, `tolerance` above 0 and `maxIterations` at least 1; 0.85 is the damping of Brin and Page.
  public init(
    damping: Double = 0.85, tolerance: Double = 1e-6, maxIterations: Int = 500, usesWeights: Bool = true,
    solver: Solver = .automatic
  ) {
    self.damping = damping
    self.tolerance = tolerance
    self.maxIterations = maxIterations
    self.usesWeights = usesWeights
    self.solver = solver
  }

  func check() {
    precondition(damping >= 0 && damping < 1, "damping must be in 0..<1, found \(damping)")
    precondition(tolerance > 0, "tolerance must be above 0, found \(tolerance)")
    precondition(maxIterations >= 1, "maxIterations must be at least 1, found \(maxIterations)")
  }
}

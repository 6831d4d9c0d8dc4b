import Glibc

/// How likely who has i also has j, popular j held down: n / (d_i · d_j^α), in 0...1; not symmetric.
///
/// At α = 0 it is P(j | i), which favours popular nodes.
///
/// Source: Deshpande & Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004,
/// doi:10.1145/963770.963776.
public struct ConditionalProbability: CountMeasure {
  /// α, at least 0.
  public let alpha: Double

  /// `alpha` is at least 0.
  public init(alpha: Double = 0.5) {
    precondition(alpha >= 0, "alpha must be at least 0, found \(alpha)")
    self.alpha = alpha
  }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    Double(overlap) / (Double(left) * pow(Double(right), alpha))
  }
}

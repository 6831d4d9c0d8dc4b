import Glibc

/// Pointwise mutual information over its largest value at this overlap: pmi / −ln(n / N), in −1...1.
///
/// 1 where every connector has both nodes.
///
/// Source: Bouma, "Normalized (pointwise) mutual information in collocation extraction", GSCL 2009.
public struct NormalizedPMI: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.counts] }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    guard overlap < population.connectors else { return 1 }
    let total = Double(population.connectors)
    return log(Double(overlap) * total / (Double(left) * Double(right))) / -log(Double(overlap) / total)
  }
}

import Glibc

/// How much likelier two nodes come together than by chance: ln(n · N / (d_i · d_j)), N the number of connectors.
///
/// At most ln N. Rare pairs score high, so a minimum overlap or shrinkage is advisable. Pairs at or below chance have a
/// score of 0 or less and are no neighbours.
///
/// Source: Church & Hanks, "Word association norms, mutual information, and lexicography", Computational Linguistics
/// 16(1), 1990.
public struct PointwiseMutualInformation: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.counts] }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    log(Double(overlap) * Double(population.connectors) / (Double(left) * Double(right)))
  }
}

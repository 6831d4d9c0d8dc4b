/// How many times more often two nodes come together than by chance: n · N / (d_i · d_j), N the number of connectors.
///
/// At least 0 and at most N; 1 is chance.
///
/// Source: Brin, Motwani, Ullman & Tsur, "Dynamic itemset counting and implication rules for market basket data",
/// SIGMOD 1997, doi:10.1145/253260.253325, where it is called interest.
public struct Lift: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.counts] }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    Double(overlap) * Double(population.connectors) / (Double(left) * Double(right))
  }
}

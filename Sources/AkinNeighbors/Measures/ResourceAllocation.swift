/// Shared connectors, each splitting one unit among its neighbours: Σ_u x_iu · x_ju / d_u; at least 0.
///
/// Source: Zhou, Lü & Zhang, "Predicting missing links via local information", European Physical Journal B 71, 2009,
/// doi:10.1140/epjb/e2009-00335-8.
public struct ResourceAllocation: SimilarityMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.connectors] }
  public func weight(of connector: NodeTotals, in population: Population) -> Double { 1 / Double(connector.degree) }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { sum }
}

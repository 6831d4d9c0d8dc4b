import Glibc

/// Shared connectors, those with few neighbours counting more: Σ_u x_iu · x_ju / ln d_u; at least 0.
///
/// A connector of degree 1 connects nothing and adds 0.
///
/// Source: Adamic & Adar, "Friends and neighbors on the Web", Social Networks 25(3), 2003,
/// doi:10.1016/S0378-8733(03)00009-1.
public struct AdamicAdar: SimilarityMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.connectors] }
  public func weight(of connector: NodeTotals, in population: Population) -> Double {
    connector.degree > 1 ? 1 / log(Double(connector.degree)) : 0
  }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { sum }
}

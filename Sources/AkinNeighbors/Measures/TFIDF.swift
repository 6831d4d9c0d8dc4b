import Glibc

/// Cosine of TF-IDF weights: x = √number · (ln N − ln(1 + d_u)), N the number of nodes; in 0...1.
///
/// Connectors with many neighbours say little. One that has all nodes gets a weight just below zero, taken as 0.
///
/// Source: Salton & Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing & Management
/// 24(5), 1988, doi:10.1016/0306-4573(88)90021-0; this form is that of the library implicit.
public struct TFIDF: SimilarityMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.profiles, .transform, .connectors, .counts] }
  public func value(_ number: Double, node: NodeTotals, connector: NodeTotals, in population: Population) -> Double {
    number.squareRoot() * max(0, log(Double(population.nodes)) - log(1 + Double(connector.degree)))
  }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { Cosine().score(sum, overlap: overlap, left: left, right: right, in: population) }
}

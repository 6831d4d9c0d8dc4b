import Glibc

/// Cosine of BM25 weights, in 0...1:
///
///     x = number · (k1 + 1) / (k1 · (1 − b + b · length / meanLength) + number) · (ln N − ln(1 + d_u))
///
/// with length the sum of a node's numbers and N the number of nodes. Long rows are held down by b, repeated encounters
/// by k1. A connector that has all nodes gets a weight just below zero, taken as 0.
///
/// Source: Robertson & Zaragoza, "The probabilistic relevance framework: BM25 and beyond", Foundations and Trends in
/// Information Retrieval 3(4), 2009, doi:10.1561/1500000019; this form is that of the library implicit, which leaves the
/// rows unnormalised.
public struct BM25: SimilarityMeasure {
  /// How slowly repetition saturates; at least 0.
  public let k1: Double
  /// How much the length of a row counts, in 0...1.
  public let b: Double
  /// Whether the product is divided by the norms.
  public let isNormalized: Bool

  /// `k1` is at least 0 and `b` in 0...1. The defaults, `k1` far above that of text search, suit numbers that are
  /// counts.
  public init(k1: Double = 100, b: Double = 0.8, isNormalized: Bool = true) {
    precondition(k1 >= 0, "k1 must be at least 0, found \(k1)")
    precondition((0...1).contains(b), "b must be in 0...1, found \(b)")
    self.k1 = k1
    self.b = b
    self.isNormalized = isNormalized
  }
  public var needs: MeasureNeeds { [.profiles, .transform, .nodeSums, .meanSum, .connectors, .counts] }
  public func value(_ number: Double, node: NodeTotals, connector: NodeTotals, in population: Population) -> Double {
    let length = population.meanSum > 0 ? node.sum / population.meanSum : 1
    let saturated = number * (k1 + 1) / (k1 * (1 - b + b * length) + number)
    return saturated * max(0, log(Double(population.nodes)) - log(1 + Double(connector.degree)))
  }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  {
    isNormalized ? Cosine().score(sum, overlap: overlap, left: left, right: right, in: population) : sum
  }
}

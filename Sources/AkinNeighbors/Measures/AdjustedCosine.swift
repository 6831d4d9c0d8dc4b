/// Cosine after every connector's mean is taken off its numbers, over shared connectors, in −1...1:
///
///     Σ_u (x_iu − x̄_u)(x_ju − x̄_u) / √(Σ_u (x_iu − x̄_u)² · Σ_u (x_ju − x̄_u)²)
///
/// So users who rate everything high do not make all items alike. 0 where a side is all zeros.
///
/// Source: Sarwar, Karypis, Konstan & Riedl, "Item-based collaborative filtering recommendation algorithms", WWW 2001,
/// doi:10.1145/371920.372071.
public struct AdjustedCosine: SimilarityMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.connectorSums, .transform] }
  public var acceptsNegativeValues: Bool { true }
  public func value(_ number: Double, node: NodeTotals, connector: NodeTotals, in population: Population) -> Double {
    number - connector.mean
  }
  public func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout Moments) { sum.add(left, right) }
  /// The product of the two deviations: negative where they differ in sign.
  public func share(_ left: EdgeTerm, _ right: EdgeTerm, of sum: Moments, overlap: Int) -> Double {
    left.value * right.value
  }
  public func score(_ sum: Moments, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { sum.cosine }
}

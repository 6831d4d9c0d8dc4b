/// Jaccard of weights: Σ_u min(x_iu, x_ju) / Σ_u max(x_iu, x_ju), in 0...1; numbers must not be negative.
///
/// Source: Ruzicka, "Anwendung mathematisch-statistischer Methoden in der Geobotanik", Biológia 13, 1958.
public struct WeightedJaccard: SimilarityMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.profiles] }
  public var whenBinary: (any CountMeasure)? { Jaccard() }
  public func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout Double) { sum += min(left.value, right.value) }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  {
    // max(a, b) = a + b − min(a, b), so that what only one side has needs no visit.
    let union = left.sum + right.sum - sum
    return union > 0 ? sum / union : 0
  }
}

import Glibc

/// How many connectors two nodes share; with a half-life, encounters far apart in time count less:
///
///     Σ_u 2^(−|t_iu − t_ju| / halfLife)
///
/// At least 0. An edge of unknown time counts in full.
public struct CoOccurrence: SimilarityMeasure {
  /// Seconds after which an encounter counts half; `nil` for all alike.
  public let halfLife: Double?

  /// `halfLife` is in seconds, above 0; by default times do not matter.
  public init(halfLife: Double? = nil) {
    precondition(halfLife.map { $0 > 0 } ?? true, "halfLife must be above 0, found \(halfLife!)")
    self.halfLife = halfLife
  }
  public var needs: MeasureNeeds { halfLife == nil ? [] : [.times] }
  public var acceptsNegativeValues: Bool { true }
  public func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout Double) {
    let distance = abs(left.time - right.time)
    sum += halfLife.map { distance.isNaN ? 1 : exp2(-distance / $0) } ?? 1
  }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { sum }
}

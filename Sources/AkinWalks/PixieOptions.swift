/// Parameters of Pixie's random walks.
public struct PixieOptions: Sendable, Equatable {
  /// Budget of a query, in steps of two hops (item to user to item), shared by its sources; at least 1.
  public var steps = 100_000
  /// Probability of going back to the source after a step, in 0...1. High values stay close to the source.
  public var restart = 0.5
  /// The popularity dial β ≥ 0: scores are divided by (degree + `hubSmoothing`)^β. At 0 popular items lead every list,
  /// at 1 popularity counts for nothing.
  public var hubExponent = 0.7
  /// Added to a degree before it is penalised, ≥ 0, so that items with one or two edges do not lead a list by chance.
  public var hubSmoothing = 10.0

  public init() {}
}

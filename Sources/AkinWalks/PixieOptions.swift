/// Parameters of Pixie's random walks.
public struct PixieOptions: Sendable, Equatable {
  /// Budget of a query, in steps of two hops (item to user to item), shared by its sources; at least 1.
  public var steps = 200_000
  /// Probability of going back to the source after a step, in 0...1. High values stay close to the source.
  public var restart = 0.8
  /// Walks prefer connectors in proportion to degree^(1 − `connectorExponent`); ≥ 0. At 1 all are alike, as in the paper,
  /// so that users with few items decide; at 0 every shared user counts the same, however many items they have.
  public var connectorExponent = 0.25
  /// The popularity dial β ≥ 0: scores are divided by (degree + `hubSmoothing`)^β. At 0 popular items lead every list,
  /// at 1 popularity counts for nothing.
  public var hubExponent = 0.8
  /// Added to a degree before it is penalised, ≥ 0, so that items with one or two edges do not lead a list by chance.
  public var hubSmoothing = 10.0

  /// How much a score that rests on few visits is lowered, ≥ 0: it is divided by (1 + `caution` · r)², r the relative
  /// standard error of its root. The effect goes as steps grow.
  public var caution = 2.0

  /// When the walk of a source has found enough; `nil`: its steps are walked to the end.
  public var earlyStop: EarlyStop?

  /// Enough is found: so many candidates that the filter admits were visited so often from one source. Looked at after
  /// every `Pixie.blocksBetweenLooks` blocks of the source, so that the answer does not depend on threads.
  public struct EarlyStop: Sendable, Equatable {
    /// n_p, at least 1.
    public var candidates: Int
    /// n_v, above 0: visits as they count in the score.
    public var visits: Double

    /// `candidates` is at least 1 and `visits` above 0.
    public init(candidates: Int, visits: Double) {
      self.candidates = candidates
      self.visits = visits
    }
  }

  /// n_v where nothing else is said.
  public static let usualStopVisits = 4.0

  /// Defaults for what goes with a few nodes.
  public init() {}

  /// Defaults for what goes with a whole history, chosen by held-out accuracy: with many sources the lists of users with
  /// few items tell most, and a little more popularity does good.
  public static let forRecommendation: PixieOptions = {
    var options = PixieOptions()
    options.connectorExponent = 1
    options.hubExponent = 0.7
    return options
  }()
}

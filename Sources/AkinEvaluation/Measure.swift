/// Everything that can be measured, under the names that people type. A name with a list length, `ndcg@10`, is a
/// `Metric`.
public enum Measure: String, CaseIterable, Sendable {
  case precision
  case recall
  case truncatedRecall = "recall-truncated"
  case f1
  case hitRate = "hitrate"
  case reciprocalRank = "mrr"
  case averagePrecision = "map"
  case ndcg
  case exponentialNDCG = "ndcg-exp"
  case areaUnderCurve = "auc"
  case rootMeanSquaredError = "rmse"
  case meanAbsoluteError = "mae"
  case catalogCoverage = "coverage"
  case userCoverage = "user-coverage"
  case giniIndex = "gini"
  case diversity
  case novelty
  case serendipity
  case popularity
  case popularityPercentile = "popularity-percentile"
  case tailShare = "tail-share"
  case personalization
  case calibration

  /// Other names in use for the same thing.
  var aliases: [String] {
    switch self {
    case .precision: ["prec", "p"]
    case .hitRate: ["hit-rate", "hit_rate", "hit", "hr"]
    case .reciprocalRank: ["rr"]
    case .averagePrecision: ["ap"]
    case .catalogCoverage: ["catalog-coverage", "catalogue-coverage"]
    case .diversity: ["ild"]
    case .popularity: ["arp"]
    case .tailShare: ["aplt"]
    case .personalization: ["personalisation"]
    default: []
    }
  }

  /// Whether a list length belongs to the name.
  public var cutoff: CutoffRule {
    switch self {
    case .areaUnderCurve, .rootMeanSquaredError, .meanAbsoluteError: .none
    case .recall, .hitRate, .reciprocalRank, .averagePrecision, .ndcg, .exponentialNDCG, .userCoverage: .optional
    default: .required
    }
  }

  /// Which way is better, for marking the best of several methods.
  public var direction: Direction {
    switch self {
    case .rootMeanSquaredError, .meanAbsoluteError, .giniIndex, .calibration: .lower
    case .popularity, .popularityPercentile, .tailShare: .neither
    default: .higher
    }
  }

  /// Whether it has a value for each user, whose mean it is, or only one for all lists together.
  public var isPerUser: Bool {
    switch self {
    case .rootMeanSquaredError, .meanAbsoluteError, .catalogCoverage, .userCoverage, .giniIndex, .personalization: false
    default: true
    }
  }

  /// Whether a user without relevant items has no value.
  var needsRelevantItems: Bool {
    switch self {
    case .precision, .recall, .truncatedRecall, .f1, .hitRate, .reciprocalRank, .averagePrecision, .ndcg,
      .exponentialNDCG, .serendipity:
      true
    default: false
    }
  }

  /// What it looks at besides the lists.
  public var needs: [Ingredient] {
    switch self {
    case .precision, .recall, .truncatedRecall, .f1, .hitRate, .reciprocalRank, .averagePrecision, .ndcg,
      .exponentialNDCG:
      [.truth]
    case .areaUnderCurve: [.positiveRanks]
    case .rootMeanSquaredError, .meanAbsoluteError: [.predictions]
    case .catalogCoverage, .userCoverage, .giniIndex, .personalization: []
    case .diversity: [.distance]
    case .novelty, .popularity, .popularityPercentile: [.popularity]
    case .serendipity: [.truth, .baseline]
    case .tailShare: [.headTail]
    case .calibration: [.history, .categories]
    }
  }

  /// Whether a measure takes a list length: `ndcg@10`.
  public enum CutoffRule: Sendable, Equatable { case required, optional, none }
  /// Which values are better; neither where that is a matter of taste.
  public enum Direction: Sendable, Equatable { case higher, lower, neither }
}

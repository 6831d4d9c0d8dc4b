/// Everything that metrics may look at. Only `lists` is always needed; a metric whose other needs are not met is an
/// error that names what is missing.
public struct EvaluationInput: Sendable {
  /// What the method recommended.
  public let lists: ItemLists
  /// What was held out: for every metric of accuracy and for serendipity.
  public var truth: GroundTruth?
  /// From the training data: for novelty and popularity.
  public var popularity: ItemPopularity?
  /// Which items are popular: for the share of the tail.
  public var headTail: HeadTail?
  /// What users had in the training data: for calibration.
  public var history: ItemLists?
  /// For diversity and calibration.
  public var categories: ItemCategories?
  /// How different two items are, in 0...1 and symmetric: for diversity, instead of `categories`.
  public var distance: (@Sendable (_ a: Int, _ b: Int) -> Double)?
  /// What an obvious method, such as most popular, recommended: for serendipity.
  public var baseline: ItemLists?
  /// Where the held-out items stand in the full ranking of the candidates: for AUC.
  public var positiveRanks: PositiveRanks?
  /// For RMSE and MAE.
  public var predictions: RatingPredictions?

  /// Other parts are set afterwards; they must fit the lists in users and items, which `evaluate` checks.
  public init(lists: ItemLists, truth: GroundTruth? = nil) {
    self.lists = lists
    self.truth = truth
  }
}

/// The parts of an evaluation's input besides the lists.
public enum Ingredient: String, Sendable, Equatable {
  case truth = "held-out items"
  case popularity = "training popularity"
  case headTail = "division into head and tail"
  case history = "training history"
  case categories = "categories of the items"
  case distance = "categories of the items or a distance between them"
  case baseline = "lists of a baseline"
  case positiveRanks = "full ranks of the held-out items"
  case predictions = "predicted ratings"
}

extension EvaluationInput {
  func has(_ part: Ingredient) -> Bool {
    switch part {
    case .truth: truth != nil
    case .popularity: popularity != nil
    case .headTail: headTail != nil
    case .history: history != nil
    case .categories: categories != nil
    case .distance: distance != nil || categories != nil
    case .baseline: baseline != nil
    case .positiveRanks: positiveRanks != nil
    case .predictions: predictions != nil
    }
  }

  /// - Throws: `userCountMismatch`, `itemCountMismatch` of the first part that does not fit the lists.
  func checkSizes() throws(EvaluationError) {
    let users: [(Ingredient, Int?)] = [
      (.truth, truth?.userCount), (.history, history?.userCount), (.baseline, baseline?.userCount),
      (.positiveRanks, positiveRanks?.userCount),
    ]
    for case (let part, let found?) in users where found != lists.userCount {
      throw .userCountMismatch(part, found: found, expected: lists.userCount)
    }
    let items: [(Ingredient, Int?)] = [
      (.truth, truth?.itemCount), (.popularity, popularity?.itemCount), (.headTail, headTail?.itemCount),
      (.history, history?.itemCount), (.categories, categories?.itemCount), (.baseline, baseline?.itemCount),
    ]
    for case (let part, let found?) in items where found != lists.itemCount {
      throw .itemCountMismatch(part, found: found, expected: lists.itemCount)
    }
  }
}

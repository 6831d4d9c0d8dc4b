/// What can be wrong with the data or the names that an evaluation is asked for.
///
/// Lists, users and items are counted from 0, as in the arrays that they came in.
public enum EvaluationError: Error, Equatable {
  case itemOutOfRange(item: Int, list: Int, itemCount: Int)
  /// An item stands twice in one list. Ranks are counted from 1.
  case duplicateItem(item: Int, list: Int, ranks: [Int])
  case invalidGrade(Float, item: Int, list: Int)
  case invalidRank(Double, list: Int, candidateCount: Int)
  case invalidPrediction(predicted: Double, actual: Double, position: Int)
  case categoryOutOfRange(category: Int, item: Int, categoryCount: Int)
  /// Two parts of the input speak of different numbers of users.
  case userCountMismatch(Ingredient, found: Int, expected: Int)
  /// Two parts of the input speak of different numbers of items.
  case itemCountMismatch(Ingredient, found: Int, expected: Int)
  case missingIngredient(Ingredient, metric: Metric)
  /// Two methods have no user in common that both could be scored on.
  case noCommonUsers
  case unknownMetric(String, closest: String?)
  case invalidCutoff(String, metric: String)
  case missingCutoff(metric: String)
  case unexpectedCutoff(metric: String)
}

extension EvaluationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .itemOutOfRange(let item, let list, let itemCount):
      "list \(list): expected items below \(itemCount), found \(item)"
    case .duplicateItem(let item, let list, let ranks):
      "list \(list): expected each item once, found item \(item) at ranks \(Self.joined(ranks.map { "\($0)" }))"
    case .invalidGrade(let grade, let item, let list):
      "truth of user \(list): expected a grade in 0...\(Int(GroundTruth.largestGrade)) for item \(item), found \(grade)"
    case .invalidRank(let rank, let list, let candidateCount):
      "user \(list): expected ranks in 1...\(candidateCount), found \(rank)"
    case .invalidPrediction(let predicted, let actual, let position):
      "pair \(position): expected two finite numbers, found prediction \(predicted) for \(actual)"
    case .categoryOutOfRange(let category, let item, let categoryCount):
      "item \(item): expected categories below \(categoryCount), found \(category)"
    case .userCountMismatch(let part, let found, let expected):
      "the \(part.rawValue): expected \(expected) users as in the lists, found \(found)"
    case .itemCountMismatch(let part, let found, let expected):
      "the \(part.rawValue): expected \(expected) items as in the lists, found \(found)"
    case .missingIngredient(let part, let metric):
      "\(metric) needs the \(part.rawValue), which was not given"
    case .noCommonUsers:
      "the two methods have no scored user in common"
    case .unknownMetric(let name, let closest):
      "unknown metric '\(name)'" + (closest.map { "; did you mean '\($0)'?" } ?? "")
        + " (known: \(Self.joined(Measure.allCases.map(\.rawValue))))"
    case .invalidCutoff(let text, let metric):
      "\(metric): expected a whole number of at least 1 after '@', found '\(text)'"
    case .missingCutoff(let metric):
      "\(metric) needs the length of the list: \(metric)@10"
    case .unexpectedCutoff(let metric):
      "\(metric) is not about the top of a list: expected '\(metric)' without '@'"
    }
  }

  private static func joined(_ words: [String]) -> String {
    words.enumerated().reduce(into: "") { $0 += ($1.offset == 0 ? "" : ", ") + $1.element }
  }
}

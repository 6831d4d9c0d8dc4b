public import AkinParallel

/// What an evaluation found: each metric in the order asked, and how much of the data it speaks for.
public struct Evaluation: Sendable, Equatable {
  /// One a metric, in the order asked.
  public var values: [MetricValue]
  /// How many users there are, with whatever lists.
  public var users: Int
  /// Users whom no metric of accuracy covers; 0 when no truth was given.
  public var usersWithoutTruth: Int
  /// Users with nothing recommended: misses everywhere for accuracy, left out of what describes the lists.
  public var emptyLists: Int

  /// The value of `metric`; `nil` when it was not asked for.
  public subscript(metric: Metric) -> MetricValue? { values.first { $0.metric == metric } }
}

/// What was measured, and its value.
public struct MetricValue: Sendable, Equatable {
  /// The measure and the list length.
  public var metric: Metric
  /// The mean over the users who have a value, or the value of all lists together. `nil` when nobody has one.
  public var value: Double?
  /// Who contributed what; `nil` for a metric of all lists together.
  public var byUser: UserScores?
}

extension EvaluationInput {
  /// Measures the lists: each user is looked at once, for all metrics and list lengths.
  ///
  /// Accuracy covers the users with at least one relevant item, whether or not their list has any; metrics that
  /// describe a list cover the users whose list has something to describe. Serendipity covers the users of accuracy.
  /// The result is the same on any number of threads.
  ///
  /// - Throws: `missingIngredient`, `userCountMismatch`, `itemCountMismatch`; `CancellationError`.
  /// - Complexity: O(users · (l log n + Σ k over the metrics)) for lists of l and n relevant items; diversity O(k²).
  public func evaluate(_ metrics: [Metric], execution: Execution = Execution()) throws -> Evaluation {
    try checkSizes()
    for metric in metrics {
      if let missing = metric.measure.needs.first(where: { !has($0) }) {
        throw EvaluationError.missingIngredient(missing, metric: metric)
      }
    }
    let perUser = metrics.filter(\.measure.isPerUser)
    let users = perUser.isEmpty ? 0 : lists.userCount
    let chunks = try concurrentMap(count: users, chunkSize: 1024, execution: execution) {
      values(of: perUser, users: $0)
    }
    var column = 0
    let measured = metrics.map { metric in
      guard metric.measure.isPerUser else {
        return MetricValue(metric: metric, value: systemValue(of: metric), byUser: nil)
      }
      let scores = gather(column, of: perUser.count, from: chunks)
      column += 1
      return MetricValue(metric: metric, value: scores.mean, byUser: scores)
    }
    return Evaluation(
      values: measured, users: lists.userCount,
      usersWithoutTruth: truth.map { truth in (0..<truth.userCount).count { truth.relevantCount(of: $0) == 0 } } ?? 0,
      emptyLists: (0..<lists.userCount).count { lists[$0].isEmpty })
  }

  /// User by user the value of each metric; NaN where a user has none.
  private func values(of metrics: [Metric], users: Range<Int>) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(users.count * metrics.count)
    var outcome = UserOutcome()
    for user in users {
      truth?.fill(&outcome, from: lists, user: user)
      for metric in metrics { values.append(value(of: metric, user: user, outcome: outcome) ?? .nan) }
    }
    return values
  }

  private func value(of metric: Metric, user: Int, outcome: UserOutcome) -> Double? {
    let k = metric.k ?? .max
    if metric.measure.needsRelevantItems, outcome.relevantCount == 0 { return nil }
    switch metric.measure {
    case .precision: return outcome.precision(at: k)
    case .recall: return outcome.recall(at: k)
    case .truncatedRecall: return outcome.truncatedRecall(at: k)
    case .f1: return outcome.f1(at: k)
    case .hitRate: return outcome.hitRate(at: k)
    case .reciprocalRank: return outcome.reciprocalRank(at: k)
    case .averagePrecision: return outcome.averagePrecision(at: k)
    case .ndcg: return outcome.ndcg(at: k)
    case .exponentialNDCG: return outcome.ndcg(at: k, gain: .exponential)
    case .areaUnderCurve: return positiveRanks?.areaUnderCurve(of: user)
    case .diversity:
      if let distance { return lists.diversity(at: k, user: user, distance: distance) }
      return categories.flatMap { categories in
        lists.diversity(at: k, user: user) { categories.distance($0, $1) }
      }
    case .novelty: return popularity?.novelty(of: lists.top(k, of: user))
    case .serendipity:
      return baseline.flatMap { truth?.serendipity(at: k, of: lists, baseline: $0, user: user) }
    case .popularity: return popularity?.meanCount(of: lists.top(k, of: user))
    case .popularityPercentile: return popularity?.meanPercentile(of: lists.top(k, of: user))
    case .tailShare: return headTail?.tailShare(of: lists.top(k, of: user))
    case .calibration:
      guard let history, let categories, let wanted = categories.distribution(of: history[user]),
        let given = categories.distribution(of: lists.top(k, of: user))
      else { return nil }
      return calibrationDivergence(history: wanted, list: given)
    case .rootMeanSquaredError, .meanAbsoluteError, .catalogCoverage, .userCoverage, .giniIndex, .personalization:
      preconditionFailure("\(metric) has no value for one user")
    }
  }

  private func systemValue(of metric: Metric) -> Double? {
    let k = metric.k ?? .max
    switch metric.measure {
    case .rootMeanSquaredError: return predictions?.rootMeanSquaredError
    case .meanAbsoluteError: return predictions?.meanAbsoluteError
    case .catalogCoverage: return lists.catalogCoverage(at: k)
    case .userCoverage: return lists.userCoverage(atLeast: metric.k ?? 1)
    case .giniIndex: return lists.giniIndex(at: k)
    case .personalization: return lists.personalization(at: k)
    default: preconditionFailure("\(metric) is a mean over users")
    }
  }

  /// One metric's column of the user-by-metric values, without the users who have none.
  private func gather(_ column: Int, of width: Int, from chunks: [[Double]]) -> UserScores {
    var users: [UInt32] = []
    var values: [Double] = []
    users.reserveCapacity(lists.userCount)
    values.reserveCapacity(lists.userCount)
    var user: UInt32 = 0
    for chunk in chunks {
      for position in stride(from: column, to: chunk.count, by: width) {
        if !chunk[position].isNaN {
          users.append(user)
          values.append(chunk[position])
        }
        user += 1
      }
    }
    return UserScores(users: users, values: values)
  }
}

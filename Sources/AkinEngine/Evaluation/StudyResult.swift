public import AkinEvaluation
public import AkinGraph
import AkinParallel
public import AkinRanking

/// What a study found.
public struct StudyResult: Sendable {
  /// Those asked for first, in order; then those for charts.
  public var metrics: [Metric]
  /// How the methods were run.
  public var options: RunOptions
  /// Token of each fold's split.
  public var tokens: [String] = []
  /// What each fold warns of.
  public var warnings: [[SplitWarning]] = []
  /// Test users over all folds.
  public var users = 0
  /// Test users without a relevant item, whom accuracy leaves out.
  public var usersWithoutTruth = 0
  /// Held-out edges over all folds, of the users tested.
  public var relevantItems = 0
  /// Edges of the primary relation in training, of the first fold.
  public var trainEdges = 0
  /// How many items may be recommended.
  public var itemCount = 0
  /// In the order of the requests.
  public var methods: [MethodResult] = []

  init(metrics: [Metric], options: RunOptions) {
    self.metrics = metrics
    self.options = options
  }

  mutating func add(_ runner: EvaluationRunner) {
    let split = runner.split
    if tokens.isEmpty {
      trainEdges = split.train.relations[split.train.schema.roles.primaryRelation].forward.edgeCount
      itemCount = runner.history.itemCount
    }
    tokens.append(split.plan.foldCount > 1 ? "\(split.token),fold=\(split.fold)" : split.token)
    warnings.append(split.warnings)
    users += runner.users.count
    for user in runner.users.indices {
      let relevant = runner.truth.relevantCount(of: user)
      relevantItems += relevant
      if relevant == 0 { usersWithoutTruth += 1 }
    }
  }
}

/// One method's part of a study.
public struct MethodResult: Sendable {
  /// The method as it was asked for.
  public var request: MethodRequest
  /// All parameters, defaults included.
  public var parameters: [String: String]
  /// The metrics asked for first, in order; then those for charts.
  public var values: [MetricResult]
  /// Lists shorter than asked for, and those with nothing.
  public var shortLists: Int
  /// Lists without a single item; they are among `shortLists`.
  public var emptyLists: Int
  /// Over all folds.
  public var preparation: Cost
  /// What answering took, over all folds.
  public var ranking: Cost
  /// What was measured while the method was trained on the first fold, by name; empty for one that is not trained.
  public var curves: [String: [CurvePoint]]
  /// History length of each test user; empty without slices.
  var activity: [Int]
  /// Recall of the held-out items of each group of `popularityGroups`; empty without slices.
  public var byItemPopularity: [UserScores]

  /// What was found of a metric; `nil` where it was not measured.
  public subscript(metric: Metric) -> MetricResult? { values.first { $0.metric == metric } }

  /// What the groups of `byItemPopularity` are called, most popular first.
  public static let popularityGroups = PopularityGroups.names

  /// A metric by how much history users have, in up to four groups of about as many users.
  public func byActivity(_ metric: Metric) -> [SegmentMean] {
    guard let scores = self[metric]?.byUser, !activity.isEmpty else { return [] }
    let sorted = activity.sorted()
    let limits = Set([1, 2, 3].map { sorted[$0 * sorted.count / 4] }).filter { $0 > sorted[0] }.sorted()
    let names = UserSegments.names(limits: limits)
    let segments = UserSegments(
      names: names, segments: activity.map { own in limits.count { $0 <= own } })
    return scores.means(by: segments)
  }
}

/// One metric of one method.
public struct MetricResult: Sendable {
  /// What was measured.
  public var metric: Metric
  /// Mean over the users, or over the folds for a metric of all lists together; `nil` when nobody has a value.
  public var value: Double?
  /// One value a user, over all folds; `nil` for a metric of all lists together.
  public var byUser: UserScores?
  /// What the choice of the seed does; `nil` for one seed or a method without randomness.
  public var bySeed: RepeatedRuns?
  /// How sure the mean is; `nil` for a metric of all lists together.
  public var interval: ConfidenceInterval?
  /// Whether no other method has a better value.
  public var isBest = false
  /// How likely chance alone makes the difference from the best method, adjusted for the number of methods; `nil` for
  /// the best itself and where there is no test.
  public var pValue: Double?
  /// Whether the difference from the best may be chance: `pValue` is at least 0.05.
  public var isTied: Bool { pValue.map { $0 >= 0.05 } ?? false }

  init(metric: Metric, value: Double?, byUser: UserScores?, bySeed: RepeatedRuns? = nil) {
    self.metric = metric
    self.value = value
    self.byUser = byUser
    self.bySeed = bySeed
  }
}

extension StudyResult {
  /// The list lengths at which a report shows a metric.
  public static func curveLengths(_ k: Int) -> [Int] {
    ([1, 2, 3, 5, 10, 15, 20, 30, 50, 100, 200, 500].filter { $0 < k } + [k])
  }

  /// Adds intervals and says of each metric asked for which method is best and which are as good for all one can tell:
  /// randomisation tests of each against the best, adjusted by Holm's method.
  static func judged(
    _ methods: [MethodResult], metrics: [Metric], resampling: ResamplingOptions, hasSlices: Bool,
    options: RunOptions, execution: Execution
  ) throws -> [MethodResult] {
    var methods = methods
    // Bands of charts need fewer resamples than numbers that people compare.
    var light = resampling
    light.resamples = min(resampling.resamples, 200)
    for (position, metric) in (methods.first?.values.map(\.metric) ?? []).enumerated() {
      let isAsked = metrics.contains(metric)
      for number in methods.indices {
        let scores = methods[number].values[position].byUser
        methods[number].values[position].interval = try scores?.bootstrapInterval(
          isAsked ? resampling : light, execution: execution)
      }
      let direction = metric.measure.direction
      guard isAsked, direction != .neither else { continue }
      let known = methods.indices.filter { methods[$0].values[position].value != nil }
      func value(_ number: Int) -> Double { methods[number].values[position].value ?? .nan }
      guard let first = known.first else { continue }
      let best = known.dropFirst().reduce(first) { best, number in
        (direction == .higher ? value(number) > value(best) : value(number) < value(best)) ? number : best
      }
      for number in known where value(number) == value(best) { methods[number].values[position].isBest = true }
      let others = known.filter { $0 != best }
      guard let leader = methods[best].values[position].byUser, !others.isEmpty else { continue }
      let pValues = holmAdjusted(
        try others.map { number in
          guard let scores = methods[number].values[position].byUser else { return 1 }
          return try leader.compared(with: scores, resampling, execution: execution).pValue
        })
      for (number, pValue) in zip(others, pValues) { methods[number].values[position].pValue = pValue }
    }
    return methods
  }
}

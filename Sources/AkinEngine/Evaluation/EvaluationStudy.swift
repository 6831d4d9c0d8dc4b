public import AkinEvaluation
public import AkinGraph
public import AkinParallel
import AkinRanking

/// Several methods measured on the same users: of one split, or of all folds of one.
public struct EvaluationStudy: Sendable {
  /// What is compared; titles are distinct.
  public var methods: [MethodRequest]
  /// What is measured, in the order in which it is reported.
  public var metrics: [Metric]
  /// How each method is run.
  public var options: RunOptions
  /// How intervals and tests are computed.
  public var resampling: ResamplingOptions
  /// Whether to measure also what a report shows: metrics by k, by activity of the user, by popularity of the item.
  public var hasSlices: Bool

  /// Titles of `methods` must be distinct: results are told apart by them. Nothing else is checked before `run`.
  public init(
    methods: [MethodRequest], metrics: [Metric], options: RunOptions = RunOptions(),
    resampling: ResamplingOptions = ResamplingOptions(), hasSlices: Bool = false
  ) {
    self.methods = methods
    self.metrics = metrics
    self.options = options
    self.resampling = resampling
    self.hasSlices = hasSlices
  }

  /// Told what is being done: the method, the fold, and how many users are done of how many.
  public typealias Progress = @Sendable (_ method: String, _ fold: Int, _ done: Int, _ users: Int) -> Void

  /// - Parameters:
  ///   - split: makes fold *n*; asked for one after the other, so that one training graph is in memory at a time.
  ///   - take: is handed every run with its runner, to keep or write its lists.
  /// - Throws: `EvaluationError`, `EngineError`, `CancellationError`; what `split` and `take` throw.
  public func run(
    folds: Int, execution: Execution = .serial, progress: Progress? = nil,
    take: (MethodRun, EvaluationRunner) throws -> Void = { _, _ in },
    split: (Int) throws -> Split
  ) throws -> StudyResult {
    precondition(folds >= 1, "a study needs at least one fold, found \(folds)")
    precondition(!methods.isEmpty, "a study needs at least one method")
    var gathered = methods.map { MethodGathering(request: $0) }
    var result = StudyResult(metrics: metrics, options: options)
    let needsBaseline = metrics.contains { $0.measure.needs.contains(.baseline) }
    for fold in 0..<folds {
      let division = try split(fold)
      let runner = try EvaluationRunner(division, options: options, execution: execution)
      let baseline = needsBaseline ? try runner.run(MethodRequest(name: "popular")) : nil
      result.add(runner)
      for (number, request) in methods.enumerated() {
        let count = runner.users.count
        let needs = metrics.flatMap(\.measure.needs)
        let run = try runner.run(request, needs: needs) { progress?(request.title, fold, $0, count) }
        var runs = [run]
        for offset in 1..<max(1, options.repeats) {
          let seed = options.seed &+ UInt64(offset)
          let again = try runner.run(request, seed: seed, needs: needs) {
            progress?("\(request.title), seed \(seed)", fold, $0, count)
          }
          // The same lists from another seed: there is no randomness to average over.
          guard again.lists != run.lists || again.scores != run.scores else { break }
          runs.append(again)
        }
        try gathered[number].add(
          runs, of: runner, metrics: measured(by: options.k), baseline: baseline, hasSlices: hasSlices,
          execution: execution)
        try take(run, runner)
      }
    }
    let results = gathered.map { $0.result(metrics: measured(by: options.k)) }
    result.methods = try StudyResult.judged(
      results, metrics: metrics, resampling: resampling, hasSlices: hasSlices, options: options, execution: execution)
    return result
  }

  /// The metrics asked for and those that charts need.
  private func measured(by k: Int) -> [Metric] {
    var all = metrics
    if hasSlices {
      let charted =
        StudyResult.curveLengths(k).flatMap { [Metric(.ndcg, at: $0), Metric(.recall, at: $0)] }
        + [Metric(.catalogCoverage, at: k), Metric(.novelty, at: k)]
      for metric in charted where !all.contains(metric) { all.append(metric) }
    }
    return all
  }
}

/// The scores of one method over the folds so far.
private struct MethodGathering {
  var request: MethodRequest
  var users: [[UInt32]] = []
  var values: [[Double]] = []
  var system: [[Double]] = []
  /// By metric, then by fold, for each seed: the sum of the users' values and how many they are.
  var seeds: [[[(sum: Double, count: Int)]]] = []
  var listCount: UInt32 = 0
  var activity: [Int] = []
  var popularityUsers: [[UInt32]] = []
  var popularityValues: [[Double]] = []
  var parameters: [String: String] = [:]
  var curves: [String: [CurvePoint]]?
  var shortLists = 0
  var emptyLists = 0
  var preparation = Cost()
  var ranking = Cost()

  init(request: MethodRequest) { self.request = request }

  /// - Parameter runs: one a seed, the first of which stands for all in the slices.
  mutating func add(
    _ runs: [MethodRun], of runner: EvaluationRunner, metrics: [Metric], baseline: MethodRun?, hasSlices: Bool,
    execution: Execution
  ) throws {
    var input = runner.input(for: runs[0], baseline: baseline)
    let evaluations = try runs.enumerated().map { number, run in
      try (number == 0 ? input : runner.input(for: run, baseline: baseline)).evaluate(metrics, execution: execution)
    }
    if values.isEmpty {
      users = metrics.map { _ in [] }
      values = metrics.map { _ in [] }
      system = values
      seeds = metrics.map { _ in [] }
    }
    for position in metrics.indices {
      let found = evaluations.map { $0.values[position] }
      seeds[position].append(
        found.map { $0.byUser.map { ($0.values.reduce(0, +), $0.values.count) } ?? ($0.value ?? 0, 1) })
      if let scores = UserScores(meanOf: found.compactMap(\.byUser)) {
        users[position] += scores.users.map { $0 + listCount }
        values[position] += scores.values
      } else {
        let known = found.compactMap(\.value)
        if !known.isEmpty { system[position].append(known.reduce(0, +) / Double(known.count)) }
      }
    }
    if hasSlices {
      activity += (0..<runner.users.count).map { runner.history[$0].count }
      let groups = PopularityGroups(runner.popularity)
      let recall = Metric(.recall, at: runner.options.k)
      if popularityValues.isEmpty {
        popularityUsers = PopularityGroups.names.map { _ in [] }
        popularityValues = PopularityGroups.names.map { _ in [] }
      }
      for group in PopularityGroups.names.indices {
        input.truth = runner.truth.keeping { groups.group(of: $0) == group }
        let scores = try input.evaluate([recall], execution: execution).values[0].byUser
        popularityUsers[group] += scores?.users.map { $0 + listCount } ?? []
        popularityValues[group] += scores?.values ?? []
      }
    }
    listCount += UInt32(runner.users.count)
    parameters = Dictionary(uniqueKeysWithValues: runs[0].info.parameters.map { ($0.name, $0.value) })
    if curves == nil { curves = runs[0].curves }
    // Of the first seed: what one answer takes does not depend on how often it is asked for.
    shortLists += runs[0].shortLists
    emptyLists += evaluations[0].emptyLists
    preparation = preparation + runs[0].preparation
    ranking = ranking + runs[0].ranking
  }

  func result(metrics: [Metric]) -> MethodResult {
    let measured = metrics.enumerated().map { position, metric in
      if metric.measure.isPerUser {
        let scores = UserScores(users: users[position], values: values[position])
        return MetricResult(metric: metric, value: scores.mean, byUser: scores, bySeed: spread(of: position))
      }
      let folds = system[position]
      return MetricResult(
        metric: metric, value: folds.isEmpty ? nil : folds.reduce(0, +) / Double(folds.count), byUser: nil,
        bySeed: spread(of: position))
    }
    return MethodResult(
      request: request, parameters: parameters, values: measured, shortLists: shortLists, emptyLists: emptyLists,
      preparation: preparation, ranking: ranking, curves: curves ?? [:], activity: activity,
      byItemPopularity: zip(popularityUsers, popularityValues).map { UserScores(users: $0, values: $1) })
  }

  /// How a metric differs between seeds; `nil` where there was one seed.
  private func spread(of position: Int) -> RepeatedRuns? {
    let folds = seeds[position]
    let runs = folds.map(\.count).min() ?? 1
    guard runs > 1 else { return nil }
    let means = (0..<runs).map { seed in
      let count = folds.reduce(0) { $0 + $1[seed].count }
      return folds.reduce(0) { $0 + $1[seed].sum } / Double(max(1, count))
    }
    return RepeatedRuns(means)
  }
}

extension UserScores {
  /// The mean of several seeds, of the users who have a value in all of them; `nil` for none.
  fileprivate init?(meanOf runs: [UserScores]) {
    guard let first = runs.first else { return nil }
    guard runs.count > 1 else {
      self = first
      return
    }
    var sums = Dictionary(uniqueKeysWithValues: zip(first.users, first.values.map { ($0, 1) }))
    for run in runs.dropFirst() {
      for (user, value) in zip(run.users, run.values) {
        if let sum = sums[user] { sums[user] = (sum.0 + value, sum.1 + 1) }
      }
    }
    let users = first.users.filter { sums[$0]!.1 == runs.count }
    self.init(users: users, values: users.map { sums[$0]!.0 / Double(runs.count) })
  }
}

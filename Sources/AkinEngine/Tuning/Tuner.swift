public import AkinEvaluation
public import AkinGraph
public import AkinParallel
import AkinRanking

/// One setting tried on one rung.
public struct Trial: Sendable, Equatable, Codable {
  /// Number of the setting, in order of first trial; 0 is the method's defaults.
  public var setting: Int
  /// Rung of the successive halving, from 0; the highest is all validation users.
  public var rung: Int
  /// Parameters searched, and those fixed by the caller.
  public var parameters: [String: Double]
  /// Validation users.
  public var users: Int
  /// Of the metric; null when no user has one.
  public var value: Double?
  /// Processor time of all threads, the making of the method included.
  public var cpuSeconds: Double

  /// `parameters` has a value for every parameter searched; `users` is how many the value rests on.
  public init(
    setting: Int, rung: Int, parameters: [String: Double], users: Int, value: Double?, cpuSeconds: Double
  ) {
    self.setting = setting
    self.rung = rung
    self.parameters = parameters
    self.users = users
    self.value = value
    self.cpuSeconds = cpuSeconds
  }
}

/// Looks for parameters of a method that do well on validation data.
///
/// The first trial is the method's defaults on all validation users, so the outcome is never worse than they are there. Setting
/// *n* is drawn from a random stream of its own; where there is a halving, every other one near the best so far on most users, with
/// about half of its values kept: drawn anywhere, eight parameters are seldom all good at once. With equal trials so far the next
/// one is always the same: an interrupted search goes on as if it had not stopped.
public struct Tuner: Sendable {
  /// Name of the method whose parameters are searched.
  public let method: String
  /// Parameters that are not searched.
  public let fixed: [String: String]
  /// What is made as good as can be.
  public let metric: Metric
  /// How many users each trial gets.
  public let halving: SuccessiveHalving
  /// Settings are drawn from it, and methods with randomness run with it.
  public let seed: UInt64
  private let runners: [EvaluationRunner]
  private let searched: [ParameterDefinition]
  private let execution: Execution

  /// - Parameter validation: a split of training data; its held-out edges are what settings are judged by.
  /// - Throws: `EngineError` for an unknown method or parameter, `EngineError.nothingToTune`; as `EvaluationRunner`.
  public init(
    method: String, fixed: [String: String] = [:], metric: Metric, validation: Split, options: RunOptions,
    halving: SuccessiveHalving = SuccessiveHalving(), seed: UInt64 = 0, execution: Execution = .serial
  ) throws {
    let definition = try MethodRegistry.definition(named: method)
    _ = try definition.values(from: fixed, for: .recommendation)
    _ = try definition.texts(from: fixed)
    searched = definition.parameters.filter { $0.search != nil && fixed[$0.name] == nil }
    guard !searched.isEmpty else { throw EngineError.nothingToTune(method: method) }
    self.method = method
    self.fixed = fixed
    self.metric = metric
    self.halving = halving
    self.seed = seed
    self.execution = execution
    let all = min(options.userLimit ?? .max, validation.testUsers.count)
    runners = try (0..<halving.rungCount).map { rung in
      var part = options
      part.userLimit = max(1, Int((Double(all) * halving.share(ofRung: rung)).rounded()))
      return try EvaluationRunner(validation, options: part, execution: execution)
    }
  }

  /// Parameters of a setting, by name: those that it was tried with, or those of a new one.
  public func parameters(of setting: Int, after trials: [Trial] = []) -> [String: Double] {
    if let trial = trials.first(where: { $0.setting == setting }) { return trial.parameters }
    var values = fixed.compactMapValues { Double($0) }
    guard setting > 0 else {
      for parameter in searched { values[parameter.name] = parameter.defaultValue(for: .recommendation) }
      return values
    }
    var random = RandomStream(seed: seed, stream: UInt64(setting))
    let isNear = halving.rungCount > 1 && setting % 2 == 0
    let center = isNear ? best(of: trials)?.parameters : nil
    // One that is surely another than that of the center.
    let moved = center == nil ? nil : Int(random.draw(below: UInt32(searched.count)))
    for (number, parameter) in searched.enumerated() {
      guard let search = parameter.search else { continue }
      var position = random.drawUnit()
      let isKept = random.drawUnit() < 0.5
      if let center, let value = center[parameter.name] {
        if isKept, number != moved {
          values[parameter.name] = value
          continue
        }
        // A quarter of the range to either side, near more often than far, and back from its ends.
        position = search.position(of: value) + (position + random.drawUnit() - 1) / 4
        position = position < 0 ? -position : position > 1 ? 2 - position : position
      }
      let drawn = search.value(at: position)
      values[parameter.name] = parameter.isWhole ? drawn.rounded() : drawn
    }
    return values
  }

  /// The trial that follows those so far, carried out.
  ///
  /// - Parameter isLast: no other will follow. Where nothing but the defaults was tried on all validation users, the best
  ///   of the others is, whatever its rung: a short search ends in a comparison too.
  /// - Throws: what the method throws; `EvaluationError`; `CancellationError`.
  public func next(after trials: [Trial], isLast: Bool = false) throws -> Trial {
    var tried = [[(setting: Int, value: Double)]](repeating: [], count: halving.rungCount)
    for trial in trials { tried[trial.rung].append((trial.setting, score(of: trial))) }
    let settings = (trials.map(\.setting).max() ?? -1) + 1
    let top = halving.rungCount - 1
    let step =
      if trials.isEmpty {
        SuccessiveHalving.Step(setting: 0, rung: top)
      } else if isLast, !trials.contains(where: { $0.rung == top && $0.setting != 0 }) {
        SuccessiveHalving.Step(setting: mostPromising(of: trials) ?? settings, rung: top)
      } else {
        halving.next(after: tried, settings: settings)
      }
    let values = parameters(of: step.setting, after: trials)
    let request = MethodRequest(name: method, parameters: fixed.merging(values.mapValues { "\($0)" }) { $1 })
    let runner = runners[step.rung]
    let run = try runner.run(request, needs: metric.measure.needs)
    let found = try runner.input(for: run).evaluate([metric], execution: execution).values[0].value
    return Trial(
      setting: step.setting, rung: step.rung, parameters: values, users: runner.users.count, value: found,
      cpuSeconds: run.preparation.cpuSeconds + run.ranking.cpuSeconds)
  }

  /// The best of those tried on all validation users, the defaults among them; of equal ones the earliest setting.
  public func best(of trials: [Trial]) -> Trial? {
    guard let top = trials.map(\.rung).max() else { return nil }
    return trials.filter { $0.rung == top }
      .max { (score(of: $0), $1.setting) < (score(of: $1), $0.setting) }
  }

  /// The setting beside the defaults that got furthest, the better of two on a rung, the earlier of equals.
  private func mostPromising(of trials: [Trial]) -> Int? {
    trials.filter { $0.setting != 0 }
      .max { ($0.rung, score(of: $0), $1.setting) < ($1.rung, score(of: $1), $0.setting) }?.setting
  }

  /// Higher is better.
  private func score(of trial: Trial) -> Double {
    guard let value = trial.value else { return -.infinity }
    return metric.measure.direction == .lower ? -value : value
  }
}

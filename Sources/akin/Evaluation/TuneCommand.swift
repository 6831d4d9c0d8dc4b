import AkinEngine
import AkinEvaluation
import AkinGraph
import AkinParallel
import ArgumentParser

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Find parameters of a method that do well on held-out edges.",
    discussion: """
      The test part of the split is set aside as 'akin evaluate' with the same options would, and never looked at; the rest \
      is split once more, in the same way, and settings are judged by this validation part. The first trial is the \
      method's defaults. Every trial goes into the journal; the same command goes on from there, with more trials or time \
      if they are given.

      Examples:
        akin tune debian.akin --method pixie --trials 20 --users 300 -o best.json
        akin evaluate debian.akin --methods popular,pixie --params best.json --users 500
      """)

  @Argument(help: ArgumentHelp("The graph: a file that 'akin import' made.", valueName: "graph.akin"))
  var graph: String?

  @Option(
    help: ArgumentHelp(
      "The method; 'akin methods NAME' says which of its parameters are searched, and where.", valueName: "name"))
  var method = "pixie"

  @OptionGroup var splitting: SplitOptions

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A parameter that is not to be searched; may be repeated.", valueName: "name=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("The metric that is to be high (or low, where that is better).", valueName: "metric"))
  var objective = "ndcg@10"

  @Option(
    help: ArgumentHelp("How to search: halving (ASHA: more users for what looks good) or random.", valueName: "way"))
  var search = "halving"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Trials in all, those of the journal included; a setting tried again on more users is another trial.",
      valueName: "n"))
  var trials = 40

  @Option(
    help: ArgumentHelp("Time that the search may take, such as 10m or 2h; looked at between trials.", valueName: "time")
  )
  var budget: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Validate on at most this many users, drawn by the seed.", valueName: "n"))
  var users: Int?

  @Option(
    name: .customLong("relevant-from"), parsing: .unconditional,
    help: ArgumentHelp(
      "Count held-out items as relevant from this weight on, as 'akin evaluate' does.", valueName: "weight"))
  var relevantFrom: Float?

  @Option(help: ArgumentHelp("The journal; by default the output with .journal behind it.", valueName: "file.jsonl"))
  var journal: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write the best parameters.", valueName: "best.json"))
  var output: String

  @OptionGroup var form: ReportOptions
  @OptionGroup var threading: ThreadOptions

  func validate() throws {
    guard trials >= 1 else { throw ValidationError("--trials: found \(trials), expected at least 1") }
    if let users, users < 1 { throw ValidationError("--users: found \(users), expected at least 1") }
    guard ["halving", "random"].contains(search) else {
      throw ValidationError("--search: found '\(search)', expected halving or random")
    }
    if let budget, SplitOptions.seconds(budget) == nil {
      throw ValidationError("--budget: found '\(budget)', expected a time such as 10m or 2h")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    let execution = threading.execution
    let (metrics, k) = try EvaluateCommand.metrics(objective, k: nil, option: "--objective")
    guard metrics.count == 1, metrics[0].measure.direction != .neither else {
      throw CommandFailure.usage("--objective: found '\(objective)', expected one metric with a better and a worse")
    }
    try AtomicFile.check(output, inputs: splitting.inputs + [graph].compactMap { $0 }, beginnings: [Array("{".utf8)])
    let fixed = try Settings.parsed(settings)
    let data = try StudyData(graph: graph, options: splitting, execution: execution)
    for warning in data.warnings { Output.standardError("warning: \(warning)\n") }
    // The first fold is enough: what is left for training never holds its test part.
    let outer = try data.split(fold: 0, execution: execution)
    let validation = try Self.validationSplit(of: outer, seed: splitting.seed, execution: execution)
    for warning in validation.warnings { Output.standardError("warning: validation: \(warning)\n") }
    var options = RunOptions()
    options.k = k
    options.seed = splitting.seed
    options.userLimit = users
    options.relevantFrom = relevantFrom
    let halving = search == "random" ? SuccessiveHalving(rungCount: 1) : SuccessiveHalving()
    let tuner: Tuner
    do {
      tuner = try Tuner(
        method: method, fixed: fixed, metric: metrics[0], validation: validation, options: options, halving: halving,
        seed: splitting.seed, execution: execution)
    } catch let error as EngineError {
      throw CommandFailure.usage("\(error)")
    }
    let record = try TuningJournal(
      path: journal ?? output + ".journal",
      header: TuningJournal.Header(
        method: method, fixed: fixed, metric: "\(metrics[0])", split: validation.token, seed: splitting.seed,
        rungs: halving.rungCount, eta: halving.eta, users: users, k: k,
        relevantFrom: relevantFrom))
    if !form.quiet, !record.trials.isEmpty {
      Output.standardError("\(record.path): going on after \(counted(record.trials.count, "trial"))\n")
    }
    let limit = budget.flatMap { SplitOptions.seconds($0) }.map { Duration.seconds($0) }
    while record.trials.count < trials, limit.map({ ContinuousClock.now - start < $0 }) ?? true {
      do {
        try record.add(tuner.next(after: record.trials, isLast: record.trials.count == trials - 1))
      } catch is CancellationError {
        throw CommandFailure(
          message:
            "interrupted after \(counted(record.trials.count, "trial")), in \(record.path); the same command goes on",
          status: 130)
      }
      if !form.quiet, let last = record.trials.last {
        Output.standardError(Self.line(last, number: record.trials.count))
      }
    }
    guard let best = tuner.best(of: record.trials) else {
      throw CommandFailure(message: "no trial was made in the time given, expected at least one")
    }
    let file = ParameterFile(
      method: method, parameters: best.parameters,
      textParameters: fixed.isEmpty ? nil : fixed.filter { best.parameters[$0.key] == nil },
      origin: ParameterFile.Origin(
        split: validation.token, metric: "\(metrics[0])", value: best.value, trials: record.trials.count))
    try AtomicFile.write(
      Array(try Output.json(file).utf8), to: output, cancellation: execution.cancellation)
    let report = TuningReport(
      method: method, metric: "\(metrics[0])", testSplit: outer.token, validationSplit: validation.token,
      best: best, defaults: record.trials.first { $0.setting == 0 }, trials: record.trials,
      output: output)
    try Output.write(form.json ? Output.json(report) : report.text())
  }

  /// The training part split again in the way it came from; given files at random, by user.
  static func validationSplit(of outer: Split, seed: UInt64, execution: Execution) throws -> Split {
    let plan: SplitPlan =
      switch outer.plan {
      case .given: .random(share: 0.2, seed: seed)
      // All of the past is training; its latest part stands for the future.
      case .temporalCut: .temporal(share: 0.2)
      case .windows(_, let share, let gap): .windows(count: 1, share: share, gap: gap)
      default: outer.plan
      }
    do {
      return try outer.train.split(plan, execution: execution)
    } catch let error as SplitError {
      throw CommandFailure(message: "the validation part: \(error)")
    }
  }

  static func line(_ trial: Trial, number: Int) -> String {
    let parameters = trial.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\(rounded($0.value))" }
    return "\(number): \(trial.value.map { metricText($0) } ?? "–")  \(counted(trial.users, "user"))  "
      + parameters.joined(separator: " ") + "\n"
  }
}

/// What 'akin tune' says.
struct TuningReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.tuned/1"
  var method: String
  var metric: String
  var testSplit: String
  var validationSplit: String
  var best: Trial
  /// The method's defaults, on as many users.
  var defaults: Trial?
  var trials: [Trial]
  var output: String

  func text() -> String {
    var table = Table(columns: [.init(name: "parameter"), .init(name: "best", isNumber: true)])
    table.rows = best.parameters.sorted { $0.key < $1.key }.map { [$0.key, rounded($0.value)] }
    let value = best.value.map { metricText($0) } ?? "–"
    let basis = defaults.flatMap(\.value).map { ", the defaults \(metricText($0))" } ?? ""
    return "\(Output.bold(method)): \(metric) \(value) on \(grouped(best.users)) validation users\(basis), "
      + "after \(counted(trials.count, "trial"))\n"
      + (best.setting == 0
        ? "nothing did better than the defaults on all of these users: more trials look further\n" : "")
      + table.text(.aligned) + "wrote \(output)\n"
      + (best.setting == 0
        ? ""
        : "chosen as the best on these users, it looks better on them than it is: 'akin evaluate --params \(output)' judges "
          + "both on the test part\n")
  }
}

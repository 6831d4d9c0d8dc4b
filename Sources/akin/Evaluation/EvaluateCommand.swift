import AkinEngine
import AkinEvaluation
import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare methods on edges that were held out.",
    discussion: """
      Every method is made from the training part alone and asked for a list for every test user, as 'akin recommend' \
      asks; all items that the user has not seen are candidates. On a terminal the best value of each metric is bold and ≈ \
      marks those whose difference from it may be chance (randomisation test, Holm-corrected, 5 %). In a pipe the table is \
      TSV.

      Examples:
        akin evaluate debian.akin --methods popular,pixie --users 500
        akin evaluate women.akin --methods random,popular,pixie --split leave-one-out -k 3 --report report.html
      """)

  @Argument(help: ArgumentHelp("The graph: a file that 'akin import' made.", valueName: "graph.akin"))
  var graph: String?

  @OptionGroup var choices: MethodChoices
  @OptionGroup var splitting: SplitOptions

  @Option(
    help: ArgumentHelp(
      "What to measure, such as ndcg@10,recall@5,10,20. Metrics: "
        + Measure.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "names"))
  var metrics: String?

  @Option(
    name: .customShort("k"), parsing: .unconditional,
    help: ArgumentHelp("Length of the lists: 20, or what metrics need.", valueName: "n"))
  var k: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Test at most this many users, drawn by the seed.", valueName: "n"))
  var users: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Held-out edges count as relevant from this weight on.", valueName: "weight"))
  var relevantFrom: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rank the held-out items among this many drawn ones instead of all. Such numbers cannot be compared with full "
        + "rankings, and are labelled.", valueName: "n"))
  var sampledNegatives: Int?

  @Flag(help: "Take the weight of a held-out edge as its grade.")
  var graded = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Run methods with randomness this often, with one seed after the other; values are then means over the seeds.",
      valueName: "n"))
  var repeats = 1

  @Option(parsing: .unconditional, help: ArgumentHelp("Resamples of intervals and tests.", valueName: "n"))
  var resamples = ResamplingOptions().resamples

  @Option(help: ArgumentHelp("Write a page with charts, for a browser.", valueName: "report.html"))
  var report: String?

  @Option(help: ArgumentHelp("Write all lists: method, user, rank, item, score.", valueName: "lists.csv"))
  var lists: String?

  @OptionGroup var form: TableOptions
  @OptionGroup var threading: ThreadOptions

  func validate() throws {
    if let k, k < 1 { throw ValidationError("-k: found \(k), expected at least 1") }
    if let users, users < 1 { throw ValidationError("--users: found \(users), expected at least 1") }
    if let sampledNegatives, sampledNegatives < 1 {
      throw ValidationError("--sampled-negatives: found \(sampledNegatives), expected at least 1")
    }
    guard (1...1000).contains(repeats) else {
      throw ValidationError("--repeats: found \(repeats), expected a number from 1 to 1000")
    }
    guard (1...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples: found \(resamples), expected a number from 1 to 1000000")
    }
  }

  func run() throws {
    let execution = threading.execution
    let requests = try choices.requests()
    if requests.contains(where: { $0.name == MethodDefinition.vectors.name }) {
      Output.standardError(
        "warning: vectors are taken as they are: made from edges that are held out here, they know the answers, and do "
          + "better than they would\n")
    }
    // Before the work, not after it.
    let inputs = splitting.inputs + [graph].compactMap { $0 }
    if let lists { try AtomicFile.check(lists, inputs: inputs) }
    if let report { try AtomicFile.check(report, inputs: inputs, beginnings: [Array("<".utf8)]) }
    let (metrics, length) = try Self.metrics(self.metrics, k: k)
    if let metric = metrics.first(where: { $0.measure.needs.contains(.predictions) }) {
      let predicting = MethodRegistry.all.filter(\.predictsRatings).map(\.name)
      if let request = requests.first(where: { !predicting.contains($0.name) }) {
        throw CommandFailure.usage(
          "--metrics: \(metric) needs methods that predict ratings: \(predicting.joined(separator: ", ")); "
            + "found '\(request.title)'")
      }
    }
    let data = try StudyData(graph: graph, options: splitting, execution: execution)
    for warning in data.warnings { Output.standardError("warning: \(warning)\n") }
    var options = RunOptions()
    options.k = length
    options.seed = splitting.seed
    options.userLimit = users
    options.relevantFrom = relevantFrom
    options.isGraded = graded
    options.repeats = repeats
    options.sampledNegatives = sampledNegatives
    let study = EvaluationStudy(
      methods: requests, metrics: metrics, options: options,
      resampling: ResamplingOptions(resamples: resamples, seed: splitting.seed), hasSlices: report != nil)
    var table = Table(columns: ListsFile.columns(hasFolds: data.folds > 1))
    let progress = StudyProgress(isShown: !form.quiet)
    let result: StudyResult
    do {
      result = try study.run(
        folds: data.folds, execution: execution,
        progress: { method, fold, done, all in
          progress.show("\(method)\(data.folds > 1 ? ", fold \(fold + 1) of \(data.folds)" : "")", done, of: all)
        },
        take: { run, runner in
          if lists != nil { try ListsFile.add(run, of: runner, hasFolds: data.folds > 1, to: &table) }
        },
        split: { try data.split(fold: $0, execution: execution) })
    } catch let error as EvaluationError {
      progress.clear()
      throw CommandFailure(message: "\(error)")
    }
    progress.clear()
    let summary = EvaluationSummary(name: data.name, split: data.splitText, seed: splitting.seed, result: result)
    for warning in summary.allWarnings { Output.standardError("warning: \(warning)\n") }
    if !form.quiet { Output.standardError(summary.heading + summary.seedRemarks) }
    if let lists { try AtomicFile.write(Array(table.text(.csv).utf8), to: lists, cancellation: execution.cancellation) }
    if let report {
      let page = ReportPage(summary: summary, result: result).html
      try AtomicFile.write(Array(page.utf8), to: report, cancellation: execution.cancellation)
    }
    try Output.write(form.json ? Output.json(summary) : summary.table(form))
  }

  /// The metrics and the length of lists that they need.
  ///
  /// - Parameter option: how the command calls them.
  static func metrics(_ text: String?, k: Int?, option: String = "--metrics") throws -> (metrics: [Metric], k: Int) {
    let length = k ?? 20
    let metrics: [Metric]
    do throws(EvaluationError) {
      metrics = try Metric.list(
        parsing: text
          ?? "ndcg@\(min(10, length)),recall@\(length),coverage@\(length),novelty@\(length)")
    } catch {
      throw CommandFailure.usage("\(option): \(error)")
    }
    let longest = metrics.compactMap(\.k).max() ?? length
    if let k, longest > k {
      throw CommandFailure.usage("--metrics: found a list length of \(longest), expected at most -k \(k)")
    }
    return (metrics, max(longest, length))
  }
}

/// The form in which lists of an evaluation are written, which 'akin score' and 'akin compare' read.
enum ListsFile {
  static func columns(hasFolds: Bool) -> [Table.Column] {
    ((hasFolds ? ["fold"] : []) + ["method", "user", "rank", "item", "score"]).map { Table.Column(name: $0) }
  }

  static func add(_ run: MethodRun, of runner: EvaluationRunner, hasFolds: Bool, to table: inout Table) throws {
    let snapshot = runner.split.train
    let relation = snapshot.schema.primaryRelation
    let users = snapshot.table(of: relation.sourceType)
    let items = snapshot.table(of: relation.targetType)
    for (position, user) in runner.users.enumerated() {
      let name = try users.ids.string(at: Int(user))
      let start = run.lists.offsets[position]
      for (rank, item) in run.lists[position].enumerated() {
        table.rows.append(
          (hasFolds ? ["\(runner.split.fold)"] : []) + [
            run.request.title, name, "\(rank + 1)", try items.ids.string(at: Int(item)), "\(run.scores[start + rank])",
          ])
      }
    }
  }
}

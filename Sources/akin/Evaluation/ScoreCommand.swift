import AkinEngine
import AkinEvaluation
import AkinFormats
import AkinParallel
import ArgumentParser

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score lists from anywhere against held-out items.",
    discussion: """
      Files are CSV with columns for user and item, or one user a line as LightGCN's lists. Lists are ordered by a column \
      'rank', else by descending 'score', else as they stand; a column 'method' makes a row for each method. Users are \
      those of the truth: one without a list counts as a miss. For rmse and mae the scores of the lists are taken as \
      predicted ratings.

      Examples:
        akin score --lists mine.csv --test test.csv
        akin score --lists mine.csv --test test.csv --train train.csv --metrics ndcg@10,recall@20,novelty@10 --json
      """)

  @Option(help: ArgumentHelp("The lists to score.", valueName: "lists.csv"))
  var lists: String

  @Option(
    help: ArgumentHelp("What was held out; a rating column is used by --graded, rmse and mae.", valueName: "file"))
  var test: String

  @Option(help: ArgumentHelp("What was trained on: for metrics of popularity and novelty.", valueName: "file"))
  var train: String?

  @Option(
    help: ArgumentHelp("What to measure; by default ndcg@10,recall@20,precision@10,hitrate@10,mrr.", valueName: "names")
  )
  var metrics = "ndcg@10,recall@20,precision@10,hitrate@10,mrr"

  @Flag(help: "Take the rating of a held-out item as its grade.")
  var graded = false

  @OptionGroup var form: TableOptions
  @OptionGroup var threading: ThreadOptions

  func run() throws {
    let execution = threading.execution
    let (wanted, _) = try EvaluateCommand.metrics(metrics, k: nil)
    var users = NameIndex()
    var items = NameIndex()
    // The truth first: its users are then the first numbers.
    let held = try ListFile(path: test, users: &users, items: &items, cancellation: execution.cancellation)
    let tested = users.count
    let own = try ListFile(path: lists, users: &users, items: &items, cancellation: execution.cancellation)
    let before = try train.map {
      try ListFile(path: $0, users: &users, items: &items, cancellation: execution.cancellation)
    }
    if graded, !held.hasScores {
      throw CommandFailure.usage("--graded: \(test) has no column of ratings, expected one")
    }
    let needsRatings = wanted.contains { $0.measure.needs.contains(.predictions) }
    if needsRatings, let file = [(lists, own.hasScores), (test, held.hasScores)].first(where: { !$0.1 })?.0 {
      throw CommandFailure.usage("--metrics: rmse and mae need ratings; \(file) has no column of them, expected one")
    }
    let relevant = try held.lists(userCount: users.count).prefix(tested)
    let truthItems = try GroundTruth(
      relevant.map { $0.map(\.item) }, grades: graded ? relevant.map { $0.map { Float($0.score) } } : nil,
      itemCount: items.count)
    let history = try before.map { file in
      try ItemLists(file.lists(userCount: users.count).map { $0.map(\.item) }, itemCount: items.count)
    }
    let strangers = Set(own.entries.lazy.filter { $0.user >= tested }.map(\.user)).count
    if strangers > 0 {
      Output.standardError("warning: \(lists): \(counted(strangers, "user")) without held-out items, not scored\n")
    }
    if !form.quiet, lists == test {
      Output.standardError("note: \(lists) was scored against itself\n")
    }
    var report = ScoreReport(lists: lists, truth: test, users: tested)
    for number in own.methods.indices {
      let rows = try own.lists(of: number, userCount: users.count).prefix(tested)
      let found = try ItemLists(rows.map { $0.map(\.item) }, itemCount: items.count)
      var input = EvaluationInput(lists: found, truth: truthItems)
      if let history {
        input.popularity = ItemPopularity(history: history)
        input.headTail = input.popularity.map { HeadTail($0) }
        input.history = try ItemLists(
          (0..<tested).map { Array(history[$0]) }, itemCount: items.count)
        let leaked = rows.enumerated().reduce(0) { count, row in
          let seen = Set(history[row.offset])
          return count + row.element.count { seen.contains($0.item) }
        }
        if leaked > 0 {
          Output.standardError(
            "warning: \(lists): \(grouped(leaked)) recommended items are in the training data of their user\n")
        }
      }
      if needsRatings {
        let (predictions, missing) = try Self.predictions(for: relevant, from: rows)
        input.predictions = predictions
        if missing > 0, !form.quiet {
          Output.standardError("note: \(counted(missing, "held-out rating")) without a prediction, left out\n")
        }
      }
      do {
        try report.add(
          own.methods[number], input.evaluate(wanted, execution: execution), execution: execution)
      } catch let error as EvaluationError {
        throw CommandFailure(message: "\(error)")
      }
    }
    if !form.quiet {
      for method in report.methods where method.emptyLists > 0 {
        Output.standardError(
          "note: \(grouped(method.emptyLists)) of \(counted(tested, "user")) without a list: misses for accuracy\n")
      }
    }
    try Output.write(form.json ? Output.json(report) : report.table(wanted, form))
  }

  /// Held-out ratings with what was predicted for them, and how many have no prediction.
  private static func predictions(
    for truth: ArraySlice<[ListFile.Entry]>, from lists: ArraySlice<[ListFile.Entry]>
  ) throws -> (RatingPredictions, missing: Int) {
    var predicted: [Double] = []
    var actual: [Double] = []
    var missing = 0
    for (held, list) in zip(truth, lists) {
      let scores = Dictionary(list.map { ($0.item, $0.score) }) { first, _ in first }
      for entry in held {
        if let score = scores[entry.item] {
          predicted.append(score)
          actual.append(entry.score)
        } else {
          missing += 1
        }
      }
    }
    return (try RatingPredictions(predicted: predicted, actual: actual), missing)
  }
}

/// What 'akin score' says.
struct ScoreReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.score/1"
  var lists: String
  var truth: String
  var users: Int
  var methods: [Method] = []

  init(lists: String, truth: String, users: Int) {
    self.lists = lists
    self.truth = truth
    self.users = users
  }

  struct Method: Encodable {
    var name: String
    var emptyLists: Int
    var metrics: [Value]
  }

  struct Value: Encodable {
    var metric: String
    var value: Double?
    /// 95 % interval, by bootstrap over users.
    var lower: Double?
    var upper: Double?
    var users: Int?
  }

  mutating func add(_ name: String, _ evaluation: Evaluation, execution: Execution) throws {
    methods.append(
      Method(
        name: name, emptyLists: evaluation.emptyLists,
        metrics: try evaluation.values.map { value in
          let interval = try value.byUser?.bootstrapInterval(execution: execution)
          return Value(
            metric: "\(value.metric)", value: value.value, lower: interval?.lower, upper: interval?.upper,
            users: value.byUser?.users.count)
        }))
  }

  func table(_ metrics: [Metric], _ form: TableOptions) -> String {
    let hasNames = methods.contains { !$0.name.isEmpty }
    var table = Table(
      columns: (hasNames ? [.init(name: "method")] : []) + [
        .init(name: "metric"), .init(name: "value", isNumber: true), .init(name: "lower", isNumber: true),
        .init(name: "upper", isNumber: true), .init(name: "users", isNumber: true),
      ])
    for method in methods {
      for value in method.metrics {
        func text(_ number: Double?) -> String {
          number.map { form.isForPeople ? metricText($0) : "\($0)" } ?? (form.isForPeople ? "–" : "")
        }
        table.rows.append(
          (hasNames ? [method.name] : []) + [
            value.metric, text(value.value), text(value.lower), text(value.upper), value.users.map { "\($0)" } ?? "",
          ])
      }
    }
    return form.text(table)
  }
}

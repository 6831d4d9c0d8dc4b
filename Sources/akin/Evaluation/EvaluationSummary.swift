import AkinEngine
import AkinEvaluation
import AkinGraph

/// What 'akin evaluate' says, whatever the form.
struct EvaluationSummary: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.evaluation/1"
  var data: String
  var split: String
  /// One a fold.
  var tokens: [String]
  var warnings: [[String]]
  var seed: UInt64
  var k: Int
  var users: Int
  var usersWithoutTruth: Int
  var relevantItems: Int
  var trainEdges: Int
  var items: Int
  /// The least weight of a held-out edge that counts as relevant; null where every edge does.
  var relevantFrom: Float?
  /// Items that the held-out ones are ranked among; null for all.
  var sampledNegatives: Int?
  var methods: [Method]

  struct Method: Encodable {
    var title: String
    var method: String
    var parameters: [String: String]
    var metrics: [Value]
    var shortLists: Int
    var emptyLists: Int
    var preparation: Cost
    var ranking: Cost
  }

  struct Value: Encodable {
    var metric: String
    /// Null where nobody has a value.
    var value: Double?
    /// 95 % interval; null for a metric of all lists together.
    var lower: Double?
    var upper: Double?
    var users: Int?
    /// Over several seeds of a method with randomness.
    var seeds: Seeds?
    var isBest: Bool
    /// Of the difference from the best, Holm-corrected.
    var pValue: Double?
    var isTied: Bool
  }

  struct Seeds: Encodable {
    var runs: Int
    var standardDeviation: Double?
    var smallest: Double
    var largest: Double
  }

  struct Cost: Encodable {
    var cpuSeconds: Double
    var wallSeconds: Double
    var peakBytes: Int

    init(_ cost: AkinEngine.Cost) {
      cpuSeconds = cost.cpuSeconds
      wallSeconds = cost.wallSeconds
      peakBytes = cost.peakBytes
    }
  }

  init(name: String, split: String, seed: UInt64, result: StudyResult) {
    data = name
    self.split = split
    tokens = result.tokens
    warnings = result.warnings.map { $0.map(\.description) }
    self.seed = seed
    relevantFrom = result.options.relevantFrom
    k = result.options.k
    users = result.users
    usersWithoutTruth = result.usersWithoutTruth
    relevantItems = result.relevantItems
    trainEdges = result.trainEdges
    items = result.itemCount
    sampledNegatives = result.options.sampledNegatives
    methods = result.methods.map { method in
      Method(
        title: method.request.title, method: method.request.name, parameters: method.parameters,
        metrics: result.metrics.map { metric in
          let found = method[metric]
          return Value(
            metric: result.label(of: metric), value: found?.value, lower: found?.interval?.lower,
            upper: found?.interval?.upper,
            users: found?.byUser?.users.count,
            seeds: found?.bySeed.map {
              Seeds(
                runs: $0.runs, standardDeviation: $0.standardDeviation, smallest: $0.smallest, largest: $0.largest)
            }, isBest: found?.isBest ?? false, pValue: found?.pValue,
            isTied: found?.isTied ?? false)
        },
        shortLists: method.shortLists, emptyLists: method.emptyLists, preparation: Cost(method.preparation),
        ranking: Cost(method.ranking))
    }
  }

  /// What splits and methods warn of, each with its fold or method.
  var allWarnings: [String] {
    var texts: [String] = []
    if let sampledNegatives {
      texts.append(
        "held-out items are ranked among \(grouped(sampledNegatives)) drawn ones: the numbers are higher than those of full "
          + "rankings, cannot be compared with them, and may order methods otherwise")
    }
    for (fold, own) in warnings.enumerated() {
      texts += own.map { warnings.count > 1 ? "fold \(fold + 1): \($0)" : $0 }
    }
    for method in methods where method.shortLists > 0 {
      texts.append(
        "\(method.title): \(grouped(method.shortLists)) of \(counted(users, "list")) \(method.shortLists == 1 ? "is" : "are") shorter than \(k)"
          + (method.emptyLists > 0 ? ", \(grouped(method.emptyLists)) of them empty" : ""))
    }
    return texts
  }

  var heading: String {
    "\(data) · \(split) · \(counted(users, "test user")), \(counted(relevantItems, "held-out edge"))"
      + (relevantFrom.map { " of \($0) and more" } ?? "") + ", "
      + "\(grouped(trainEdges)) for training, \(counted(items, "item"))\n"
      + tokens.map { "split token: \($0)\n" }.joined()
  }

  /// What the seed does to the methods that have one.
  var seedRemarks: String {
    methods.reduce(into: "") { text, method in
      let spreads = method.metrics.compactMap { value in
        value.seeds.map {
          "\(value.metric) ±\(metricText($0.standardDeviation ?? 0)) (\(metricText($0.smallest)) to \(metricText($0.largest)))"
        }
      }
      guard let runs = method.metrics.lazy.compactMap(\.seeds?.runs).first else { return }
      text += "\(method.title), standard deviation over \(runs) seeds: \(spreads.joined(separator: ", "))\n"
    }
  }

  func table(_ form: TableOptions) -> String {
    let names = methods.first?.metrics.map(\.metric) ?? []
    guard form.isForPeople else {
      var table = Table(
        columns: (["method"] + names + ["cpu_seconds", "peak_bytes"]).map { Table.Column(name: $0) })
      table.rows = methods.map { method in
        [method.title] + method.metrics.map { $0.value.map { "\($0)" } ?? "" }
          + [
            "\(method.preparation.cpuSeconds + method.ranking.cpuSeconds)",
            "\(max(method.preparation.peakBytes, method.ranking.peakBytes))",
          ]
      }
      return form.text(table)
    }
    var table = Table(
      columns: [.init(name: "method")] + (names + ["CPU s", "peak MB"]).map { .init(name: $0, isNumber: true) })
    for (row, method) in methods.enumerated() {
      table.rows.append(
        [method.title] + method.metrics.map { Self.text($0) }
          + [
            rounded(method.preparation.cpuSeconds + method.ranking.cpuSeconds),
            grouped(max(method.preparation.peakBytes, method.ranking.peakBytes) >> 20),
          ])
      for (column, value) in method.metrics.enumerated() where value.isBest {
        table.boldCells.insert(Table.Cell(row: row, column: column + 1))
      }
    }
    let hasTies = methods.contains { $0.metrics.contains(where: \.isTied) }
    return form.text(table) + (hasTies ? " ≈ may differ from the best by chance alone\n" : "")
  }

  /// Every cell leaves room for the mark, so that numbers stay in line.
  static func text(_ value: Value) -> String {
    guard let number = value.value else { return "–" }
    return (value.isTied ? "≈" : "") + metricText(number)
  }
}

extension StudyResult {
  /// A metric's name, which says so where rankings were sampled.
  func label(of metric: Metric) -> String {
    "\(metric)" + (options.sampledNegatives.map { " (sampled \($0))" } ?? "")
  }
}

/// A metric as people compare it: four digits after the point below 10, as papers print it.
func metricText(_ value: Double) -> String {
  guard abs(value) < 10 else { return rounded(value) }
  let scaled = Int((abs(value) * 10_000).rounded())
  let fraction = String(scaled % 10_000)
  return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 10_000)."
    + String(repeating: "0", count: 4 - fraction.count) + fraction
}

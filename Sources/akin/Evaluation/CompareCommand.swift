import AkinEvaluation
import AkinFormats
import AkinParallel
import ArgumentParser

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Show what changed between two files of lists.",
    discussion: """
      For people who change a model: how much the lists overlap, whether order changed, what entered and what left. Files \
      are CSV with columns for user (or what the list is for) and item, ordered by 'rank', else by descending 'score', else \
      as they stand; or one user a line.

      Examples:
        akin compare before.csv after.csv
        akin compare before.csv after.csv -k 10 --json
      """)

  @Argument(help: ArgumentHelp("The lists as they were.", valueName: "a.csv"))
  var before: String

  @Argument(help: ArgumentHelp("The lists as they are now.", valueName: "b.csv"))
  var after: String

  @Option(
    name: .customShort("k"), parsing: .unconditional,
    help: ArgumentHelp("How much of each list counts, from the top.", valueName: "n"))
  var k = 20

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How far down people read, between 0 and 1, for the rank-biased overlap.", valueName: "p"))
  var persistence = 0.9

  @Option(parsing: .unconditional, help: ArgumentHelp("How many of the most changed lists to show.", valueName: "n"))
  var show = 5

  @OptionGroup var form: ReportOptions

  func validate() throws {
    guard k >= 1 else { throw ValidationError("-k: found \(k), expected at least 1") }
    guard show >= 0 else { throw ValidationError("--show: found \(show), expected at least 0") }
    guard persistence > 0, persistence < 1 else {
      throw ValidationError("--persistence: found \(persistence), expected a number between 0 and 1")
    }
  }

  func run() throws {
    var users = NameIndex()
    var items = NameIndex()
    func read(_ path: String) throws -> ListFile {
      let file = try ListFile(path: path, users: &users, items: &items, cancellation: Interruption.cancellation)
      guard file.methods.count == 1 else {
        throw CommandFailure(
          message: "\(path): found lists of \(file.methods.count) methods (\(file.methods.joined(separator: ", "))), "
            + "expected those of one")
      }
      return file
    }
    let old = try read(before)
    let new = try read(after)
    let oldUsers = Set(old.users)
    let newUsers = Set(new.users)
    let common = old.users.filter { newUsers.contains($0) }
    guard !common.isEmpty else {
      throw CommandFailure(message: "\(before) and \(after): have no list in common, expected lists for the same users")
    }
    let oldRows = try old.lists(userCount: users.count)
    let newRows = try new.lists(userCount: users.count)
    func lists(_ rows: [[ListFile.Entry]]) throws -> ItemLists {
      try ItemLists(common.map { rows[Int($0)].map(\.item) }, itemCount: items.count)
    }
    let comparison = try lists(oldRows).compared(
      with: lists(newRows), at: k, persistence: persistence,
      execution: Execution(cancellation: Interruption.cancellation))
    let byChange = comparison.rankBiasedOverlap.values.indices
      .sorted { (comparison.rankBiasedOverlap.values[$0], $0) < (comparison.rankBiasedOverlap.values[$1], $1) }
    let changed = try byChange.prefix(show).filter { comparison.rankBiasedOverlap.values[$0] < 1 }.map { position in
      let user = Int(common[position])
      let pair = try ListPair(
        before: Array(oldRows[user].prefix(k).map(\.item)), after: Array(newRows[user].prefix(k).map(\.item)))
      let changes = pair.changes(at: k)
      func named(_ change: RankChange) -> CompareReport.Change {
        CompareReport.Change(item: items.names[Int(change.item)], before: change.before, after: change.after)
      }
      return CompareReport.List(
        list: users.names[user], overlap: comparison.overlap.values[position],
        rankBiasedOverlap: comparison.rankBiasedOverlap.values[position], entered: changes.entered.map(named),
        left: changes.left.map(named), moved: changes.moved.map(named), unchanged: changes.unchanged)
    }
    let report = CompareReport(
      before: before, after: after, k: k, persistence: persistence, lists: common.count,
      onlyBefore: oldUsers.subtracting(newUsers).count, onlyAfter: newUsers.subtracting(oldUsers).count,
      identical: comparison.identical, entered: comparison.entered, left: comparison.left,
      overlap: comparison.overlap.mean, jaccard: comparison.jaccard.mean,
      rankBiasedOverlap: comparison.rankBiasedOverlap.mean, kendallTau: comparison.kendallTau.mean,
      mostChanged: changed)
    if !form.quiet, comparison.identical == common.count, oldUsers == newUsers {
      let what = before == after ? "\(before) was compared with itself" : "the lists of both files are the same"
      Output.standardError(
        "note: \(what)\(common.contains { oldRows[Int($0)].count > k } ? " in their first \(k)" : "")\n")
    }
    try Output.write(form.json ? Output.json(report) : report.text())
  }
}

/// What 'akin compare' says.
struct CompareReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.comparison/1"
  var before: String
  var after: String
  var k: Int
  var persistence: Double
  /// Lists in both files.
  var lists: Int
  var onlyBefore: Int
  var onlyAfter: Int
  var identical: Int
  /// Items over all lists.
  var entered: Int
  var left: Int
  var overlap: Double?
  var jaccard: Double?
  var rankBiasedOverlap: Double?
  /// Of the lists with at least two items in common.
  var kendallTau: Double?
  var mostChanged: [List]

  struct List: Encodable {
    var list: String
    var overlap: Double
    var rankBiasedOverlap: Double
    var entered: [Change]
    var left: [Change]
    var moved: [Change]
    var unchanged: Int
  }

  struct Change: Encodable {
    var item: String
    var before: Int?
    var after: Int?
  }

  func text() -> String {
    var text = "\(Output.bold("\(before) → \(after)")), the first \(k) of \(grouped(lists)) lists\n"
    if onlyBefore + onlyAfter > 0 {
      text += "  lists in one file only: \(grouped(onlyBefore)) before, \(grouped(onlyAfter)) after\n"
    }
    var table = Table(columns: [.init(name: "measure"), .init(name: "mean", isNumber: true)])
    func number(_ value: Double?) -> String { value.map { metricText($0) } ?? "–" }
    table.rows = [
      ["overlap", number(overlap)], ["jaccard", number(jaccard)],
      ["rank-biased overlap (\(rounded(persistence)))", number(rankBiasedOverlap)],
      ["kendall tau", number(kendallTau)],
    ]
    text += table.text(.aligned)
    text +=
      "  identical: \(grouped(identical)) of \(grouped(lists)) lists; items entered: \(grouped(entered)), left: \(grouped(left))\n"
    for list in mostChanged {
      text +=
        "\n" + Output.bold(list.list) + "  overlap \(metricText(list.overlap)), moved \(list.moved.count), "
        + "unchanged \(list.unchanged)\n"
      func line(_ word: String, _ changes: [Change], _ rank: (Change) -> Int?) -> String {
        guard !changes.isEmpty else { return "" }
        let shown = changes.prefix(8).map { "\($0.item) (\(rank($0).map { "\($0)" } ?? "–"))" }
        return "  \(word): " + shown.joined(separator: ", ") + (changes.count > 8 ? " … \(changes.count) in all" : "")
          + "\n"
      }
      text += line("entered", list.entered) { $0.after } + line("left", list.left) { $0.before }
    }
    return text
  }
}

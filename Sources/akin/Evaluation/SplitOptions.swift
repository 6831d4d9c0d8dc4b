import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser

/// What is trained on and what is tested: a kind of split with its parameters, or files.
struct SplitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to hold edges out: random (a share of each user's items; the default), leave-one-out, leave-last-out, temporal "
        + "(the latest share of all), windows (rolling), user-folds, cold-users, cold-items; or a token that an earlier run "
        + "printed.", valueName: "kind"))
  var split: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share to hold out (of items, edges, users, as the kind says): 0.2.", valueName: "share"))
  var testShare: Double?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Number of rolling windows (3) or folds of users (5).", valueName: "n"))
  var folds: Int?

  @Option(
    help: ArgumentHelp("Time between training and each rolling window, such as 7d, 12h or 90s.", valueName: "time"))
  var gap: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("For temporal: the moment of the cut, a date or seconds since 1970.", valueName: "time"))
  var at: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("How many items a cold user reveals: 5.", valueName: "n"))
  var revealed: Int?

  @Option(
    help: ArgumentHelp(
      "Test pairs from a file, instead of a split: CSV with user and item, or one user a line as LightGCN's lists.",
      valueName: "file"))
  var test: String?

  @Option(help: ArgumentHelp("Training pairs from a file; with it, no graph is needed.", valueName: "file"))
  var train: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Seed of the split and of methods with randomness.", valueName: "n"))
  var seed: UInt64 = 0

  /// Files that are read, and must not be written over.
  var inputs: [String] { [train, test].compactMap { $0 } }

  func validate() throws {
    if train != nil, test == nil { throw ValidationError("--train needs --test: found only one of the two files") }
    if test != nil {
      let others = [
        split, testShare.map { "\($0)" }, folds.map { "\($0)" }, gap, at, revealed.map { "\($0)" },
      ]
      if others.contains(where: { $0 != nil }) {
        throw ValidationError(
          "--test gives the held-out pairs, so there is nothing to split: expected no option of a split")
      }
    }
    if let testShare, !(testShare > 0 && testShare < 1) {
      throw ValidationError("--test-share: found \(testShare), expected a number between 0 and 1")
    }
  }

  /// The plan for a graph.
  func plan(for snapshot: Snapshot) throws -> SplitPlan {
    let name = split ?? "random"
    do {
      if name.contains(":") || name.contains("/") {
        guard testShare == nil, folds == nil, gap == nil, at == nil, revealed == nil else {
          throw CommandFailure.usage("--split: found a token, which says all there is, and other options of a split")
        }
        return try SplitPlan(token: name, for: snapshot)
      }
      var parameters: [String] = []
      if let testShare { parameters.append("share=\(testShare)") }
      if let folds { parameters.append("count=\(folds)") }
      if let gap {
        guard let seconds = Self.seconds(gap) else {
          throw CommandFailure.usage("--gap: found '\(gap)', expected a time such as 7d, 12h, 30m or 90s")
        }
        parameters.append("gap=\(seconds)")
      }
      if let at { parameters.append("at=\(try instant(at, "--at"))") }
      if let revealed { parameters.append("revealed=\(revealed)") }
      let isDrawn = ![.leaveLastOut, .temporal, .windows].contains(SplitPlan.Kind(rawValue: name))
      if isDrawn { parameters.append("seed=\(seed)") }
      if name == SplitPlan.Kind.given.rawValue {
        throw CommandFailure.usage("--split given: expected the held-out pairs as --test file")
      }
      return try SplitPlan(parsing: name + (parameters.isEmpty ? "" : ":" + parameters.joined(separator: ",")))
    } catch let error as SplitError {
      throw CommandFailure.usage("--split: \(error)")
    }
  }

  /// `7d`, `12h`, `30m`, `90s` or a bare number of seconds.
  static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
    let unit = text.last.flatMap { units[$0] }
    guard let count = Int64(unit == nil ? text : String(text.dropLast())), count >= 0 else { return nil }
    let product = count.multipliedReportingOverflow(by: unit ?? 1)
    return product.overflow ? nil : product.partialValue
  }
}

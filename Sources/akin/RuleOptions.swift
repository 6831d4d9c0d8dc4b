import AkinEngine
import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser

/// Rules on what a list may hold.
struct RuleOptions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only what fulfils this, such as \"language = en|de\" or \"year >= 1990\" (\(AttributePredicate.expectation)); may be repeated, and all must hold.",
      valueName: "condition"))
  var conditions: [String] = []

  @Option(
    help: ArgumentHelp(
      "No more than n of a list with the same value of this category; the next best takes the place.",
      valueName: "attribute=n"))
  var cap: String?

  @Option(
    help: ArgumentHelp(
      "No others than those of this file: ids or labels, one a line, or a list that akin printed as TSV or CSV; - for standard input. Ranks what another method found.",
      valueName: "file"))
  var only: String?

  @Option(help: ArgumentHelp("None of those of this file, which is as that of --only.", valueName: "file"))
  var except: String?

  func validate() throws {
    guard only != "-" || except != "-" else {
      throw ValidationError("found standard input for --only and --except, expected it for one of them")
    }
  }

  /// The first of the rules that were given, by its name.
  var first: String? {
    !conditions.isEmpty ? "--where" : cap != nil ? "--cap" : only != nil ? "--only" : except != nil ? "--except" : nil
  }

  /// `nil` where there are no rules; what is wrong with them is wrong usage.
  func rules(for type: NodeTypeID, _ engine: Engine) throws -> CandidateRules? {
    let only = try only.map { try Self.nodes(in: $0, of: type, engine) }
    let except = try except.map { try Self.nodes(in: $0, of: type, engine) } ?? NodeSet()
    do {
      let rules = try CandidateRules(
        conditions: conditions, cap: cap, only: only, except: except, for: type, in: engine.snapshot)
      return rules.isEmpty ? nil : rules
    } catch let error as EngineError {
      throw CommandFailure.usage("\(error)")
    }
  }

  /// The options that keep a node out of a list, as they were given.
  ///
  /// - Parameter rules: what the options came to.
  func options(leavingOut node: NodeID, _ rules: CandidateRules, _ engine: Engine) throws -> [String] {
    var found = try conditions.filter { condition in
      try CandidateRules(conditions: [condition], for: node.type, in: engine.snapshot).allowed?.contains(node.index)
        == false
    }.map { "--where \"\($0)\"" }
    if let except, rules.excluded.contains(node.index) { found.append("--except \(except)") }
    if let only, found.isEmpty, rules.allowed?.contains(node.index) == false { found.append("--only \(only)") }
    return found
  }

  private static func nodes(in path: String, of type: NodeTypeID, _ engine: Engine) throws -> NodeSet {
    let file = try NameFile(path, cancellation: engine.execution.cancellation)
    return NodeSet(
      try file.entries.map { entry in
        do {
          return try engine.node(named: entry.name, types: [type]).index
        } catch let error as NameError {
          throw CommandFailure(message: "\(file.path):\(entry.line): \(error)")
        }
      })
  }
}

/// A question with the rules of its list.
struct RuledQuestion {
  var question: Question
  let rules: CandidateRules?

  init(_ question: Question, _ options: RuleOptions, _ engine: Engine) throws {
    rules = try options.rules(for: question.query.candidates.type, engine)
    self.question = question
    if let rules { self.question.query = rules.restricting(question.query) }
  }

  /// The list; what a cap left out becomes a remark of the question.
  mutating func answer(by method: any Recommender, k: Int) throws -> RankedList {
    guard let rules else { return try method.rank(question.query, k: k) }
    let list = try rules.list(question.query, k: k, from: method.makeSession())
    if list.leftOut > 0, let cap = rules.texts["cap"] {
      let (attribute, limit) = (cap.prefix { $0 != "=" }, cap.drop { $0 != "=" }.dropFirst())
      let note =
        "\(counted(list.leftOut, "item")) with a higher score \(list.leftOut == 1 ? "is" : "are") left out by --cap \(cap): "
        + "no more than \(limit) of one \(attribute)"
      question.remark = question.remark.map { "\($0); \(note)" } ?? note
    }
    return RankedList(items: list.items, shortfall: list.shortfall, effort: list.effort)
  }

  var leftOutAs: String {
    let hasRules = rules.map { $0.allowed != nil || !$0.excluded.isEmpty } ?? false
    return hasRules ? "as sources, as seen or by the rules" : "as sources or seen"
  }
}

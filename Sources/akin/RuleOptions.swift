import AkinEngine
import AkinGraph
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

  /// `nil` where there are no rules; what is wrong with them is wrong usage.
  func rules(for type: NodeTypeID, in snapshot: Snapshot) throws -> CandidateRules? {
    do {
      let rules = try CandidateRules(conditions: conditions, cap: cap, for: type, in: snapshot)
      return rules.isEmpty ? nil : rules
    } catch let error as EngineError {
      throw CommandFailure.usage("\(error)")
    }
  }
}

/// A question with the rules of its list.
struct RuledQuestion {
  var question: Question
  let rules: CandidateRules?

  init(_ question: Question, _ options: RuleOptions, in snapshot: Snapshot) throws {
    rules = try options.rules(for: question.query.candidates.type, in: snapshot)
    self.question = question
    if let rules { self.question.query = rules.restricting(question.query) }
  }

  /// The list; what a cap left out becomes a remark of the question.
  mutating func answer(by method: any Recommender, k: Int) throws -> RankedList {
    guard let rules else { return try method.rank(question.query, k: k) }
    let list = try rules.list(question.query, k: k, from: method.makeSession())
    if list.leftOut > 0, let cap = rules.texts["cap"] {
      let note = "\(grouped(list.leftOut)) better ones are left out by --cap \(cap)"
      question.remark = question.remark.map { "\($0); \(note)" } ?? note
    }
    return RankedList(items: list.items, shortfall: list.shortfall, effort: list.effort)
  }

  var leftOutAs: String { rules?.allowed == nil ? "as sources or seen" : "as sources, as seen or by --where" }
}

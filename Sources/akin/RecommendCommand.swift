import AkinEngine
import AkinRanking
import ArgumentParser

struct RecommendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "List what a user should see next, from their whole history.",
    discussion: """
      What the user has seen already is left out.

      Examples:
        akin recommend women.akin "Dorothy Murchison"
        akin recommend debian.akin --user git-annex -k 5 --csv
      """)

  @OptionGroup var source: GraphOptions

  @Argument(help: ArgumentHelp("Whose history to recommend from: an id or a label.", valueName: "user"))
  var name: String?

  @Option(name: .customLong("user"), help: ArgumentHelp("The same, by name.", valueName: "name"))
  var userOption: String?

  private var user: String? { name ?? userOption }

  @OptionGroup var every: AllOptions
  @OptionGroup var rules: RuleOptions

  @OptionGroup var reasons: ReasonOptions
  @OptionGroup var list: ListOptions
  @OptionGroup var methods: MethodOptions

  func validate() throws {
    guard name == nil || userOption == nil else {
      throw ValidationError("found '\(name!)' and --user \(userOption!), expected one user")
    }
    guard every.all == (user != nil) else { return }
    throw ValidationError(
      every.all ? "found --all and a user, expected one of them" : "found no user, expected one, or --all")
  }

  func run() throws {
    if every.all {
      guard !reasons.explain else { throw CommandFailure.usage("found --all and --explain, expected one of them") }
      return try every.run(.recommend, source: source, list: list, choice: methods.choice(), rules: rules)
    }
    guard let user else { return }
    var choice = try methods.choice()
    try choice.check(.recommendation, otherwise: "that command and its names")
    choice.isQuiet = list.quiet
    let engine = try source.open(asOf: choice.token?.graph)
    let node = try engine.node(named: user, types: [engine.askingType])
    var ruled = try RuledQuestion(
      try choice.along { try engine.recommendationQuestion(for: node, along: choice.along, seed: choice.seed) },
      rules, engine)
    let method = try choice.recommender(engine, for: ruled.question)
    let answer = try ruled.answer(by: method, k: list.k)
    let question = ruled.question
    var report = try ListReport(
      command: "recommend", graph: source.graph, engine: engine, method: method, question: question, sources: [node],
      list: answer, requested: list.k, leftOutAs: ruled.leftOutAs)
    report.replay = try choice.replayToken(engine, for: question, by: method)?.description
    if reasons.explain { try reasons.explain(&report, of: answer, engine, question, method) }
    if !list.quiet { Output.standardError(report.remarks("Recommended to")) }
    try Output.write(report.printed(list))
  }
}

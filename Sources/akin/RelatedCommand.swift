import AkinEngine
import AkinGraph
import AkinRanking
import ArgumentParser

struct RelatedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "related",
    abstract: "List what belongs with one or several nodes.",
    discussion: """
      A name is an external id or a label, in any case; 'type:name' says which type is meant. Names are looked up \
      among what the graph recommends first. On a terminal the list is a table, in a pipe it is TSV, \
      in which a tab, a line break and a backslash inside a field are written \\t, \\n and \\\\.

      Examples:
        akin related debian.akin git -k 10
        akin related women.akin "Evelyn Jefferson" --json
        akin related debian.akin --all -k 5 --steps 2000 -o related.csv
      """)

  @OptionGroup var source: GraphOptions

  @Argument(help: ArgumentHelp("Where the list starts: ids or labels.", valueName: "name"))
  var names: [String] = []

  @OptionGroup var every: AllOptions
  @OptionGroup var rules: RuleOptions

  @OptionGroup var reasons: ReasonOptions
  @OptionGroup var list: ListOptions
  @OptionGroup var methods: MethodOptions

  func validate() throws {
    guard every.all != names.isEmpty else { return }
    throw ValidationError(
      every.all ? "found --all and names, expected one of them" : "found no name, expected at least one, or --all")
  }

  func run() throws {
    if every.all {
      guard !reasons.explain else { throw CommandFailure.usage("found --all and --explain, expected one of them") }
      return try every.run(.related, source: source, list: list, choice: methods.choice(), rules: rules)
    }
    var choice = try methods.choice()
    try choice.check(.related, otherwise: "that command and its user")
    choice.isQuiet = list.quiet
    let engine = try source.open(asOf: choice.token?.graph)
    if let params = methods.params, !list.quiet {
      Output.standardError(
        "note: \(params) was tuned for what users see next; what goes with a node is another question\n")
    }
    if case .method(let name, _) = choice.answer, !list.quiet,
      let definition = try? MethodRegistry.definition(named: name), !definition.isPersonalized
    {
      Output.standardError("note: '\(name)' does not look at where the list starts: it is the same for every node\n")
    }
    let sources = try engine.nodes(named: names)
    if choice.along == nil, !list.quiet { Output.standardError(try engine.remarks(on: names, for: sources)) }
    var ruled = try RuledQuestion(
      try choice.along { try engine.relatedQuestion(to: sources, along: choice.along, seed: choice.seed) }, rules,
      engine)
    let method = try choice.recommender(engine, for: ruled.question)
    let answer = try ruled.answer(by: method, k: list.k)
    let question = ruled.question
    var report = try ListReport(
      command: "related", graph: source.graph, engine: engine, method: method, question: question,
      sources: question.query.sources.map(\.node), list: answer, requested: list.k, leftOutAs: ruled.leftOutAs)
    report.replay = try choice.replayToken(engine, for: question, by: method)?.description
    if reasons.explain { try reasons.explain(&report, of: answer, engine, question, method) }
    if !list.quiet { Output.standardError(report.remarks("Related to")) }
    try Output.write(report.printed(list))
  }
}

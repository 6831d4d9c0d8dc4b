import AkinDiagrams
import AkinEngine
import AkinGraph
import AkinRanking
import ArgumentParser

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a node is recommended, or why it is not.",
    discussion: """
      --to gives the reasons: how much of the score came from which source by which way, and what is left. The parts sum \
      to the score. --not says why a node is not in the list: its rank, its score beside the last of the list, what left \
      it out, or what stands in its way. People are given pseudonyms.

      Examples:
        akin explain debian.akin --from git --to mercurial --method pagerank -o why.svg
        akin explain women.akin --user "Dorothy Murchison" --not E1
        akin explain women.akin --user "Evelyn Jefferson" --to E10 --by source
      """)

  @OptionGroup var source: GraphOptions

  @Option(help: ArgumentHelp("Where the list starts: an id or a label; may be repeated.", valueName: "name"))
  var from: [String] = []

  @Option(help: ArgumentHelp("Instead of --from: whose history the list starts from.", valueName: "name"))
  var user: String?

  @Option(help: ArgumentHelp("What to give the reasons for.", valueName: "name"))
  var to: String?

  @Option(help: ArgumentHelp("What is not in the list.", valueName: "name"))
  var not: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Reasons to name, from 1 to 40; the rest is added up.", valueName: "n"))
  var parts = 12

  @Option(
    help: ArgumentHelp(
      "What a reason is: a way from a source, or a source with all its ways together. By default ways, unless those that "
        + "are named make up less than half, as of long histories.",
      valueName: "way|source"))
  var by: Grouping?

  enum Grouping: String, ExpressibleByArgument, CaseIterable { case way, source }

  @Option(name: .shortAndLong, help: ArgumentHelp("A picture of the reasons to write.", valueName: "file"))
  var output: String?

  @OptionGroup var privacy: PrivacyOptions
  @OptionGroup var rules: RuleOptions
  @OptionGroup var list: ListOptions
  @OptionGroup var methods: MethodOptions
  @OptionGroup var picture: PictureOptions

  func validate() throws {
    guard from.isEmpty != (user == nil) else {
      throw ValidationError(
        user == nil
          ? "found neither --from nor --user, expected one: akin explain GRAPH --from A --to B"
          : "found --from and --user, expected one of them")
    }
    guard (to == nil) != (not == nil) else {
      throw ValidationError(
        to == nil ? "found neither --to nor --not, expected one" : "found --to and --not, expected one")
    }
    if to != nil, let rule = rules.first {
      throw ValidationError("found \(rule) with --to, expected it with --not: rules say what a list leaves out")
    }
    guard (1...40).contains(parts) else {
      throw ValidationError("--parts: found \(parts), expected a number from 1 to 40")
    }
    if let output { _ = try picture.imageFormat(of: output) }
  }

  func run() throws {
    if let output {
      try picture.check(output, inputs: [source.graph])
      DiagramRenderer.prepare()
    }
    var choice = try methods.choice()
    choice.isQuiet = list.quiet
    if user != nil {
      try choice.check(.recommendation, otherwise: "--from in place of --user")
    } else {
      try choice.check(.related, otherwise: "--user in place of --from")
    }
    let engine = try source.open(asOf: choice.token?.graph)
    let (question, known) = try question(engine, choice)
    if let remark = question.remark, !list.quiet { Output.standardError("note: \(remark)\n") }
    let method = try choice.recommender(engine, for: question)
    let node = try engine.node(named: to ?? not ?? "", types: [question.query.candidates.type])
    var naming = privacy.naming(engine, known: known + [node])
    if to != nil {
      try explain(node, for: user == nil ? nil : known.first, engine, question, method, &naming)
    } else {
      try explainAbsence(of: node, engine, RuledQuestion(question, rules, engine), method, &naming)
    }
  }

  private func question(_ engine: Engine, _ choice: MethodChoice) throws -> (Question, known: [NodeID]) {
    if let user {
      let node = try engine.node(named: user, types: [engine.askingType])
      let question = try choice.along {
        try engine.recommendationQuestion(for: node, along: choice.along, seed: choice.seed)
      }
      return (question, [node])
    }
    let sources = try from.map { try engine.node(named: $0) }
    let question = try choice.along {
      try engine.relatedQuestion(to: sources, along: choice.along, seed: choice.seed)
    }
    return (question, sources)
  }

  private func evidence(
    of node: NodeID, _ engine: Engine, _ question: Question, _ method: any Recommender, _ naming: NodeNaming,
    limit: Int
  ) throws -> Evidence {
    let explanation = try engine.explanation(
      of: node, for: question, by: method, limit: privacy.partLimit(for: limit))
    let evidence = Evidence(explanation, limit: limit, minUsers: privacy.minUsers, naming: naming)
    let hasWays = !evidence.parts.allSatisfy(\.way.isEmpty)
    let isBySource = by.map { $0 == .source } ?? (hasWays && Self.hidesMost(evidence))
    return isBySource ? evidence.bySource : evidence
  }

  /// Whether most of the score came by ways that are not named, from several sources.
  private static func hidesMost(_ evidence: Evidence) -> Bool {
    evidence.sourceCount > 1 && evidence.score > 0 && evidence.remainder > evidence.score / 2
  }

  private func explain(
    _ node: NodeID, for asker: NodeID?, _ engine: Engine, _ question: Question, _ method: any Recommender,
    _ naming: inout NodeNaming
  ) throws {
    let evidence: Evidence
    do {
      evidence = try self.evidence(of: node, engine, question, method, naming, limit: parts)
    } catch let error as EngineError {
      if case .cannotExplain = error { throw CommandFailure.usage("--method: \(error)") }
      throw error
    }
    let reasons = try ReasonText(
      evidence, overlap: try engine.overlap(of: node, for: question), minUsers: privacy.minUsers, naming: &naming)
    if !list.quiet { Output.standardError(try remarks(evidence, reasons, question, method, &naming)) }
    if list.json {
      try Output.write(
        Output.json(
          ExplanationReport(
            graph: source.graph, engine: engine, question: question, method: method, node: node, reasons: reasons)))
    } else {
      if Output.isTerminal, !list.quiet {
        Output.standardError(
          "\(try naming.label(of: node)) · \(method.info.name) · score \(Evidence.text(evidence.score))\n")
      }
      try Output.write(list.form.text(table(reasons)))
    }
    guard let output else { return }
    var drawing = EvidenceDiagram(naming: naming)
    let whom = try asker.map { try " for \(naming.label(of: $0))" } ?? ""
    drawing.title = try picture.title ?? "Why \(naming.label(of: node))\(whom)"
    drawing.caption =
      "\(method.info.name), seed \(question.query.seed) · ribbons and percentages are shares of the score"
    let diagram = try drawing.diagram(of: [(evidence, "")])
    try picture.write(
      diagram, to: output, of: engine.snapshot, at: source.graph, quiet: list.quiet, isAside: true)
  }

  /// What helps to read the reasons.
  private func remarks(
    _ evidence: Evidence, _ reasons: ReasonText, _ question: Question, _ method: any Recommender,
    _ naming: inout NodeNaming
  ) throws -> String {
    var text = ""
    let all = question.query.sources.count
    // Of a long history some may have brought nothing.
    let sources = grouped(evidence.sourceCount) + (evidence.sourceCount < all ? " of \(grouped(all))" : "")
    if let shared = reasons.shared {
      let name = try naming.label(of: evidence.node)
      text +=
        shared.count == 0
        ? "note: '\(name)' shares none of its \(grouped(shared.ofNode)) \(shared.type) neighbours with the source: the ways "
          + "to it are longer\n"
        : "note: '\(name)' shares \(grouped(shared.count)) of its \(grouped(shared.ofNode)) \(shared.type) neighbours with "
          + "the source, which has \(grouped(shared.ofSource))\n"
    }
    if evidence.parts.contains(where: \.isLonger) {
      text += "note: '…' stands for nodes of a longer way that are not named\n"
    }
    if evidence.isBySource {
      if by == nil {
        text +=
          "note: no way is large, so each reason is one of the sources that lead here (\(sources)) with all its ways; "
          + "--by way names ways\n"
      }
    } else if !evidence.parts.isEmpty, evidence.parts.allSatisfy(\.way.isEmpty) {
      text +=
        "note: \(method.info.name) knows sources alone, not ways"
        + (evidence.sourceCount <= 1 ? ": with one source there is nothing to tell apart" : "") + "\n"
    } else if Self.hidesMost(evidence) {
      text +=
        "note: \(evidence.share(evidence.remainder)) came by other ways than these; --by source adds up what each source "
        + "contributes (\(sources) do)\n"
    }
    return text
  }

  private func table(_ reasons: ReasonText) -> Table {
    var table = Table(
      columns: [.init(name: "share", isNumber: true), .init(name: "amount", isNumber: true), .init(name: "way")])
    table.rows = reasons.lines.map { line in
      [line.share, list.form.isForPeople ? Evidence.text(line.amount) : "\(line.amount)", line.way]
    }
    return table
  }

  private func explainAbsence(
    of node: NodeID, _ engine: Engine, _ ruled: RuledQuestion, _ method: any Recommender, _ naming: inout NodeNaming
  ) throws {
    let question = ruled.question
    let answer = try engine.whyNot(node, for: question, by: method, k: list.k)
    var report = try AbsenceReport(
      answer, graph: source.graph, engine: engine, question: question, method: method, naming: &naming)
    if let found = ruled.rules {
      if answer.cause == .filtered {
        let options = try rules.options(leavingOut: node, found, engine)
        report.leftOut(by: options, name: try naming.label(of: node))
      } else if let cap = found.texts["cap"] {
        let items = try found.list(question.query, k: list.k, from: method.makeSession()).items
        report.capped(
          by: "--cap \(cap)", place: items.firstIndex { $0.node == node }.map { $0 + 1 },
          name: try naming.label(of: node))
      }
    }
    try Output.write(list.json ? Output.json(report) : report.text())
    guard let output else { return }
    var drawing = EvidenceDiagram(naming: naming)
    drawing.title = try picture.title ?? "Why not \(naming.label(of: node))"
    drawing.caption = report.sentences[0] + " Percentages are of the higher score."
    let half = max(1, parts / 2)
    var shown: [(evidence: Evidence, detail: String)] = []
    if let last = answer.last, last.node != node, method.makeSession() is any ExplainingSession {
      shown.append(
        (
          try evidence(of: last.node, engine, question, method, naming, limit: half),
          "rank \(min(list.k, answer.rankedCount)), score \(Evidence.text(last.score))"
        ))
    }
    if let rank = answer.rank, let score = answer.score, method.makeSession() is any ExplainingSession {
      shown.append(
        (
          try evidence(of: node, engine, question, method, naming, limit: half),
          "rank \(rank), score \(Evidence.text(score))"
        ))
    } else {
      shown.append(
        (
          Evidence(
            Explanation(node: node, score: answer.score ?? 0, parts: [], remainder: answer.score ?? 0), limit: 1,
            naming: naming),
          answer.score.map { "score \(Evidence.text($0))" } ?? "no score"
        ))
    }
    let diagram = try drawing.diagram(of: shown)
    try picture.write(
      diagram, to: output, of: engine.snapshot, at: source.graph, quiet: list.quiet, isAside: true)
  }
}

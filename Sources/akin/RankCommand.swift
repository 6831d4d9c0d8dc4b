import AkinEngine
import AkinGraph
import AkinPageRank
import AkinRanking
import ArgumentParser

struct RankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Rank all nodes by PageRank: how often a random surfer visits each.",
    discussion: """
      The surfer follows edges both ways unless --ways says otherwise, and starts again at any node alike, or at the nodes \
      of --from. Scores of all nodes sum to 1; the list shows the first ones of each node type. With --to, one score is \
      estimated without those of all other nodes.

      Examples:
        akin rank debian.akin --directed -k 10
        akin rank women.akin --from "Evelyn Jefferson" --type event --json
        akin rank debian.akin --from git --to perl
      """)

  @OptionGroup var source: GraphOptions

  @Option(help: ArgumentHelp("List only nodes of this type.", valueName: "type"))
  var type: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Start at this node: an id or a label. May be repeated; all nodes alike without it.", valueName: "name"))
  var from: [String] = []

  @Option(
    help: ArgumentHelp(
      "Estimate the score of this one node, pushing mass on from --from and back from here.", valueName: "name"))
  var to: String?

  @OptionGroup var list: ListOptions

  @Option(
    help: ArgumentHelp("Where the surfer may go: \(WaysText.expectation); 'all' by default.", valueName: "ways"))
  var ways: String?

  @Flag(help: "Follow edges only as they point; short for --ways directed.")
  var directed = false

  @Flag(help: "Let all edges of a relation count alike, whatever their weight.")
  var unweighted = false

  @Option(
    name: .customLong("relation-weight"),
    help: ArgumentHelp(
      "What edges of a relation count, 0 to leave it out; 1 by default. May be repeated.", valueName: "relation=weight")
  )
  var relations: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Probability of following an edge rather than starting again.", valueName: "d"))
  var damping = PageRankOptions().damping

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Upper bound on the error of all scores, added up.", valueName: "e"))
  var tolerance = PageRankOptions().tolerance

  @Option(
    name: .customLong("max-iterations"), parsing: .unconditional,
    help: ArgumentHelp("Most passes over the graph.", valueName: "n"))
  var maxIterations = PageRankOptions().maxIterations

  @Option(
    name: .customLong("relative-error"), parsing: .unconditional,
    help: ArgumentHelp("With --to: how far the estimate may be off, as a part of the score.", valueName: "e"))
  var relativeError = PairPageRankOptions().relativeError

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --to: scores below this may be off by more, and are then said to be below.", valueName: "score"))
  var threshold = PairPageRankOptions().threshold

  @Option(parsing: .unconditional, help: ArgumentHelp("With --to: seed of the random generator.", valueName: "n"))
  var seed: UInt64 = 0

  func validate() throws {
    guard damping >= 0, damping < 1 else {
      throw ValidationError("--damping: found \(damping), expected a number from 0 to below 1")
    }
    guard tolerance > 0 else { throw ValidationError("--tolerance: found \(tolerance), expected a number above 0") }
    guard maxIterations >= 1 else {
      throw ValidationError("--max-iterations: found \(maxIterations), expected at least 1")
    }
    guard relativeError > 0 else {
      throw ValidationError("--relative-error: found \(relativeError), expected a number above 0")
    }
    guard threshold > 0, threshold < 1 else {
      throw ValidationError("--threshold: found \(threshold), expected a number above 0 and below 1")
    }
    guard to == nil || !from.isEmpty else { throw ValidationError("found --to without --from, expected both") }
    guard to == nil || type == nil else { throw ValidationError("found both --to and --type, expected one") }
    guard ways == nil || !directed else { throw ValidationError("found both --ways and --directed, expected one") }
  }

  func run() throws {
    let engine = try source.open()
    let schema = engine.snapshot.schema
    var types = schema.nodeTypes.indices.map { NodeTypeID(rawValue: UInt16($0)) }
    if let type {
      guard let known = schema.nodeType(named: type) else {
        throw CommandFailure.usage(
          "--type: found '\(type)', expected \(schema.nodeTypes.map { "'\($0.name)'" }.joined(separator: " or "))")
      }
      types = [known]
    }
    let sources = try from.map { WeightedSource(try engine.node(named: $0)) }
    do {
      let ways = try followed(schema)
      if let to { return try printPair(engine, ways, sources: sources, target: engine.node(named: to)) }
      let options = PageRankOptions(
        damping: damping, tolerance: tolerance, maxIterations: maxIterations, usesWeights: !unweighted)
      let pageRank = try PageRank(engine.snapshot, following: ways, options: options, execution: source.execution)
      let report = try RankReport(
        graph: source.graph, snapshot: engine.snapshot, options: options,
        result: sources.isEmpty ? pageRank.scores() : pageRank.scores(from: sources), sources: sources, types: types,
        k: list.k)
      if !list.quiet { Output.standardError(report.remarks()) }
      try Output.write(report.printed(list))
    } catch let error as PageRankError {
      throw CommandFailure.usage("\(error)")
    }
  }

  private func printPair(_ engine: Engine, _ ways: Ways, sources: [WeightedSource], target: NodeID) throws {
    var options = PairPageRankOptions()
    options.damping = damping
    options.usesWeights = !unweighted
    options.relativeError = relativeError
    options.threshold = threshold
    let pair = try PairPageRank(engine.snapshot, following: ways, options: options, execution: source.execution)
    let report = try PairReport(
      graph: source.graph, snapshot: engine.snapshot, options: options, sources: sources, target: target,
      result: pair.score(of: target, from: sources, seed: seed), seed: seed)
    if !list.quiet { Output.standardError(report.remarks()) }
    try Output.write(report.printed(list))
  }

  private func followed(_ schema: Schema) throws -> Ways {
    var weights: [String: Double] = [:]
    for setting in relations {
      guard let equals = setting.lastIndex(of: "="), let weight = Double(setting[setting.index(after: equals)...]),
        weight >= 0, weight.isFinite
      else {
        throw CommandFailure.usage(
          "--relation-weight: found '\(setting)', expected relation=weight, a number of at least 0")
      }
      let name = String(setting[..<equals])
      guard schema.relations.contains(where: { $0.name == name }) else {
        throw CommandFailure.usage(
          "--relation-weight: found '\(name)', expected \(schema.relations.map { "'\($0.name)'" }.joined(separator: " or "))"
        )
      }
      weights[name] = weight
    }
    let text = ways ?? (directed ? "directed" : "all")
    guard let parsed = WaysText(parsing: text) else {
      throw CommandFailure.usage("--ways: found '\(text)', expected \(WaysText.expectation)")
    }
    return try parsed.ways(
      in: schema, along: Hop(relation: schema.roles.primaryRelation, direction: .reverse), weights: weights)
  }
}

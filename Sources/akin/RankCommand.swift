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
      The surfer follows edges both ways, or with --directed only as they point, and starts again at any node alike. \
      Scores of all nodes sum to 1; the list shows the first ones of each node type.

      Examples:
        akin rank debian.akin --directed -k 10
        akin rank women.akin --type event --json
      """)

  @OptionGroup var source: GraphOptions

  @Option(help: ArgumentHelp("List only nodes of this type.", valueName: "name"))
  var type: String?

  @OptionGroup var list: ListOptions

  @Flag(help: "Follow edges only as they point.")
  var directed = false

  @Flag(help: "Let all edges of a relation count alike, whatever their weight.")
  var unweighted = false

  @Option(
    name: .customLong("relation"),
    help: ArgumentHelp(
      "What edges of a relation count, 0 to leave it out; 1 by default. May be repeated.", valueName: "name=weight"))
  var relations: [String] = []

  @Option(help: ArgumentHelp("Probability of following an edge rather than starting again.", valueName: "d"))
  var damping = PageRankOptions().damping

  @Option(help: ArgumentHelp("Upper bound on the error of all scores, added up.", valueName: "e"))
  var tolerance = PageRankOptions().tolerance

  @Option(name: .customLong("max-iterations"), help: ArgumentHelp("Most passes over the graph.", valueName: "n"))
  var maxIterations = PageRankOptions().maxIterations

  func validate() throws {
    guard damping >= 0, damping < 1 else {
      throw ValidationError("--damping: found \(damping), expected a number from 0 to below 1")
    }
    guard tolerance > 0 else { throw ValidationError("--tolerance: found \(tolerance), expected a number above 0") }
    guard maxIterations >= 1 else {
      throw ValidationError("--max-iterations: found \(maxIterations), expected at least 1")
    }
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
    let options = PageRankOptions(
      damping: damping, tolerance: tolerance, maxIterations: maxIterations, usesWeights: !unweighted)
    let result: PageRankResult
    do {
      result = try PageRank(
        engine.snapshot, following: try ways(schema), options: options, execution: source.execution
      ).scores()
    } catch let error as PageRankError {
      throw CommandFailure.usage("\(error)")
    }
    let report = try RankReport(
      graph: source.graph, snapshot: engine.snapshot, options: options, result: result, types: types, k: list.k)
    if !list.quiet { Output.standardError(report.remarks()) }
    try Output.write(report.printed(list))
  }

  private func ways(_ schema: Schema) throws -> Ways {
    var weights: [String: Double] = [:]
    for setting in relations {
      guard let equals = setting.lastIndex(of: "="), let weight = Double(setting[setting.index(after: equals)...]),
        weight >= 0, weight.isFinite
      else {
        throw CommandFailure.usage("--relation: found '\(setting)', expected name=weight, the weight not negative")
      }
      let name = String(setting[..<equals])
      guard schema.relations.contains(where: { $0.name == name }) else {
        throw CommandFailure.usage(
          "--relation: found '\(name)', expected \(schema.relations.map { "'\($0.name)'" }.joined(separator: " or "))")
      }
      weights[name] = weight
    }
    guard case .hops(let hops) = Ways.wholeGraph(schema, weights: weights), directed else {
      return .wholeGraph(schema, weights: weights)
    }
    return .hops(hops.filter { $0.hop.direction == .forward })
  }
}

/// What 'akin rank' prints.
struct RankReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.rank/1"
  var graph: String
  var fingerprint: String
  var damping: Double
  var tolerance: Double
  var iterations: Int
  var errorBound: Double
  var converged: Bool
  var items: [ListReport.Item] = []

  init(
    graph: String, snapshot: Snapshot, options: PageRankOptions, result: PageRankResult, types: [NodeTypeID], k: Int
  ) throws {
    self.graph = graph
    fingerprint = hexadecimal(snapshot.fingerprint)
    damping = options.damping
    tolerance = options.tolerance
    iterations = result.iterations
    errorBound = result.errorBound
    converged = result.converged
    for type in types {
      let scores = result.scores[Int(type.rawValue)]
      var top = TopK(min(k, scores.count))
      for index in scores.indices { top.offer(UInt32(index), score: scores[index]) }
      for (position, ranked) in top.ranked(type: type).enumerated() {
        let node = try ListReport.Node(ranked.node, in: snapshot)
        items.append(
          ListReport.Item(
            rank: position + 1, score: ranked.score, type: node.type, id: node.id, label: node.label))
      }
    }
  }

  func remarks() -> String {
    converged
      ? ""
      : "warning: not converged after \(grouped(iterations)) passes: the error of all scores is at most "
        + "\(rounded(errorBound)), expected at most \(rounded(tolerance)); --max-iterations allows more\n"
  }

  func printed(_ options: ListOptions) throws -> String {
    if options.json { return try Output.json(self) }
    var table = Table(columns: [.init(name: "rank", isNumber: true), .init(name: "score", isNumber: true)])
    if Output.isTerminal && !options.csv {
      let hasLabels = items.contains { $0.label != nil }
      table.columns += [.init(name: "type"), .init(name: "name")]
      if hasLabels { table.columns.append(.init(name: "id")) }
      table.rows = items.map { item in
        ["\(item.rank)", rounded(item.score), item.type, item.label ?? item.id] + (hasLabels ? [item.id] : [])
      }
      return table.text(.aligned)
    }
    table.columns += [.init(name: "type"), .init(name: "id"), .init(name: "label")]
    table.rows = items.map { ["\($0.rank)", "\($0.score)", $0.type, $0.id, $0.label ?? ""] }
    return table.text(options.csv ? .csv : .tsv)
  }
}

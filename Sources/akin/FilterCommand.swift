import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser

struct FilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "Write a part of a graph: a core, the largest component, a window of time, pruned hubs.",
    discussion: """
      Filters are applied in this order: --since and --until, --prune and --drop-diverse, --core, --largest-component. Nodes \
      that a filter leaves without any edge go too, unless --keep-isolated.

      --prune D keeps, of a target with d edges, the d^D edges (rounded up) whose sources are most about the same categories as \
      the target, by the attribute that --topics names; --drop-diverse P leaves out the P percent of sources whose targets are \
      spread most evenly over categories. Both are what Pixie does to pins and boards.

      Examples:
        akin filter debian.akin -o core.akin --core 5
        akin filter women.akin -o main.akin --largest-component
      """)

  @OptionGroup var source: GraphOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("The graph to write.", valueName: "graph.akin"))
  var output: String

  @Option(help: ArgumentHelp("Relation to filter; the primary one by default.", valueName: "name"))
  var relation: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keep nodes with this many edges to others that stay; in a relation within one type, with this many that lead from a node and this many that lead to it.",
      valueName: "k"))
  var core: Int?

  @Flag(help: "Keep the largest connected part.")
  var largestComponent = false

  @Option(help: ArgumentHelp("Keep edges from this time on: 2004-05-01, or seconds since 1970.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Keep edges before this time.", valueName: "time"))
  var until: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep d^D edges of a target with d, those that fit its topic; D from 0 to 1.", valueName: "D"))
  var prune: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Leave out this share of the sources with the most diverse targets, in percent.", valueName: "P")
  )
  var dropDiverse: Double?

  @Option(
    help: ArgumentHelp("Attribute of targets (a category, or categories) that is their topic.", valueName: "attribute"))
  var topics: String?

  @Flag(help: "Nodes without edges stay.")
  var keepIsolated = false

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func validate() throws {
    try GraphName.check(output, "--output")
    guard core != nil || largestComponent || since != nil || until != nil || prune != nil || dropDiverse != nil else {
      throw ValidationError(
        "found no filter, expected --core, --largest-component, --since, --until, --prune or --drop-diverse")
    }
    if let core, core < 1 { throw ValidationError("--core: found \(core), expected at least 1") }
    if let prune, !(0...1).contains(prune) { throw ValidationError("--prune: found \(prune), expected 0 to 1") }
    if let dropDiverse, !(0..<100).contains(dropDiverse) {
      throw ValidationError("--drop-diverse: found \(dropDiverse), expected 0 to below 100")
    }
    guard (prune == nil && dropDiverse == nil) == (topics == nil) else {
      throw ValidationError("--prune and --drop-diverse go with --topics, expected both or neither")
    }
  }

  func run() throws {
    try AtomicFile.check(output, inputs: [source.graph], content: .graph)
    let execution = source.execution
    var snapshot = try Snapshot.open(source.graph)
    let names = snapshot.schema.relations.map(\.name)
    var number = snapshot.schema.roles.primaryRelation
    if let relation {
      guard let found = names.firstIndex(of: relation) else {
        throw CommandFailure.usage("--relation: found '\(relation)', expected one of \(names.joined(separator: ", "))")
      }
      number = found
    }
    if since != nil || until != nil {
      guard snapshot.relations[number].forward.attributes.times != nil else {
        throw CommandFailure(
          message: "relation '\(names[number])' has no times, expected one that has for --since and --until")
      }
      snapshot = try snapshot.window(
        of: number, from: try since.map { try instant($0, "--since") },
        until: try until.map { try instant($0, "--until") },
        execution: execution)
    }
    if let topics {
      let type = snapshot.schema.relations[number].targetType
      guard let column = snapshot.attribute(topics, of: type), column.kind == .category || column.kind == .categories
      else {
        let known = snapshot.schema.nodeTypes[Int(type.rawValue)].attributes
          .filter { $0.kind == .category || $0.kind == .categories }.map(\.name)
        throw CommandFailure(
          message: "--topics: found '\(topics)', expected a category of the targets: "
            + (known.isEmpty ? "there is none" : known.joined(separator: ", ")))
      }
      snapshot = try snapshot.pruned(
        relation: number, topics: column, exponent: prune ?? 1, diverseShare: (dropDiverse ?? 0) / 100,
        execution: execution)
    }
    if let core {
      let floor = DegreeFloor(relation: number, source: core, target: core)
      let kept = try snapshot.core([floor])
      snapshot = try snapshot.induced(byNodes: kept, execution: execution)
    }
    if largestComponent {
      snapshot = try snapshot.induced(byNodes: try snapshot.largestComponent(), execution: execution)
    }
    if !keepIsolated { snapshot = try snapshot.induced(byNodes: try snapshot.connected(), execution: execution) }
    guard snapshot.schema.relations[number].edgeCount > 0 else {
      throw CommandFailure(message: "no edge of '\(names[number])' stays, expected at least one; nothing was written")
    }
    let replaced = try OverlayReplacement(path: output)
    try snapshot.write(to: output, execution: execution)
    try Output.discard(replaced, of: output)
    guard !quiet else { return }
    let types = snapshot.schema.nodeTypes.map { "\(grouped($0.count)) \($0.name)" }.joined(separator: ", ")
    let edges = snapshot.schema.relations.map { "\(grouped($0.edgeCount)) \($0.name)" }.joined(separator: ", ")
    try Output.write(Output.harmless("\(types); \(edges)\nwrote \(output)\n"))
  }
}

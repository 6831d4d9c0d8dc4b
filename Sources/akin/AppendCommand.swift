import AkinFormats
import AkinGraph
import AkinParallel
import ArgumentParser

struct AppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append",
    abstract: "Add edges to a graph, or take edges and nodes out of it, without writing it anew.",
    discussion: """
      The changes go to GRAPH.log beside the graph, all of them or none, and are on disk when the command returns; every \
      command reads both as one graph from then on. FILE is anything that 'akin import' reads, '-' standard input; new nodes \
      come with their edges, and are counted. One process at a time may append; a second gets an error. What is taken out stays in the file \
      until 'akin compact'.

      Examples:
        akin append women.akin graphs/southern-women/attendance.csv --source woman --target event
        akin append women.akin --remove-node "event:E14"
      """)

  @Argument(help: ArgumentHelp("The graph.", valueName: "graph.akin"))
  var graph: String

  @Argument(help: ArgumentHelp("Edges to add, or with --remove to take out.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("Relation of the edges; the primary one by default.", valueName: "name"))
  var relation: String?

  @Flag(help: "Take the edges of the file out.")
  var remove = false

  @Option(
    help: ArgumentHelp(
      "Take a node out with all of its edges, as type:id; may be given several times.", valueName: "node"))
  var removeNode: [String] = []

  @Option(help: ArgumentHelp("Column of the source.", valueName: "column"))
  var source: String?

  @Option(help: ArgumentHelp("Column of the target.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Column of the weight.", valueName: "column"))
  var weight: String?

  @Option(help: ArgumentHelp("Column of the value.", valueName: "column"))
  var value: String?

  @Option(help: ArgumentHelp("Column of the time; 'none' for unknown times.", valueName: "column"))
  var time: String?

  @OptionGroup var reading: ReadingOptions

  @Flag(help: "Fail instead of guessing, and where edges to take out are not there.")
  var strict = false

  @Flag(help: "Fail where an edge would bring a node that the graph does not have.")
  var noNewNodes = false

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func validate() throws {
    guard file != nil || !removeNode.isEmpty else {
      throw ValidationError("found neither a file nor --remove-node, expected what to change")
    }
  }

  func run() throws {
    let writer = try OverlayWriter(path: graph)
    let snapshot = try Snapshot.open(graph)
    let schema = snapshot.schema
    var operations = try removeNode.map { try removal(of: $0, snapshot) }
    var columns = ""
    if let file {
      var number = schema.roles.primaryRelation
      if let relation {
        guard let found = schema.relations.firstIndex(where: { $0.name == relation }) else {
          let names = schema.relations.map(\.name).joined(separator: ", ")
          throw CommandFailure.usage("--relation: found '\(relation)', expected one of \(names)")
        }
        number = found
      }
      let chosen = schema.relations[number]
      if chosen.duplicates == .count, chosen.weightName != nil, !remove {
        throw CommandFailure(
          message: "relation '\(chosen.name)': its weights are computed from counts (\(chosen.weightName!)), "
            + "expected one whose weights can be added to; import it again")
      }
      var options = try reading.options()
      guard weight != "none" else {
        throw CommandFailure.usage(
          "--weight: found none, expected a column: edges of '\(chosen.name)' have weights or not, all alike")
      }
      options.columns = ColumnRequest(
        source: source, target: target, weight: weight, time: time == "none" ? nil : time)
      options.ignoresTime = time == "none"
      options.isStrict = strict
      let changes = try EdgeChanges(
        path: file, to: snapshot, relation: number, options: options, removes: remove, value: value,
        execution: Execution(threads: 1, cancellation: Interruption.cancellation))
      if let absence = changes.absence {
        guard !strict else { throw CommandFailure(message: "\(file): \(absence); expected all of them, with --strict") }
        Output.standardError("warning: \(file): \(absence)\n")
      }
      for guess in changes.report.guesses { Output.standardError("warning: \(guess)\n") }
      if changes.report.problems.total > 0 {
        Output.standardError("skipped \(changes.report.problems.total):\n\(changes.report.problems.text)")
      }
      operations += changes.operations
      columns = "  columns: \(changes.report.columns.joined(separator: ", "))\n"
      if !changes.report.unused.isEmpty { columns += "  not used: \(changes.report.unused.joined(separator: ", "))\n" }
    }
    let effect = try OverlayEffect(of: operations, on: snapshot)
    if noNewNodes, let news = Self.news(effect, schema) {
      let hint = Self.suspicion(effect, schema).map { "; \($0)" } ?? ""
      throw CommandFailure(
        message: "\(file ?? ""): found \(news), expected none, with --no-new-nodes\(hint); nothing was appended")
    }
    if let suspicion = Self.suspicion(effect, schema) {
      guard !strict else { throw CommandFailure(message: "\(suspicion), with --strict; nothing was appended") }
      Output.standardError("warning: \(suspicion)\n")
    }
    try writer.append(operations)
    guard !quiet else { return }
    var text = "\(graph): \(Self.sentence(effect, schema))\n" + columns
    if !operations.isEmpty, remove || !removeNode.isEmpty {
      text += "what was taken out stays in \(graph) until 'akin compact \(graph)'\n"
    }
    try Output.write(Output.harmless(text))
  }

  /// "2 edges added, 1 of a pair that was there already; new: 1 user"
  private static func sentence(_ effect: OverlayEffect, _ schema: Schema) -> String {
    var parts: [String] = []
    if effect.addedEdges > 0 {
      let repeated = effect.repeatedPairs
      parts.append(
        "\(counted(effect.addedEdges, "edge")) added"
          + (repeated > 0 ? ", \(grouped(repeated)) of \(repeated == 1 ? "a pair" : "pairs") with an edge already" : "")
      )
    }
    let new = zip(schema.nodeTypes, effect.newNodes).filter { $1 > 0 }.map { "\(grouped($1)) \($0.name)" }
    if !new.isEmpty { parts.append("new nodes: \(new.joined(separator: ", "))") }
    if effect.removedPairs > 0 { parts.append("\(counted(effect.removedPairs, "edge")) taken out") }
    if effect.removedNodes > 0 { parts.append("\(counted(effect.removedNodes, "node")) taken out") }
    return parts.isEmpty ? "nothing to change" : parts.joined(separator: "; ")
  }

  /// "2 new nodes of type 'user', the first 'u17'"
  private static func news(_ effect: OverlayEffect, _ schema: Schema) -> String? {
    let parts = zip(schema.nodeTypes, zip(effect.newNodes, effect.firstNewIDs)).compactMap { type, new in
      new.1.map { "\(counted(new.0, "new node")) of type '\(type.name)', the first '\($0)'" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", and ")
  }

  /// What is probably not meant: names where ids belong.
  private static func suspicion(_ effect: OverlayEffect, _ schema: Schema) -> String? {
    if let padded = effect.firstPaddedID {
      let total = effect.paddedIDs
      return "\(grouped(total)) new \(total == 1 ? "id begins or ends" : "ids begin or end") with a blank, the first "
        + "'\(padded)'; expected ids without, which --trim makes of them"
    }
    guard let first = effect.labelsAsIDs.first else { return nil }
    let type = schema.nodeTypes[first.type].name
    let total = effect.labelsAsIDsTotal
    return "\(grouped(total)) new \(total == 1 ? "id is" : "ids are") the label of another node, the first "
      + "'\(first.id)', which is the label of \(type) '\(first.labelled)'; expected ids"
  }

  private func removal(of name: String, _ snapshot: Snapshot) throws -> OverlayOperation {
    let types = snapshot.schema.nodeTypes.map(\.name)
    guard let colon = name.firstIndex(of: ":"), let type = types.firstIndex(of: String(name[..<colon])) else {
      throw CommandFailure.usage(
        "--remove-node: found '\(name)', expected a node as type:id, with one of the types \(types.joined(separator: ", "))"
      )
    }
    let id = String(name[name.index(after: colon)...])
    guard try snapshot.nodes[type].index(ofID: id) != nil else {
      throw CommandFailure(message: "--remove-node: no \(types[type]) with the id '\(id)', expected one of the graph")
    }
    return .removeNode(type: type, id: id)
  }
}

struct CompactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Fold what was appended to a graph into its file.",
    discussion: """
      What was taken out is in no file afterwards, nor is what the graph was before the last change: of the tokens of \
      --replay, those of the graph as it is now go on working. Processes that have the graph open keep what they opened. Interrupted at \
      any moment, it leaves the graph as it was or as it should be.

      Examples:
        akin compact women.akin
        akin compact debian.akin --quiet
      """)

  @Argument(help: ArgumentHelp("The graph.", valueName: "graph.akin"))
  var graph: String

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func run() throws {
    let writer = try OverlayWriter(path: graph)
    let cancellation = Interruption.cancellation
    let folded = try writer.compact(execution: Execution(threads: 1, cancellation: cancellation))
    guard !quiet else { return }
    try Output.write(folded == nil ? "\(graph): nothing to fold\n" : "\(graph): compacted\n")
  }
}

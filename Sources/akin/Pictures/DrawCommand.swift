import AkinDiagrams
import AkinEngine
import AkinFormats
import AkinGraph
import AkinRanking
import ArgumentParser

struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw the neighbourhood of nodes, two lists side by side, or a map of a whole type.",
    discussion: """
      The picture shows what belongs with the nodes, and what leads there. Its format is that of the file's ending, or \
      --format. People are given pseudonyms but for those that are named.
      With --hops, --type or --relation the picture shows what lies around along any relations. With --methods it shows \
      the lists of two methods, with --with or --until-before those of two graphs or dates. With --map it shows the \
      largest nodes of a type, alike ones together.

      Examples:
        akin draw debian.akin git -o git.svg
        akin draw women.akin "Evelyn Jefferson" -o evelyn.png --limit 20
        akin draw debian.akin git --methods pixie,cosine -o lists.svg
        akin draw debian.akin --map --limit 120 -o map.html
      """)

  @OptionGroup var source: GraphOptions

  @Argument(help: ArgumentHelp("What stands in the middle: ids or labels.", valueName: "name"))
  var names: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture to write.", valueName: "file"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Nodes in the picture: from 3 to 150, to 500 with --map.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "\(NeighborhoodShape.allCases.map(\.rawValue).joined(separator: ", ")); by default chosen by size.",
      valueName: "shape"))
  var shape: NeighborhoodShape?

  @Option(
    help: ArgumentHelp(
      "Who places the nodes: \(DiagramLayout.allCases.filter { $0 != .flow }.map(\.rawValue).joined(separator: ", ")).",
      valueName: "layout"))
  var layout: DiagramLayout?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Show what lies this many edges around, from 1 to 6.", valueName: "n"))
  var hops: Int?

  @Option(
    name: .customLong("type"),
    help: ArgumentHelp("Show what lies around of this type; may be repeated.", valueName: "type"))
  var types: [String] = []

  @Option(
    name: .customLong("relation"),
    help: ArgumentHelp("Show what lies around along this relation; may be repeated.", valueName: "name"))
  var relations: [String] = []

  @Option(
    help: ArgumentHelp("The relation that connects what is related; the primary one by default.", valueName: "relation")
  )
  var along: String?

  @Option(help: ArgumentHelp("Only edges from this time on: a date such as 2010-05-01.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Only edges before this time.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp("Two methods whose lists are drawn side by side, such as pixie,cosine.", valueName: "names"))
  var methods: String?

  @Option(help: ArgumentHelp("Another graph whose list is drawn beside this one's.", valueName: "graph.akin"))
  var with: String?

  @Option(
    name: .customLong("until-before"),
    help: ArgumentHelp("Draw the list of before this time beside that of the whole.", valueName: "time"))
  var untilBefore: String?

  @Option(help: ArgumentHelp("The method of the lists; pixie by default.", valueName: "name"))
  var method: String?

  @Option(
    name: .customShort("k"), parsing: .unconditional,
    help: ArgumentHelp("Length of the lists of a comparison, 15 by default, up to 60.", valueName: "n"))
  var k: Int?

  @Flag(help: "Draw a map of the nodes with most edges, or of what is related to the names.")
  var map = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the random generator.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(name: .customLong("no-stubs"), help: "Do not say how many neighbours are left out.")
  var noStubs = false

  @Flag(
    name: .customLong("show-users"),
    help: "Call people by their names; by default they are 'user A', 'user B' in each picture anew.")
  var showUsers = false

  @OptionGroup var picture: PictureOptions

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  private var largest: Int { map ? 500 : 150 }
  private var isComparison: Bool { methods != nil || with != nil || untilBefore != nil }
  private var isAround: Bool { hops != nil || !types.isEmpty || !relations.isEmpty }

  func validate() throws {
    if let limit, !(3...largest).contains(limit) {
      throw ValidationError("--limit: found \(limit), expected a number from 3 to \(largest)")
    }
    if let hops, !(1...6).contains(hops) {
      throw ValidationError("--hops: found \(hops), expected a number from 1 to 6")
    }
    if let k, !(1...60).contains(k) { throw ValidationError("-k: found \(k), expected a number from 1 to 60") }
    if k != nil, !isComparison {
      throw ValidationError(
        "found -k, which is for lists side by side, expected --limit, or --methods, --with or --until-before")
    }
    if let method, methods != nil || !(isComparison || map && !names.isEmpty) {
      throw ValidationError(
        methods != nil
          ? "found --methods and --method \(method), expected one of them"
          : "found --method \(method), but a neighbourhood is what random walks pass; expected --methods \(method),pixie, or --map "
            + "and names")
    }
    guard layout != .flow else {
      throw ValidationError("--layout: flow is for reasons and lists alone, expected another layout")
    }
    guard map || !names.isEmpty else { throw ValidationError("found no name, expected at least one, or --map") }
    let modes = [isComparison, isAround, map].filter { $0 }.count
    guard modes <= 1 else {
      throw ValidationError("found --map, a comparison and --hops, --type or --relation together, expected one of them")
    }
    guard [methods, with, untilBefore].compactMap({ $0 }).count <= 1 else {
      throw ValidationError("found several of --methods, --with and --until-before, expected one")
    }
    _ = try picture.imageFormat(of: output)
  }

  func run() throws {
    try picture.check(output, inputs: [source.graph])
    DiagramRenderer.prepare()
    let whole = try source.open()
    let engine = try whole.within(since: time(since, "--since"), until: time(until, "--until"))
    try checkTimes(whole)
    let sources = try engine.nodes(named: names)
    if along == nil, !isAround, !quiet { Output.standardError(try engine.remarks(on: names, for: sources)) }
    let diagram: Diagram
    if isComparison {
      diagram = try comparison(engine, sources)
    } else if isAround {
      diagram = try surroundings(engine, sources)
    } else if map {
      diagram = try itemMap(engine, sources)
    } else {
      diagram = try neighborhood(engine, sources)
    }
    try picture.write(diagram, to: output, of: engine.snapshot, at: source.graph, quiet: quiet)
  }

  /// A window of a relation that has no times would leave all of it, and say that it does not.
  private func checkTimes(_ engine: Engine) throws {
    let schema = engine.snapshot.schema
    guard since != nil || until != nil || untilBefore != nil, !isAround else { return }
    let number = along.map { name in schema.relations.firstIndex { $0.name == name } } ?? schema.roles.primaryRelation
    guard let number, engine.snapshot.relations[number].forward.attributes.times == nil else { return }
    throw CommandFailure(
      message: "relation '\(schema.relations[number].name)' has no times, expected one that has for a time window")
  }

  private func time(_ text: String?, _ option: String) throws -> Int64? { try text.map { try instant($0, option) } }

  private var span: String {
    [since.map { "since \($0)" }, until.map { "before \($0)" }].compactMap { $0 }.map { ", " + $0 }.joined()
  }

  private func heading(_ engine: Engine, _ sources: [NodeID]) throws -> String {
    try picture.title ?? sources.map { try engine.snapshot.name(of: $0) }.joined(separator: " + ")
  }

  private func options(_ engine: Engine, _ sources: [NodeID]) throws -> NeighborhoodOptions {
    var options = NeighborhoodOptions()
    if let limit { options.limit = limit }
    guard Set(sources).count <= options.limit - 2 else {
      throw CommandFailure.usage(
        "--limit: found \(options.limit), expected at least \(Set(sources).count + 2) for \(Set(sources).count) sources"
      )
    }
    options.layout = layout
    options.shape = shape
    options.showsStubs = !noStubs
    options.privateType = showUsers ? nil : engine.privateType
    options.title = try heading(engine, sources)
    return options
  }

  private func question(_ engine: Engine, _ sources: [NodeID]) throws -> Question {
    do {
      let question = try engine.relatedQuestion(to: sources, along: along, seed: seed)
      if let remark = question.remark, !quiet { Output.standardError("note: \(remark)\n") }
      return question
    } catch let error as EngineError where along != nil {
      throw CommandFailure.usage("--along: \(error)")
    }
  }

  private func neighborhood(_ engine: Engine, _ sources: [NodeID]) throws -> Diagram {
    let question = try question(engine, sources)
    var options = try options(engine, sources)
    let relation = engine.snapshot.schema.relations[question.hop.relation].name
    options.caption = "related by '\(relation)'\(span), found by random walks, seed \(seed)"
    let diagram = try engine.neighborhood(of: question, limit: options.limit).diagram(options)
    let longest = Dictionary(grouping: diagram.nodes.compactMap(\.column), by: { $0 }).values.map(\.count).max() ?? 0
    if longest > NeighborhoodShape.longestColumn, !quiet {
      Output.standardError(
        "note: a column of \(longest) nodes makes a long strip; without --shape, springs place so many\n")
    }
    if diagram.edges.isEmpty, !quiet {
      let shown = try sources.map { try engine.snapshot.name(of: $0) }.joined(separator: ", ")
      Output.standardError("note: no edge leads from \(shown) to another node\n")
    }
    return diagram
  }

  private func surroundings(_ engine: Engine, _ sources: [NodeID]) throws -> Diagram {
    var options = try options(engine, sources)
    let hops = hops ?? 2
    options.caption = "what lies within \(hops) edges\(span), by how much of a walk passes there"
    do {
      return try engine.surroundings(
        of: sources, hops: hops, relations: relations.isEmpty ? nil : relations, types: types.isEmpty ? nil : types
      ).diagram(options)
    } catch let error as EngineError {
      switch error {
      case .unknownRelation: throw CommandFailure.usage("--relation: \(error)")
      case .unknownType: throw CommandFailure.usage("--type: \(error)")
      default: throw error
      }
    }
  }

  private func itemMap(_ engine: Engine, _ sources: [NodeID]) throws -> Diagram {
    let limit = limit ?? 150
    var nodes: [NodeID]?
    if !sources.isEmpty {
      let question = try question(engine, sources)
      let list = try engine.method(named: method ?? "pixie", for: question).rank(question.query, k: limit)
      nodes = sources.filter { $0.type == question.query.candidates.type } + list.items.map(\.node)
    }
    var map = try engine.itemMap(of: nodes, limit: limit, along: along)
    let type = engine.snapshot.schema.name(of: engine.snapshot.origin(of: map.hop))
    map.title =
      try picture.title
      ?? (sources.isEmpty ? "The \(map.nodes.count) \(type)s with most edges" : "Around " + heading(engine, sources))
    map.caption =
      "joined with those most alike by '\(engine.snapshot.schema.relations[map.hop.relation].name)'\(span); "
      + "colours are groups, called by their largest"
    return try map.diagram(
      naming: NodeNaming(engine.snapshot, privateType: showUsers ? nil : engine.privateType, known: sources))
  }

  private func list(_ engine: Engine, _ sources: [NodeID], _ method: String) throws -> [NodeID] {
    let question = try question(engine, sources)
    do {
      return try engine.method(named: method, for: question).rank(question.query, k: k ?? 15).items.map(\.node)
    } catch let error as EngineError {
      throw CommandFailure.usage("\(error)")
    }
  }

  private func comparison(_ engine: Engine, _ sources: [NodeID]) throws -> Diagram {
    let naming = NodeNaming(engine.snapshot, privateType: showUsers ? nil : engine.privateType, known: sources)
    let method = method ?? "pixie"
    var drawing: ListsDiagram
    let lists: ([NodeID], [NodeID])
    if let chosen = self.methods {
      let methods = chosen.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard methods.count == 2 else {
        throw CommandFailure.usage("--methods: found '\(chosen)', expected two methods such as pixie,cosine")
      }
      drawing = ListsDiagram(names: (methods[0], methods[1]), naming: naming)
      lists = (try list(engine, sources, methods[0]), try list(engine, sources, methods[1]))
    } else if let with {
      let other = Engine(try Snapshot.open(with), execution: source.execution)
      drawing = ListsDiagram(names: (source.graph, with), naming: naming)
      let found = try list(other, names.map { try other.node(named: $0) }, method)
      lists = (try list(engine, sources, method), try translated(found, from: other, to: engine))
    } else {
      let before = untilBefore ?? ""
      let earlier = try engine.within(since: nil, until: time(before, "--until-before"))
      drawing = ListsDiagram(names: ("before \(before)", "all"), naming: naming)
      lists = (try list(earlier, sources, method), try list(engine, sources, method))
    }
    drawing.title = try picture.title ?? "What goes with \(heading(engine, sources))"
    return try drawing.diagram(lists.0, lists.1)
  }

  /// The same nodes by external id; those that this graph does not have are left out, which a note says.
  private func translated(_ nodes: [NodeID], from other: Engine, to engine: Engine) throws -> [NodeID] {
    var missing: [String] = []
    let found = try nodes.compactMap { node -> NodeID? in
      let id = try other.snapshot.table(of: node.type).ids.string(at: Int(node.index))
      let name = other.snapshot.schema.name(of: node.type)
      guard let type = engine.snapshot.schema.nodeType(named: name),
        let index = try engine.snapshot.table(of: type).index(ofID: id)
      else {
        missing.append(id)
        return nil
      }
      return NodeID(type: type, index: index)
    }
    if !missing.isEmpty, !quiet {
      Output.standardError("note: not in \(source.graph) and so not drawn: \(missing.joined(separator: ", "))\n")
    }
    return found
  }
}

import AkinEngine
import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking
import AkinWalks
import ArgumentParser

struct NeighborhoodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "neighborhoods",
    abstract: "List the nodes that short walks visit most, with weights: PinSage's neighbourhoods.",
    discussion: """
      A weight is the share of the visits of a row, so a row sums to 1. With --all the rows of all nodes go to the file of \
      -o: .csv, or .npz, which scipy.sparse.load_npz reads, with the ids beside it. An interrupted job goes on when the \
      command is given again, and the file is the same on any number of threads.

      Examples:
        akin neighborhoods women.akin E1 -k 5
        akin neighborhoods debian.akin --all -k 10 -o rows.npz
      """)

  @OptionGroup var source: GraphOptions

  @Argument(help: ArgumentHelp("Nodes to list the neighbours of: ids or labels.", valueName: "name"))
  var names: [String] = []

  @Flag(help: "The rows of all nodes, into the file of -o.")
  var all = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Where --all writes.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Node type; what is recommended by default.", valueName: "type"))
  var type: String?

  @Option(
    name: .customShort("k"), parsing: .unconditional,
    help: ArgumentHelp("Length of a list: neighbours of a node at most.", valueName: "n"))
  var k = NeighborhoodOptions().size

  @Option(parsing: .unconditional, help: ArgumentHelp("Walks from each node.", valueName: "n"))
  var walks = NeighborhoodOptions().walks

  @Option(
    name: .customLong("max-length"), parsing: .unconditional,
    help: ArgumentHelp("Steps of a walk at most, each there and back.", valueName: "n"))
  var maxLength = NeighborhoodOptions().length

  @Option(parsing: .unconditional, help: ArgumentHelp("Probability that a walk ends after a step.", valueName: "p"))
  var restart = NeighborhoodOptions().restart

  @OptionGroup var step: StepOptions

  @Option(
    name: .customLong("hard-negatives"), parsing: .unconditional,
    help: ArgumentHelp(
      "Instead of neighbours, so many nodes drawn from the ranks of --ranks: alike, yet not neighbours.", valueName: "n"
    ))
  var hardNegatives: Int?

  @Option(help: ArgumentHelp("Ranks that hard negatives are drawn from; the best is 0.", valueName: "from..<to"))
  var ranks = "2000..<5000"

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the random generator.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var form: TableOptions

  func validate() throws {
    guard all == names.isEmpty else {
      throw ValidationError(
        all ? "found --all and names, expected one of them" : "found no name, expected at least one, or --all")
    }
    guard !all || !(form.json || form.csv) else {
      throw ValidationError("found --all and --json or --csv, expected the form by the name of -o alone")
    }
    guard all == (output != nil) else {
      throw ValidationError(all ? "--all: found no -o, expected a file to write" : "found -o without --all")
    }
    for (name, value, most) in [
      ("-k", k, 1_000_000), ("--walks", walks, 1_000_000), ("--max-length", maxLength, 1000),
      ("--hard-negatives", hardNegatives ?? 1, 1_000_000),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name): found \(value), expected a number from 1 to \(most)")
    }
    guard walks * maxLength <= 1 << 24 else {
      throw ValidationError("found \(walks) walks of \(maxLength) steps, expected at most 16777216 steps a node")
    }
    guard (0...1).contains(restart) else {
      throw ValidationError("--restart: found \(restart), expected a number from 0 to 1")
    }
    _ = try window()
    if let output, fileForm(output) == nil {
      throw ValidationError("-o: found '\(output)', expected a name in .csv or .npz")
    }
  }

  private enum FileForm: String { case csv, npz }

  private func fileForm(_ path: String) -> FileForm? {
    path.hasSuffix(".csv") ? .csv : path.hasSuffix(".npz") ? .npz : nil
  }

  private func window() throws -> Range<Int> {
    let parts = ranks.split(separator: "..<", omittingEmptySubsequences: false)
    guard parts.count == 2, let from = Int(parts[0]), let to = Int(parts[1]), from >= 0, from < to, to <= 1 << 30 else {
      throw ValidationError("--ranks: found '\(ranks)', expected from..<to such as 2000..<5000")
    }
    return from..<to
  }

  func run() throws {
    var engine = try source.open()
    let path = try path(engine)
    let nodes = try engine.nodes(named: names, types: [path.states[0].type])
    if all {
      let relations = Set(path.states.flatMap(\.ways).map(\.hop.relation)).sorted()
      let nodes = Double(engine.snapshot.table(of: path.states[0].type).count)
      // A walk has a step at least; hard negatives are sought by walks of many more.
      let hops = hardNegatives == nil ? nodes * Double(walks * path.states.count) : .infinity
      let snapshot = try source.resident(
        engine.snapshot, relations: relations, hops: step.isUniform ? hops : 0)
      engine = Engine(snapshot, execution: source.execution)
    }
    let job = try job(engine, path)
    if all { return try write(job) }
    let report = try NeighborhoodReport(
      graph: source.graph, job: job, seed: seed, isHardNegatives: hardNegatives != nil, nodes: nodes)
    if !form.quiet {
      for row in report.rows where row.neighbors.isEmpty {
        Output.standardError("note: '\(row.source.label ?? row.source.id)' has no row: \(reason)\n")
      }
    }
    try Output.write(form.json ? Output.json(report) : form.text(report.table()))
  }

  private var reason: String {
    hardNegatives == nil
      ? "no walk from it comes to another node" : "fewer nodes are reached from it than --ranks \(ranks) starts at"
  }

  private func path(_ engine: Engine) throws -> WalkPath {
    let schema = engine.snapshot.schema
    if var cycle = try step.cycle(in: schema) {
      // One relation between two types is followed there and back, as that of 'akin related'.
      if cycle.states.count == 2, cycle.states[1].ways.isEmpty {
        cycle = try .alternating(cycle.states[0].ways[0].hop, in: schema)
      }
      guard type == nil || type == schema.name(of: cycle.states[0].type) else {
        throw CommandFailure.usage("--type: found '\(type ?? "")', expected the type that --along starts from, or none")
      }
      guard cycle.states.allSatisfy({ !$0.ways.isEmpty }) else {
        throw CommandFailure.usage("--along: found relations that do not lead back to where they start")
      }
      return cycle
    }
    var start = engine.recommendedType
    if let type {
      guard let number = schema.nodeTypes.firstIndex(where: { $0.name == type }) else {
        throw CommandFailure.usage(
          "--type: found '\(type)', expected \(schema.nodeTypes.map { "'\($0.name)'" }.joined(separator: " or "))")
      }
      start = NodeTypeID(rawValue: UInt16(number))
    }
    do {
      return try .alternating(try engine.hop(along: nil, from: start), in: schema)
    } catch let error as EngineError {
      throw CommandFailure.usage("--type: \(error)")
    }
  }

  private func job(_ engine: Engine, _ path: WalkPath) throws -> NeighborhoodJob {
    if let hardNegatives {
      guard step.along == nil, !step.weighted, step.halfLife == nil, step.hubExponent == 0 else {
        throw CommandFailure.usage("found --hard-negatives with options of steps, expected --prefer alone")
      }
      let pixie = Pixie(
        engine.snapshot, hop: path.states[0].ways[0].hop, biases: try step.biases(along: path, in: engine.snapshot))
      return NeighborhoodJob(
        .hardNegatives(by: pixie, ranks: try window(), count: hardNegatives, seed: seed), execution: source.execution)
    }
    var options = NeighborhoodOptions()
    options.size = k
    options.walks = walks
    options.length = maxLength
    options.restart = restart
    options.weighting = try step.weighting(in: engine.snapshot, of: source.graph)
    options.seed = seed
    let neighborhoods = try Neighborhoods(
      engine.snapshot, along: path, options: options, biases: try step.biases(along: path, in: engine.snapshot),
      execution: source.execution)
    return NeighborhoodJob(.neighbors(neighborhoods), execution: source.execution)
  }

  /// Everything that the output depends on.
  private func header(_ job: NeighborhoodJob, _ form: FileForm) -> JobFile.Header {
    JobFile.Header(job: [
      "kind": hardNegatives == nil ? "neighborhoods" : "hard negatives",
      "graph": hex(job.snapshot.fingerprint), "form": form.rawValue,
      "type": job.snapshot.schema.name(of: job.type),
      "size": "\(k)", "walks": "\(walks)", "length": "\(maxLength)", "restart": "\(restart)", "seed": "\(seed)",
      "along": step.along ?? "", "weighted": "\(step.weighted)", "half-life": "\(step.halfLife ?? 0)",
      "hub-exponent": "\(step.hubExponent)", "prefer": step.prefer ?? "", "others": "\(step.others)",
      "hard-negatives": "\(hardNegatives ?? 0)", "ranks": ranks,
    ])
  }

  private func write(_ job: NeighborhoodJob) throws {
    guard let output, let fileForm = fileForm(output) else { return }
    try AtomicFile.check(output, inputs: [source.graph])
    let file = try JobFile(path: output, header: header(job, fileForm))
    if !form.quiet, file.done > 0 { Output.standardError("\(output): going on after \(grouped(file.done)) rows\n") }
    let second = hardNegatives == nil ? "neighbor" : "negative"
    if fileForm == .csv, file.isEmpty { try file.append("source,\(second),weight\n", pieces: 0) }
    let steps = JobSteps(unit: "rows", first: 1024, bounds: 64...1 << 20, isQuiet: form.quiet)
    try steps.run(file, count: job.count) { nodes in
      let rows = try job.rows(of: nodes)
      return [fileForm == .npz ? rows.bytes : Array(try text(rows, first: nodes.lowerBound, job).utf8)]
    }
    if fileForm == .npz { try writeArchive(job, file, to: output) } else { try file.finish() }
    if !form.quiet { Output.standardError("wrote \(output): \(counted(job.count, "row"))\n") }
  }

  private func text(_ rows: NeighborRows, first: Int, _ job: NeighborhoodJob) throws -> String {
    let ids = job.snapshot.table(of: job.type).ids
    var text = ""
    for row in 0..<rows.count {
      let source = Table.csvCell(try ids.string(at: first + row))
      for entry in Int(rows.offsets[row])..<Int(rows.offsets[row + 1]) {
        text += "\(source),\(Table.csvCell(try ids.string(at: Int(rows.neighbors[entry])))),\(rows.weights[entry])\n"
      }
    }
    return text
  }

  private func writeArchive(_ job: NeighborhoodJob, _ file: JobFile, to path: String) throws {
    guard let rows = NeighborRows(bytes: try file.contents()), rows.count == job.count else {
      throw CommandFailure(message: "\(path).part: not as it was written; delete it and its .json to begin anew")
    }
    try GraphExport.writeIDs(
      ofType: Int(job.type.rawValue), in: job.snapshot, to: "\(path).nodes.tsv",
      cancellation: source.execution.cancellation)
    try SparseRowsExport.write(
      to: path, rows: job.count, columns: job.count, entries: rows.neighbors.count, offset: { rows.offsets[$0] },
      index: { rows.neighbors[$0] }, value: { rows.weights[$0] }, cancellation: source.execution.cancellation)
    file.discard()
  }
}

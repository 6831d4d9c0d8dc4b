import AkinEngine
import AkinGraph
import AkinWalks
import ArgumentParser

struct WalksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walks",
    abstract: "Write random walks to a file, for models that are trained elsewhere.",
    discussion: """
      Walks start at every node that has an edge and follow every relation in both directions, or the relations of \
      --along in their order. A line is a walk: ids with a space between, with their type where there are several; a \
      space, a control character and a percent sign inside an id are written as %20 and the like. --binary writes \
      32-bit numbers instead, as docs/walk-corpus.md describes. The file is the same on any number of threads.

      Examples:
        akin walks women.akin --length 80 --per-node 10 -o walks.txt
        akin walks debian.akin --along depends,^depends --return 4 --in-out 0.5 --binary -o walks.bin
      """)

  @OptionGroup var source: GraphOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write.", valueName: "file"))
  var output: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Nodes in a walk.", valueName: "n"))
  var length = RandomWalkOptions().length

  @Option(
    name: .customLong("per-node"), parsing: .unconditional, help: ArgumentHelp("Walks from each node.", valueName: "n"))
  var walksPerNode = RandomWalkOptions().walksPerNode

  @Option(
    help: ArgumentHelp(
      "Relations to follow in this order, again and again, with commas between; ^name follows one from target to source.",
      valueName: "relations"))
  var along: String?

  @Flag(help: "Draw edges by their weight.")
  var weighted = false

  @Option(
    name: .customLong("half-life"), parsing: .unconditional,
    help: ArgumentHelp("Days in which the worth of an edge halves.", valueName: "days"))
  var halfLife: Double?

  @Option(
    name: .customLong("hub-exponent"), parsing: .unconditional,
    help: ArgumentHelp("Go to a node with a probability in proportion to degree^-e.", valueName: "e"))
  var hubExponent = 0.0

  @Option(
    name: .customLong("return"), parsing: .unconditional,
    help: ArgumentHelp("node2vec's p: above 1 walks seldom go straight back.", valueName: "p"))
  var returnParameter = RandomWalkOptions().returnParameter

  @Option(
    name: .customLong("in-out"), parsing: .unconditional,
    help: ArgumentHelp("node2vec's q: above 1 walks stay near, below 1 they go outward.", valueName: "q"))
  var inOutParameter = RandomWalkOptions().inOutParameter

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the random generator.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(help: "Write 32-bit numbers instead of ids.")
  var binary = false

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard (2...1_000_000).contains(length) else {
      throw ValidationError("--length: found \(length), expected a number from 2 to 1000000")
    }
    guard (1...1_000_000).contains(walksPerNode) else {
      throw ValidationError("--per-node: found \(walksPerNode), expected a number from 1 to 1000000")
    }
    for (name, value) in [("--return", returnParameter), ("--in-out", inOutParameter), ("--half-life", halfLife ?? 1)]
    where !(value > 0 && value.isFinite) {
      throw ValidationError("\(name): found \(value), expected a number above 0")
    }
    guard hubExponent >= 0, hubExponent <= 10 else {
      throw ValidationError("--hub-exponent: found \(hubExponent), expected a number from 0 to 10")
    }
  }

  func run() throws {
    let snapshot = try source.open().snapshot
    try AtomicFile.check(output, inputs: [source.graph])
    var options = RandomWalkOptions()
    options.length = length
    options.walksPerNode = walksPerNode
    options.returnParameter = returnParameter
    options.inOutParameter = inOutParameter
    options.weighting = EdgeWeighting(usesWeights: weighted, halfLife: halfLife.map { $0 * 86_400 })
    options.seed = seed
    try check(options.weighting, snapshot)
    let path = try path(snapshot.schema)
    let walks = try RandomWalks(
      snapshot, along: path, options: options, biases: try biases(along: path, snapshot), execution: source.execution)
    let progress = Progress("walks", isQuiet: quiet)
    try WalkCorpus(walks, form: binary ? .binary : .text).write(to: output) { written in
      progress.report(Double(written) / Double(max(1, walks.walkCount)))
    }
    progress.finish()
    if !quiet { Output.standardError("wrote \(output): \(grouped(walks.walkCount)) walks\n") }
  }

  /// What edges are to be drawn by must be there.
  private func check(_ weighting: EdgeWeighting, _ snapshot: Snapshot) throws {
    let edges = snapshot.relations.map(\.forward.attributes)
    if weighting.usesWeights, !edges.contains(where: { $0.weights != nil }) {
      throw CommandFailure.usage(
        "--weighted: found no edge with a weight in \(source.graph), expected a relation with weights")
    }
    if weighting.halfLife != nil, !edges.contains(where: { $0.times != nil }) {
      throw CommandFailure.usage(
        "--half-life: found no edge with a time in \(source.graph), expected a relation with times")
    }
  }

  private func path(_ schema: Schema) throws -> WalkPath {
    guard let along else { return try .anywhere(in: schema) }
    var hops: [Hop] = []
    for part in along.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.hasPrefix("^") ? part.dropFirst() : part
      guard let relation = schema.relations.firstIndex(where: { $0.name == name }) else {
        throw CommandFailure.usage(
          "--along: found '\(name)', expected \(schema.relations.map { "'\($0.name)'" }.joined(separator: " or "))")
      }
      hops.append(Hop(relation: relation, direction: part.hasPrefix("^") ? .reverse : .forward))
    }
    do {
      return try .cycle(hops, in: schema)
    } catch {
      throw CommandFailure.usage("--along: \(error)")
    }
  }

  /// One bias for each node type, by its degree in the first hop of the path that leads to it.
  private func biases(along path: WalkPath, _ snapshot: Snapshot) throws -> [NodeBias] {
    guard hubExponent > 0 else { return [] }
    var hops: [Hop] = []
    for way in path.states.flatMap(\.ways)
    where !hops.contains(where: { snapshot.destination(of: $0) == snapshot.destination(of: way.hop) }) {
      hops.append(way.hop)
    }
    return try hops.map { try NodeBias(against: hubExponent, degreesIn: $0, of: snapshot) }
  }
}

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
        akin walks women.akin --length 80 --walks 10 -o walks.txt
        akin walks debian.akin --along depends,^depends --return 4 --in-out 0.5 --binary -o walks.bin
      """)

  @OptionGroup var source: GraphOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write.", valueName: "file"))
  var output: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Nodes in a walk.", valueName: "n"))
  var length = RandomWalkOptions().length

  @Option(
    name: .customLong("walks"), parsing: .unconditional, help: ArgumentHelp("Walks from each node.", valueName: "n"))
  var walksPerNode = RandomWalkOptions().walksPerNode

  @OptionGroup var step: StepOptions

  @Option(
    name: .customLong("relation-weight"),
    help: ArgumentHelp(
      "How often a relation is chosen against the others, which count 1; 0 leaves it out. Without --along; may be repeated.",
      valueName: "relation=weight"))
  var probabilities: [String] = []

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

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func validate() throws {
    guard (2...1_000_000).contains(length) else {
      throw ValidationError("--length: found \(length), expected a number from 2 to 1000000")
    }
    guard (1...1_000_000).contains(walksPerNode) else {
      throw ValidationError("--walks: found \(walksPerNode), expected a number from 1 to 1000000")
    }
    for (name, value) in [("--return", returnParameter), ("--in-out", inOutParameter)]
    where !(value > 0 && value.isFinite) {
      throw ValidationError("\(name): found \(value), expected a number above 0")
    }
    guard probabilities.isEmpty || step.along == nil else {
      throw ValidationError("found --relation-weight and --along, expected one of them")
    }
  }

  func run() throws {
    var snapshot = try source.open().snapshot
    try AtomicFile.check(output, inputs: [source.graph])
    var options = RandomWalkOptions()
    options.length = length
    options.walksPerNode = walksPerNode
    options.returnParameter = returnParameter
    options.inOutParameter = inOutParameter
    options.weighting = try step.weighting(in: snapshot, of: source.graph)
    options.seed = seed
    let path = try step.cycle(in: snapshot.schema) ?? anywhere(in: snapshot.schema)
    let nodes = Set(path.states.map(\.type)).reduce(0) { $0 + snapshot.table(of: $1).count }
    let isUniform = step.isUniform && returnParameter == 1 && inOutParameter == 1
    snapshot = try source.resident(
      snapshot, relations: Set(path.states.flatMap(\.ways).map(\.hop.relation)).sorted(),
      hops: isUniform ? Double(nodes) * Double(walksPerNode) * Double(length) : 0)
    let walks = try RandomWalks(
      snapshot, along: path, options: options, biases: try step.biases(along: path, in: snapshot),
      execution: source.execution)
    let progress = Progress("walks", isQuiet: quiet)
    try WalkCorpus(walks, form: binary ? .binary : .text).write(to: output) { written in
      progress.report(Double(written) / Double(max(1, walks.walkCount)))
    }
    progress.finish()
    if !quiet { Output.standardError("wrote \(output): \(counted(walks.walkCount, "walk"))\n") }
  }

  private func anywhere(in schema: Schema) throws -> WalkPath {
    var chosen: [Int: Double] = [:]
    for text in probabilities {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let probability = Double(parts[1]), probability >= 0, probability.isFinite else {
        throw CommandFailure.usage(
          "--relation-weight: found '\(text)', expected relation=weight, a number of at least 0")
      }
      chosen[try StepOptions.relation(parts[0], in: schema, option: "--relation-weight")] = probability
    }
    guard schema.relations.indices.contains(where: { chosen[$0] != 0 }) else {
      throw CommandFailure.usage("--relation-weight: found 0 for every relation, expected one above 0")
    }
    return try .anywhere(in: schema, probabilities: chosen)
  }
}

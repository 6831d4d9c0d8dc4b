import AkinEngine
import AkinFormats
import AkinGraph
import AkinLinearAlgebra
import AkinParallel
public import ArgumentParser

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a graph for other programs.",
    discussion: """
      The format follows from the name of the file, or --format: csv, tsv, jsonl, lists (LightGCN's), mtx (Matrix Market), npz \
      (scipy.sparse.load_npz) for the edges of one relation; graphml, dot, sqlite for all of them; schema for a folder of CSV \
      files with a schema.yaml. Of graphml and sqlite 'akin import' makes the same graph again, of schema one that merges \
      repeated edges by its own rules from then on; the others \
      do not keep all, and it is said what. Formats that know only numbers get files with \
      the ids beside them.

      With --model, what a trained model learned of the nodes of a type: vectors whose dot product is the model's score, as \
      .npy or .fvecs with the ids in a file beside them, .csv, .tsv or .vec (word2vec).

      Examples:
        akin export debian.akin -o depends.csv
        akin export women.akin -o women.graphml
        akin train women.akin --method als --set size=8 -o women.als
        akin export women.akin --model women.als -o events.npy
      """)

  @Argument(help: ArgumentHelp("The graph.", valueName: "graph.akin"))
  var graph: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("Format, by the file's name by default.", valueName: "format"))
  var format: ExportFormat?

  @Option(
    help: ArgumentHelp("Relation to write; the primary one, or all where the format holds several.", valueName: "name"))
  var relation: String?

  @Option(
    help: ArgumentHelp(
      "A file that 'akin train' wrote, of factors or embeddings such as those of als: write its vectors.",
      valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Node type whose vectors to write: what is recommended, the default, or who asks.", valueName: "type"))
  var type: String?

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func validate() throws {
    guard model == nil else {
      guard format == nil, relation == nil else {
        throw ValidationError("found --model with --format or --relation, expected the model alone")
      }
      guard VectorFormat.suggested(by: output) != nil else {
        throw ValidationError("--output: found '\(output)', expected a name in .npy, .fvecs, .csv, .tsv or .vec")
      }
      return
    }
    guard type == nil else { throw ValidationError("found --type without --model, expected both or neither") }
    guard format != nil || ExportFormat.suggested(by: output) != nil else {
      throw ValidationError(
        "--output: found '\(output)', whose name tells no format, expected --format "
          + ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  func run() throws {
    if let model { return try exportVectors(model) }
    if (format ?? ExportFormat.suggested(by: output)) != .schema { try AtomicFile.check(output, inputs: [graph]) }
    let snapshot = try Snapshot.open(graph)
    let names = snapshot.schema.relations.map(\.name)
    let number = try relation.map { name in
      guard let number = names.firstIndex(of: name) else {
        throw CommandFailure.usage("--relation: found '\(name)', expected one of \(names.joined(separator: ", "))")
      }
      return number
    }
    let export = GraphExport(snapshot, cancellation: Interruption.cancellation)
    let chosen = format ?? ExportFormat.suggested(by: output)!
    let paths = try export.write(chosen, relation: number, to: output)
    guard !quiet else { return }
    for path in paths { try Output.write("wrote \(path)\n") }
    let losses = try export.losses(chosen, relation: number)
    if !losses.isEmpty {
      Output.standardError(
        "note: not kept by \(chosen.rawValue): \(losses.joined(separator: ", "))"
          + (chosen.isWhole ? "\n" : "; graphml, sqlite and schema keep the whole graph\n"))
    }
  }

  private func exportVectors(_ model: String) throws {
    let format = VectorFormat.suggested(by: output)!
    let ids = format.hasIDs ? nil : VectorFile.idsPath(beside: output)
    for path in [output] + (ids.map { [$0] } ?? []) { try AtomicFile.check(path, inputs: [graph, model]) }
    let cancellation = Interruption.cancellation
    let engine = Engine(
      try Snapshot.open(graph), execution: Execution(threads: 1, cancellation: cancellation))
    let known = engine.snapshot.schema.nodeTypes.map(\.name)
    let chosen = try type.map { name in
      guard let type = engine.snapshot.schema.nodeType(named: name) else {
        throw CommandFailure.usage("--type: found '\(name)', expected one of \(known.joined(separator: ", "))")
      }
      return type
    }
    let vectors = try engine.embeddings(model: model, of: chosen)
    try vectors.write(to: output, format: format, cancellation: cancellation)
    if let ids { try vectors.writeIDs(to: ids, cancellation: cancellation) }
    guard !quiet else { return }
    let size = "\(counted(vectors.vectors.rowCount, "vector")) of \(vectors.vectors.columnCount)"
    try Output.write("wrote \(output): \(size)\n" + (ids.map { "wrote \($0)\n" } ?? ""))
  }
}

extension ExportFormat: ExpressibleByArgument {}

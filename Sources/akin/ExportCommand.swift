import AkinFormats
import AkinGraph
public import ArgumentParser

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a graph for other programs.",
    discussion: """
      The format follows from the name of the file, or --format: csv, tsv, jsonl, lists (LightGCN's), mtx (Matrix Market), npz \
      (scipy.sparse.load_npz) for the edges of one relation; graphml, dot, sqlite for all of them; schema for a folder of CSV \
      files with the schema.yaml that 'akin import' makes the same graph of. Formats that know only numbers get files with \
      the ids beside them.

      Examples:
        akin export debian.akin -o depends.csv
        akin export women.akin -o women.graphml
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

  @Flag(help: "Print nothing.")
  var quiet = false

  func validate() throws {
    guard format != nil || ExportFormat.suggested(by: output) != nil else {
      throw ValidationError(
        "--output: found '\(output)', whose name tells no format, expected --format "
          + ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  func run() throws {
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
    let paths = try export.write(format ?? ExportFormat.suggested(by: output)!, relation: number, to: output)
    if !quiet { for path in paths { try Output.write("wrote \(path)\n") } }
  }
}

extension ExportFormat: ExpressibleByArgument {}

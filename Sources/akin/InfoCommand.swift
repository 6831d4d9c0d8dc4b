import AkinDiagrams
import AkinGraph
import ArgumentParser

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Describe a graph: counts, degrees, density, components, times, sections.",
    discussion: """
      Examples:
        akin info debian.akin
        akin info women.akin --json
        akin info women.akin -o schema.svg
      """)

  @OptionGroup var source: GraphOptions

  @OptionGroup var form: ReportOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A picture of the node types and relations to write.", valueName: "file"))
  var output: String?

  @OptionGroup var picture: PictureOptions

  func validate() throws {
    if let output { _ = try picture.imageFormat(of: output) }
  }

  func run() throws {
    if let output { try AtomicFile.check(output, inputs: [source.graph]) }
    let snapshot = try Snapshot.open(source.graph)
    let report = try InfoReport(
      path: source.graph, snapshot: snapshot, statistics: try snapshot.statistics(execution: source.execution))
    try Output.write(form.json ? Output.json(report) : report.text())
    guard let output else { return }
    let diagram = try snapshot.schema.diagram(
      title: picture.title ?? source.graph, caption: "node types and relations")
    try picture.write(diagram, to: output, of: snapshot, at: source.graph, quiet: form.quiet, isAside: true)
  }
}

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
        akin info women.akin --draw schema.svg
      """)

  @OptionGroup var source: GraphOptions

  @OptionGroup var form: ReportOptions

  @Option(help: ArgumentHelp("Also write a picture of the node types and relations.", valueName: "file"))
  var draw: String?

  @OptionGroup var picture: PictureOptions

  func validate() throws {
    if let draw { _ = try picture.imageFormat(of: draw) }
  }

  func run() throws {
    if let draw { try AtomicFile.check(draw, inputs: [source.graph]) }
    let snapshot = try Snapshot.open(source.graph)
    let report = try InfoReport(
      path: source.graph, snapshot: snapshot, statistics: try snapshot.statistics(execution: source.execution))
    try Output.write(form.json ? Output.json(report) : report.text())
    guard let draw else { return }
    let diagram = try snapshot.schema.diagram(
      title: picture.title ?? source.graph, caption: "node types and relations")
    try picture.write(diagram, to: draw, of: snapshot, at: source.graph, quiet: form.quiet, isAside: true)
  }
}

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
      """)

  @OptionGroup var source: GraphOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let snapshot = try Snapshot.open(source.graph)
    let report = try InfoReport(
      path: source.graph, snapshot: snapshot, statistics: try snapshot.statistics(execution: source.execution))
    try Output.write(json ? Output.json(report) : report.text())
  }
}

import AkinDiagrams
import AkinEngine
import AkinGraph
import AkinRanking
public import ArgumentParser

struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw the neighbourhood of one or several nodes.",
    discussion: """
      The picture shows what belongs with the nodes, and what leads there. Its format is that of the file's ending, or \
      --format: svg, png, pdf, dot.

      Examples:
        akin draw debian.akin git -o git.svg
        akin draw women.akin "Evelyn Jefferson" -o evelyn.png --limit 20
      """)

  @OptionGroup var source: GraphOptions

  @Argument(help: ArgumentHelp("What stands in the middle: ids or labels.", valueName: "name"))
  var names: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("svg, png, pdf or dot; by default from the file's ending.", valueName: "format"))
  var format: String?

  @Option(help: ArgumentHelp("Nodes in the picture, from 3 to 150.", valueName: "n"))
  var limit = NeighborhoodOptions().limit

  @Option(
    help: ArgumentHelp(
      "Who places the nodes: \(DiagramLayout.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "layout"))
  var layout: DiagramLayout?

  @Option(help: ArgumentHelp("Dots per inch of a PNG, from 24 to 600.", valueName: "n"))
  var dpi = 192

  @Option(help: ArgumentHelp("Heading of the picture.", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Seed of the random generator.", valueName: "n"))
  var seed: UInt64 = 0

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard (3...150).contains(limit) else {
      throw ValidationError("--limit: found \(limit), expected a number from 3 to 150")
    }
    guard (24...600).contains(dpi) else {
      throw ValidationError("--dpi: found \(dpi), expected a number from 24 to 600")
    }
    _ = try imageFormat()
  }

  func run() throws {
    try AtomicFile.check(output)
    let engine = try source.open()
    let sources = try names.map { try engine.node(named: $0) }
    let question = try engine.relatedQuestion(to: sources, seed: seed)
    if let remark = question.remark, !quiet { Output.standardError("note: \(remark)\n") }
    let neighborhood = try engine.neighborhood(of: question, limit: limit)
    var options = NeighborhoodOptions()
    options.limit = limit
    options.layout = layout
    let shown = try sources.map { try engine.snapshot.name(of: $0) }
    options.title = title ?? shown.joined(separator: " + ")
    let relation = engine.snapshot.schema.relations[question.hop.relation].name
    options.caption = "related by '\(relation)', found by random walks, seed \(seed)"
    let diagram = try neighborhood.diagram(options)
    if diagram.edges.isEmpty, !quiet {
      Output.standardError("note: no edge leads from \(shown.joined(separator: ", ")) to another node\n")
    }
    let bytes = try GraphvizRenderer.render(diagram, as: imageFormat(), resolution: dpi)
    try AtomicFile.write(bytes, to: output, cancellation: Interruption.cancellation)
    if !quiet { try Output.write("wrote \(output): \(diagram.nodes.count) nodes, \(diagram.edges.count) edges\n") }
  }

  private func imageFormat() throws -> ImageFormat {
    do {
      if let format { return try ImageFormat(fileExtension: format) }
      guard let dot = output.lastIndex(of: "."), !output[dot...].contains("/") else {
        throw CommandFailure.usage("\(output): found no file ending, expected .svg, .png, .pdf or .dot, or --format")
      }
      return try ImageFormat(fileExtension: String(output[output.index(after: dot)...]))
    } catch let error as DiagramError {
      throw CommandFailure.usage("\(error)")
    }
  }
}

extension DiagramLayout: ExpressibleByArgument {}

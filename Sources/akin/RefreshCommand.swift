import AkinEngine
import AkinGraph
import ArgumentParser

struct RefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh",
    abstract: "Bring stored similarities up to date with what was appended to their graph.",
    discussion: """
      FILE is what 'akin train' wrote for a method that compares nodes, such as cosine. Only the rows that the changes can \
      reach are computed; the file is then what a new training with its parameters would write. Where the graph has been \
      compacted since, or nodes were taken out of it, all rows are computed.

      Examples:
        akin train women.akin --method cosine -o women.cosine
        akin append women.akin graphs/southern-women/attendance.csv --source woman --target event
        akin refresh women.akin women.cosine
      """)

  @OptionGroup var source: GraphOptions

  @Argument(help: ArgumentHelp("What 'akin train' wrote.", valueName: "file"))
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write it, the file itself by default.", valueName: "file"))
  var output: String?

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func run() throws {
    let engine = try source.open()
    let output = output ?? model
    try AtomicFile.check(output, inputs: [source.graph], content: .model)
    let file = try ModelFile.open(model)
    let before = try Snapshot.earlier(source.graph, fingerprint: file.provenance.graph, execution: source.execution)
    let report = try engine.refresh(model: model, before: before, run: TrainingRun(output: output))
    guard !quiet else { return }
    for remark in report.remarks { Output.standardError("note: \(remark)\n") }
    Output.standardError("wrote \(output)\n")
  }
}

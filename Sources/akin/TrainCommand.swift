import AkinEngine
import AkinGraph
import AkinParallel
import ArgumentParser
import CAkinKernels
import Glibc

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a method once, for many questions.",
    discussion: """
      What the method learnt goes into a file that 'akin related' and 'akin recommend' take with --model. The file belongs \
      to the graph that it was made from, and answers for what the graph recommends and for those who ask.

      Examples:
        \(Self.examples)
      """)

  /// Methods that can be trained, or the word for none.
  private static var trained: [MethodDefinition] { MethodRegistry.all.filter { $0.training != nil } }
  private static var examples: String {
    let name = trained.first?.name ?? "name"
    return """
      akin train women.akin --method \(name) -o women.model
        akin related women.akin E9 --model women.model
      """
  }

  @OptionGroup var source: GraphOptions

  @Option(
    help: ArgumentHelp(
      "The method: \(Self.trained.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")).", valueName: "name"))
  var method: String?

  @Option(help: ArgumentHelp("Parameters from a file that 'akin tune' wrote.", valueName: "file"))
  var params: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A parameter of the method, as 'akin methods NAME' lists them; may be repeated.", valueName: "name=value"))
  var settings: [String] = []

  @Option(
    help: ArgumentHelp("The relation to learn from; the primary relation by default.", valueName: "relation"))
  var along: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write what was learnt.", valueName: "file"))
  var output: String

  @Flag(help: "Go on from where an interrupted training to the same file stopped.")
  var resume = false

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func run() throws {
    // Matrices are few and large, and what one thread let go of another can use.
    if MethodRegistry.propagation.contains(where: { $0.name == method }) { akin_share_heap() }
    let engine = try source.open()
    try AtomicFile.check(output, inputs: [source.graph], content: .model)
    let file = try params.map { try ParameterFile.read($0) }
    guard let name = method ?? file?.method else {
      throw CommandFailure.usage(
        "found neither --method nor --params, expected a method: \(Self.trained.map(\.name).joined(separator: ", "))")
    }
    try file?.check(method: method, path: params ?? "")
    let parameters = try (file?.texts ?? [:]).merging(Settings.parsed(settings)) { $1 }
    let progress = TrainingLine(isShown: !quiet)
    let run = TrainingRun(output: output, resumes: resume) { progress.show($0) }
    if resume, unsafe access(run.checkpoint, F_OK) != 0, unsafe access(output, F_OK) == 0 {
      throw CommandFailure(
        message: "--resume: found no \(run.checkpoint), expected one that an interrupted training left; "
          + "without --resume a training starts anew and replaces \(output)")
    }
    let report: TrainingReport
    do {
      report = try engine.train(
        name, parameters: parameters, hop: engine.hop(along: along, from: engine.recommendedType), run: run)
    } catch is CancellationError where unsafe access(run.checkpoint, F_OK) == 0 {
      progress.clear()
      throw CommandFailure(
        message: "\(TrainingInterrupted(output: nil, checkpoint: run.checkpoint))", status: 130)
    } catch let interruption as TrainingInterrupted {
      progress.clear()
      throw CommandFailure(message: "\(interruption)", status: 130)
    } catch let error as EngineError {
      progress.clear()
      throw CommandFailure.usage("\(error)")
    }
    progress.clear()
    guard !quiet else { return }
    for remark in report.remarks { Output.standardError("note: \(remark)\n") }
    Output.standardError("wrote \(output)\n")
  }
}

import AkinEngine
import AkinGraph
import AkinParallel
import ArgumentParser
import Glibc

@main
struct Akin: ParsableCommand {
  static let version = "0.1.0"
  static let configuration = CommandConfiguration(
    commandName: "akin",
    abstract: "Recommendations from a graph of interactions, each with its reason.",
    version: version,
    subcommands: [
      ImportCommand.self, ExportCommand.self, AppendCommand.self, CompactCommand.self, FilterCommand.self,
      InfoCommand.self, RelatedCommand.self, RecommendCommand.self, ExplainCommand.self, RankCommand.self,
      NeighborsCommand.self, TrainCommand.self, RefreshCommand.self, DrawCommand.self, VerifyCommand.self,
      EvaluateCommand.self,
      TuneCommand.self, ScoreCommand.self, CompareCommand.self, WalksCommand.self, NeighborhoodsCommand.self,
      MethodsCommand.self, LayoutWorkerCommand.self,
    ])

  /// What the program was given, in the words of today.
  private static let arguments = EarlierWords.replaced(in: Array(CommandLine.arguments.dropFirst()))

  /// Exit statuses: 0 done, 1 failed, 2 usage, 130 interrupted.
  static func main() {
    DenseAlgebra.prepare()
    Interruption.install()
    do {
      do {
        try KernelLevel.check()
      } catch {
        throw CommandFailure.usage("\(error)")
      }
      try checkCommand(arguments.first)
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      Glibc.exit(report(error))
    }
  }

  /// The parser takes a misspelt command for a surplus argument.
  private static func checkCommand(_ word: String?) throws {
    guard let word, !word.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
    let commands = configuration.subcommands
    guard !commands.contains(where: { command in command._commandName == word }) else { return }
    let known = commands.filter { command in command.configuration.shouldDisplay }.map { command in command._commandName
    }
    let hint = ClosestNames.find(word, among: known).first.map { "; did you mean '\($0)'?" }
    throw CommandFailure.usage("no command '\(word)'\(hint ?? ", expected one of \(known.joined(separator: ", "))")")
  }

  /// What to say of the first option that the command does not have.
  private static func unknownOption() -> String? {
    let words = arguments
    guard let name = words.first,
      let command = configuration.subcommands.first(where: { command in command._commandName == name })
    else { return nil }
    let help = helpMessage(for: command, includeHidden: true, columns: 10_000)
    let known = Set(help.matches(of: /--[a-zA-Z0-9-]+/).map { String($0.output) })
    for word in words.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
      let option = String(word.prefix { $0 != "=" })
      guard !known.contains(option) else { continue }
      let hint = ClosestNames.find(option, among: known.sorted()).first.map { "; did you mean '\($0)'?" } ?? ""
      return "error: unknown option '\(option)'\(hint)\n  See 'akin \(name) --help' for more information."
    }
    return nil
  }

  /// Whether the first bytes of a file are text, or packed as text often is.
  private static func looksLikeTable(_ path: String) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 8)
    guard let file = unsafe fopen(path, "r") else { return false }
    let count = unsafe fread(&bytes, 1, 8, file)
    bytes.removeLast(8 - count)
    unsafe fclose(file)
    let packed: [[UInt8]] = [[0x1F, 0x8B], [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD]]
    return !bytes.isEmpty
      && (bytes.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) } && !bytes.starts(with: [0x89])
        || packed.contains { bytes.starts(with: $0) })
  }

  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case is CancellationError:
      Output.standardError("interrupted; nothing was written\n")
      return 130
    case let failure as CommandFailure:
      Output.standardError("error: \(failure.message)\n")
      return failure.status
    case GraphError.notASnapshot(let path, _):
      let hint = looksLikeTable(path) ? "; 'akin import \(path) -o NAME.akin' makes a graph of a table" : ""
      Output.standardError("error: \(error)\(hint)\n")
      return 1
    default:
      break
    }
    let code = exitCode(for: error)
    if code == .success {
      // Help and version are what was asked for.
      try? Output.write(fullMessage(for: error) + "\n")
      return 0
    }
    if code == .validationFailure {
      // The parser's messages begin with a capital, ours do not; usage follows both.
      var message = fullMessage(for: error)
      // The parser looks at what a command checks itself before it looks for options that there are not.
      if !message.hasPrefix("Error: Unknown option"), let unknown = unknownOption() { message = unknown }
      Output.standardError((message.hasPrefix("Error: ") ? "e" + message.dropFirst() : message) + "\n")
      return 2
    }
    Output.standardError("error: \(error)\n")
    return 1
  }
}

/// A command that cannot go on, with the status that it ends in.
struct CommandFailure: Error {
  var message: String
  var status: Int32 = 1

  static func usage(_ message: String) -> CommandFailure { CommandFailure(message: message, status: 2) }
}

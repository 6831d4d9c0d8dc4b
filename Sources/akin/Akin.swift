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
      TuneCommand.self,
      ScoreCommand.self,
      CompareCommand.self, WalksCommand.self, NeighborhoodsCommand.self, LayoutWorkerCommand.self,
    ])

  /// Exit statuses: 0 done, 1 failed, 2 usage, 130 interrupted.
  static func main() {
    Interruption.install()
    do {
      do {
        try KernelLevel.check()
      } catch {
        throw CommandFailure.usage("\(error)")
      }
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Glibc.exit(report(error))
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case is CancellationError:
      Output.standardError("interrupted; nothing was written\n")
      return 130
    case let failure as CommandFailure:
      Output.standardError("error: \(failure.message)\n")
      return failure.status
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
      Output.standardError(fullMessage(for: error) + "\n")
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

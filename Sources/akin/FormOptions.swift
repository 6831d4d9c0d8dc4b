import AkinParallel
import ArgumentParser

/// How many threads a command may use.
struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to use; the result does not depend on it.", valueName: "n"))
  var threads = Execution.availableCores

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads: found \(threads), expected a number from 1 to 1024")
    }
  }

  var execution: Execution { Execution(threads: threads, cancellation: Interruption.cancellation) }
}

/// The form of a report that is no table.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false
}

/// The form of a table: aligned on a terminal, TSV in a pipe, or what is asked for.
struct TableOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print CSV.")
  var csv = false

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  func validate() throws {
    guard !(json && csv) else { throw ValidationError("found both --json and --csv, expected one") }
  }

  /// Whether cells may be rounded and left out for the eye.
  var isForPeople: Bool { Output.isTerminal && !csv }

  func text(_ table: Table) -> String { table.text(csv ? .csv : isForPeople ? .aligned : .tsv) }
}

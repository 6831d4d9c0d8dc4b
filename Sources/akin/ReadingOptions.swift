import AkinFormats
public import ArgumentParser

/// How a file of interactions is read, whatever becomes of them.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Unit of numeric times: seconds, milliseconds, microseconds or nanoseconds.", valueName: "unit"))
  var timeUnit: TimeUnit?

  @Option(
    help: ArgumentHelp(
      "Delimiter: one character, or 'tab'; found by looking at the file by default.", valueName: "character"))
  var delimiter: String?

  @Flag(help: "The first line is a record, not a header.")
  var noHeader = false

  @Flag(help: "Leave out blanks at both ends of fields.")
  var trim = false

  @Option(help: ArgumentHelp("Format of the file, found by looking at it by default.", valueName: "format"))
  var format: InputFormat?

  @Option(help: ArgumentHelp("Encoding of the text: utf8 or latin1.", valueName: "encoding"))
  var encoding = TextEncoding.utf8

  @Option(help: ArgumentHelp("Table of a database.", valueName: "name"))
  var table: String?

  @Option(help: ArgumentHelp("Query of a database, instead of a table.", valueName: "sql"))
  var sql: String?

  @Option(help: ArgumentHelp("Leave out up to this many bad records, or this share of them.", valueName: "n|p%"))
  var skipBad: String?

  /// Those that were given and that a schema says itself, by name.
  var inPlaceOfSchema: [(String, Bool)] {
    [
      ("--time-unit", timeUnit != nil), ("--delimiter", delimiter != nil), ("--no-header", noHeader), ("--trim", trim),
      ("--format", format != nil), ("--encoding", encoding != .utf8), ("--table", table != nil),
      ("--sql", sql != nil),
    ]
  }

  /// Whether an option says which part of a file is read, or how.
  var decidesWhatIsRead: Bool {
    table != nil || sql != nil || delimiter != nil || noHeader || timeUnit != nil
      || (format != nil && format != .graphML && format != .sqlite)
  }

  func validate() throws {
    if let delimiter { _ = try byte(of: delimiter) }
    if let skipBad, SkipLimit(skipBad) == nil {
      throw ValidationError("--skip-bad: found '\(skipBad)', expected a number such as 100 or a share such as 1%")
    }
  }

  var skipping: SkipLimit { skipBad.flatMap { SkipLimit($0) } ?? .none }

  func options() throws -> ImportOptions {
    var options = ImportOptions()
    options.timeUnit = timeUnit
    options.reading.delimiter = try delimiter.map(byte)
    if noHeader { options.reading.header = .absent }
    options.reading.trimsBlanks = trim
    options.format = format
    options.encoding = encoding
    options.table = table
    options.query = sql
    options.skipping = skipping
    return options
  }

  private func byte(of delimiter: String) throws -> UInt8 {
    let bytes = delimiter == "tab" || delimiter == "\\t" ? [9] : Array(delimiter.utf8)
    guard bytes.count == 1, ![0, 10, 13, 34].contains(bytes[0]) else {
      throw ValidationError("--delimiter: found '\(delimiter)', expected one ASCII character or 'tab'")
    }
    return bytes[0]
  }
}

extension TimeUnit: ExpressibleByArgument {}
extension InputFormat: ExpressibleByArgument {}
extension TextEncoding: ExpressibleByArgument {}

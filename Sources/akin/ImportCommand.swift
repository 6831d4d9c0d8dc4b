import AkinFormats
import AkinGraph
import AkinParallel
public import ArgumentParser

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a graph from a file of interactions, or from many files by a schema.",
    discussion: """
      FILE is CSV, TSV or any delimited text with one interaction a line; or JSON Lines, lists as LightGCN's, MovieLens' \
      '::' and u.data, a SNAP, NCOL or Matrix Market edge list, GraphML, an SQLite database or a RecBole atomic file; plain \
      or compressed by gzip, xz or zstd; '-' is standard input. What it was taken for is said. Columns are found by name (userId, movieId, rating, timestamp and their kin) unless they are given; the report says what was \
      found, guessed, merged and skipped. Nothing is written when the import fails.

      A GraphML document or SQLite database that 'akin export' wrote comes back as the graph that it was of: all node types, \
      labels, attributes and relations. With an option that names a column, table, type or relation it is read as any other.

      FILE may also be a schema in YAML (a name that ends in .yaml or .yml): node types with attributes and relations out of \
      any number of files. docs/import-schema.md describes it; examples/ has schemas of known data sets. --plan says what \
      would be read, and how much memory it takes.

      Examples:
        akin import graphs/southern-women/attendance.csv -o women.akin --source woman --target event
        akin import graphs/debian/depends.csv.xz -o debian.akin --source package --target depends \\
          --source-type package --target-type package --relation depends
        akin import examples/debian/schema.yaml -o debian.akin --data graphs/debian
      """)

  @Argument(help: ArgumentHelp("The file to read.", valueName: "file"))
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The graph to write.", valueName: "graph.akin"))
  var output: String?

  var isSchema: Bool { file.hasSuffix(".yaml") || file.hasSuffix(".yml") }

  @Option(
    help: ArgumentHelp("Folder of the files that a schema names; the schema's own by default.", valueName: "folder"))
  var data: String?

  @Flag(help: "Print what would be read, the memory and the disk it takes, and do nothing.")
  var plan = false

  @Option(help: ArgumentHelp("Column of who acts.", valueName: "column"))
  var source: String?

  @Option(help: ArgumentHelp("Column of what they act on.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Column of how strong an interaction is; 'none' for no weights.", valueName: "column"))
  var weight: String?

  @Option(help: ArgumentHelp("Column of when it happened; 'none' for no times.", valueName: "column"))
  var time: String?

  @Option(help: ArgumentHelp("Name of the type of sources; made from the column's name by default.", valueName: "name"))
  var sourceType: String?

  @Option(
    help: ArgumentHelp(
      "Name of the type of targets; the same as --source-type for a graph of one type.", valueName: "name"))
  var targetType: String?

  @Option(help: ArgumentHelp("Name of the relation.", valueName: "name"))
  var relation: String?

  @Option(
    help: ArgumentHelp(
      "What becomes of repeated pairs: last, sum, count, max or keep. By default last for ratings, sum for counts, count "
        + "without a weight.", valueName: "policy"))
  var duplicates: DuplicatePolicy?

  @Option(help: ArgumentHelp("A file with the names of the targets.", valueName: "file"))
  var labels: String?

  @Option(help: ArgumentHelp("Column of --labels that holds the target's id.", valueName: "column"))
  var labelKey: String?

  @Option(help: ArgumentHelp("Column of --labels that holds the name.", valueName: "column"))
  var label: String?

  @Option(help: ArgumentHelp("Encoding of --labels; that of the file by default.", valueName: "encoding"))
  var labelEncoding: TextEncoding?

  @OptionGroup var reading: ReadingOptions

  @Flag(help: "Fail instead of guessing.")
  var strict = false

  @Flag(help: "Print only what was asked for, warnings and errors.")
  var quiet = false

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to use; the result does not depend on it.", valueName: "n"))
  var threads = Execution.availableCores

  @Option(
    help: ArgumentHelp(
      "Most memory to take, such as 500M or 4G; edges beyond it are sorted in temporary files beside the output. The "
        + "graph is the same.", valueName: "size"))
  var memory: MemorySize?

  /// The bound on ids and edges: what reading takes, blocks of text on their way, is not theirs.
  func memoryBound(output: String) -> MemoryBound? {
    memory.map {
      let folder = output.lastIndex(of: "/").map { String(output[...$0]) } ?? "."
      return MemoryBound(byteCount: $0.byteCount - MemorySize.reading, folder: SpillFolder(path: folder))
    }
  }

  func validate() throws {
    if let memory, memory.byteCount < MemorySize.least {
      throw ValidationError("--memory: found '\(memory.text)', expected at least \(MemorySize.least >> 20)M")
    }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads: found \(threads), expected a number from 1 to 1024")
    }
    guard labels != nil || (labelKey == nil && label == nil && labelEncoding == nil) else {
      throw ValidationError("--label-key, --label and --label-encoding say how to read --labels, expected --labels too")
    }
    for (flag, name) in [("--source-type", sourceType), ("--target-type", targetType), ("--relation", relation)] {
      if let name, name.isEmpty || name.contains(where: { $0.isWhitespace || $0 == ":" }) {
        throw ValidationError("\(flag): found '\(name)', expected a name without spaces and colons")
      }
    }
    guard output != nil || plan else { throw ValidationError("Missing expected argument '--output <graph.akin>'") }
    if let output { try GraphName.check(output, "--output") }
    guard isSchema || data == nil else {
      throw ValidationError("--data is for schemas, found the file '\(file)', expected one that ends in .yaml")
    }
    if isSchema {
      let given: [(String, Bool)] = [
        ("--source", source != nil), ("--target", target != nil), ("--weight", weight != nil), ("--time", time != nil),
        ("--source-type", sourceType != nil), ("--target-type", targetType != nil),
        ("--relation", relation != nil), ("--duplicates", duplicates != nil), ("--labels", labels != nil),
        ("--strict", strict),
      ]
      let odd = (given + reading.inPlaceOfSchema).filter(\.1).map(\.0)
      guard odd.isEmpty else {
        throw ValidationError("found \(odd.joined(separator: ", ")) beside a schema, expected the schema to say it")
      }
    }
    _ = try options()
  }

  func run() throws {
    let execution = Execution(threads: threads, cancellation: Interruption.cancellation)
    if isSchema { return try runSchema(execution) }
    if let exported = try exportedGraph() { return try runExported(exported, execution) }
    if plan { return try Output.write(Output.harmless(text(try ImportPlan(path: file, options: options())))) }
    let output = output!
    try AtomicFile.check(output, inputs: (file == "-" ? [] : [file]) + (labels.map { [$0] } ?? []), content: .graph)
    let progress = Progress("reading \(file)", isQuiet: quiet)
    var options = try options()
    options.memory = memoryBound(output: output)
    let result = try InteractionImport(path: file, options: options, execution: execution) { progress.report($0) }
    progress.finish()
    for guess in result.report.guesses { Output.standardError("warning: \(guess)\n") }
    if let labels = result.report.labels { warn(of: labels.problems, in: labels.path) }
    if quiet {
      warn(of: result.report.problems, in: result.report.path)
    } else {
      try Output.write(Output.harmless(text(result)))
      if let remark = remark(onPolicyOf: result.report) { Output.standardError("note: \(remark)\n") }
      if let remark = remark(onWeightsOf: result) { Output.standardError("note: \(remark)\n") }
    }
    let replaced = try OverlayReplacement(path: output)
    try (consume result).writeLast(to: output, execution: execution)
    try Output.discard(replaced, of: output)
    if !quiet { try Output.write("wrote \(output)\n") }
  }

  private func options() throws -> ImportOptions {
    var options = try reading.options()
    options.columns = ColumnRequest(
      source: source, target: target, weight: weight == "none" ? nil : weight, time: time == "none" ? nil : time)
    options.ignoresWeight = weight == "none"
    options.ignoresTime = time == "none"
    options.sourceType = sourceType
    options.targetType = targetType
    options.relation = relation
    options.duplicates = duplicates
    options.labels = labels.map { path in
      var labels = LabelOptions(path: path, key: labelKey, label: label)
      labels.encoding = labelEncoding ?? reading.encoding
      labels.trimsBlanks = reading.trim
      return labels
    }
    options.isStrict = strict
    return options
  }

  /// What a column of that name holds, its name does not say.
  private func remark(onPolicyOf report: ImportReport) -> String? {
    guard report.merged > 0, duplicates == nil, let column = report.weightOfUnknownKind else { return nil }
    return "'\(column)' was taken for ratings, of which a repeated pair keeps the \(report.duplicates.rawValue); "
      + "--duplicates sum adds counts up, max keeps the largest"
  }

  /// Weights such as play counts, of which a few outweigh all others.
  private func remark(onWeightsOf result: InteractionImport) -> String? {
    guard let weights = result.snapshot.relations[0].forward.attributes.weights, weights.count > 0 else { return nil }
    var sum = 0.0
    var most: Float = 0
    for edge in 0..<weights.count {
      sum += Double(weights[edge])
      most = max(most, weights[edge])
    }
    let times = Double(most) * Double(weights.count) / sum
    guard times > 50 else { return nil }
    return
      "weights reach \(rounded(Double(most))), \(rounded(times)) times their mean, so methods that count them, such as "
      + "cosine and bm25, follow the few largest; a schema can damp them (weight: log1p(\(self.weight ?? "weight"))), "
      + "and --weight none leaves them out"
  }

  /// What was left out is said even where nothing else is.
  func warn(of problems: ProblemTally, in path: String) {
    guard problems.total > 0 else { return }
    Output.standardError(
      "warning: \(path): skipped \(counted(problems.total, "record")):\n"
        + problems.text.split(separator: "\n").map { "  \($0)\n" }.joined())
  }

  private func text(_ result: InteractionImport) -> String {
    let report = result.report
    var text = "\(report.path): \(report.form)\n"
    text += "  columns: \(report.columns.joined(separator: ", "))\n"
    if !report.unused.isEmpty { text += "  not used: \(report.unused.joined(separator: ", "))\n" }
    text += "  \(counted(report.records, "record"))"
    text += report.blankLines > 0 ? ", \(counted(report.blankLines, "blank line"))\n" : "\n"
    if report.problems.total > 0 {
      text += "  skipped \(grouped(report.problems.total)):\n"
      text += report.problems.text.split(separator: "\n").map { "  \($0)\n" }.joined()
    }
    if report.isSpilled { text += "  more edges than --memory holds: sorted in temporary files\n" }
    if report.merged > 0 {
      text += "  merged \(counted(report.merged, "repeated pair")) (\(report.duplicates.rawValue))\n"
    }
    if let labels = report.labels {
      text +=
        "\(labels.path): \(labels.columns): \(grouped(labels.labelled)) of \(grouped(report.targets)) targets labelled"
      text += labels.unmatched > 0 ? ", \(counted(labels.unmatched, "key")) of no target\n" : "\n"
    }
    text +=
      "graph: " + result.snapshot.schema.nodeTypes.map { "\(grouped($0.count)) \($0.name)" }.joined(separator: ", ")
    text += ", \(counted(report.edges, "edge")) \(report.sourceType) –\(report.relation)→ \(report.targetType)\n"
    if let range = result.snapshot.relations[0].forward.attributes.times?.range {
      text += "  times from \(timeText(range.lowerBound)) to \(timeText(range.upperBound)) UTC\n"
    }
    return text
  }
}

extension DuplicatePolicy: ExpressibleByArgument {}

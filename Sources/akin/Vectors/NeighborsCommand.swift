import AkinFormats
import AkinGraph
import AkinLinearAlgebra
import AkinNeighbors
import AkinParallel
import ArgumentParser
import Glibc

struct NeighborsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "neighbors",
    abstract: "List the nearest neighbours among vectors, such as embeddings from anywhere.",
    discussion: """
      Vectors come from NumPy (.npy), .fvecs, word2vec's text form, or delimited text with an id in the first column; \
      or from an index that --save wrote. Vectors without ids are named by their row, from 0. A vector is not its own \
      neighbour. The score is the cosine or the inner product; with --metric l2 the distance takes its place.

      Examples:
        akin neighbors graphs/southern-women/vectors.csv --query "Evelyn Jefferson" -k 5
        akin neighbors graphs/southern-women/vectors.csv --index hnsw --recall --save women.index
      """)

  @Argument(help: ArgumentHelp("Vectors, or an index that --save wrote.", valueName: "vectors"))
  var file: String

  @Option(help: ArgumentHelp("The ids of vectors that have none in their file, one a line.", valueName: "file"))
  var ids: String?

  @Option(
    help: ArgumentHelp(
      "The format of the vectors: \(VectorFormat.allCases.map(\.rawValue).joined(separator: ", ")); recognised unless given.",
      valueName: "format"))
  var format: String?

  @Option(help: ArgumentHelp("The id whose neighbours are listed; may be repeated.", valueName: "id"))
  var query: [String] = []

  @Option(help: ArgumentHelp("A file of vectors whose neighbours are listed.", valueName: "file"))
  var queries: String?

  @Flag(help: "The neighbours of every vector.")
  var all = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where --all and --queries write: CSV, or JSON Lines with --json. An interrupted job goes on when the command is given again.",
      valueName: "file"))
  var output: String?

  @OptionGroup var list: ListOptions
  @OptionGroup var options: VectorOptions

  @Flag(help: "Say what share of the nearest the index finds, measured on a sample of its vectors.")
  var recall = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Vectors that --recall asks for.", valueName: "n"))
  var sample = 1000

  @Option(help: ArgumentHelp("Where to keep the index.", valueName: "file"))
  var save: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Decides levels of hnsw, and the sample of --recall.", valueName: "n"))
  var seed: UInt64 = 0

  @OptionGroup var threading: ThreadOptions

  func validate() throws {
    if let format, VectorFormat(rawValue: format) == nil {
      throw ValidationError(
        "--format: found '\(format)', expected \(VectorFormat.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard sample >= 1 else { throw ValidationError("--sample: found \(sample), expected at least 1") }
    let questions = [!query.isEmpty, queries != nil, all].count { $0 }
    guard questions <= 1 else {
      throw ValidationError("found more than one of --query, --queries and --all, expected one of them")
    }
    guard questions == 1 || recall || save != nil else {
      throw ValidationError("found nothing to do, expected --query, --queries, --all, --recall or --save")
    }
    guard output == nil || all || queries != nil else {
      throw ValidationError("found -o without --all or --queries, expected one of them")
    }
  }

  func run() throws {
    let execution = threading.execution
    for (path, isContainer) in [(save, true), (output, false)] {
      guard let path else { continue }
      try AtomicFile.check(path, inputs: [file, ids, queries].compactMap { $0 }, content: isContainer ? .model : .text)
    }
    let named = try NamedVectors.read(
      file, ids: ids, format: format.flatMap { VectorFormat(rawValue: $0) }, execution: execution, isQuiet: list.quiet)
    let start = clock()
    let index: any VectorIndex
    do {
      index = try options.index(of: named, seed: seed, execution: execution, isQuiet: list.quiet)
    } catch let error as VectorError {
      throw CommandFailure(message: "\(file): \(error)")
    }
    remark(index, built: Double(clock() - start) / Double(CLOCKS_PER_SEC), isNew: named.isVectors)
    if let save {
      try VectorIndexFile(index: index, ids: named.ids).write(to: save, execution: execution)
      if !list.quiet { Output.standardError("wrote \(save)\n") }
    }
    if recall { try reportRecall(index, execution: execution) }
    let lists = NeighborLists(
      index: index, ids: named.ids, k: list.k, file: file, form: list, execution: execution)
    if all {
      try lists.write(to: output, file: file, path: file) { range in
        (range.map { named.ids[$0] }, lists.vectors(at: range.map { UInt32($0) }), range.map { UInt32($0) })
      } count: {
        index.count
      }
    } else if let queries {
      let asked = try NamedVectors.read(queries, ids: nil, format: nil, execution: execution, isQuiet: list.quiet)
      guard case .vectors(let vectors) = asked.content else {
        throw CommandFailure(message: "\(queries): found an index, expected vectors")
      }
      try lists.write(to: output, file: file, path: queries) { range in
        (range.map { asked.ids[$0] }, DenseMatrix(vectors, rows: range), nil)
      } count: {
        vectors.rowCount
      }
    } else if !query.isEmpty {
      try lists.printLists(of: query)
    }
  }

  private func remark(_ index: any VectorIndex, built seconds: Double, isNew: Bool) {
    guard !list.quiet else { return }
    if index.zeroCount > 0, index.metric == .cosine {
      Output.standardError(
        "note: vectors that are all zeros: \(grouped(index.zeroCount)) of \(grouped(index.count)); the cosine with one counts "
          + "as 0\n")
    }
    if isNew, index is HNSWIndex {
      Output.standardError(
        "built hnsw over \(counted(index.count, "vector")) by one thread in \(rounded(seconds)) s of processor time\n")
    }
  }

  private func reportRecall(_ index: any VectorIndex, execution: Execution) throws {
    let live = (0..<UInt32(index.count)).filter { index.contains($0) }
    guard !live.isEmpty else { return }
    var random = RandomStream(seed: seed, stream: 0)
    let drawn = live.shuffled(using: &random).prefix(sample).sorted()
    let vectors = NeighborLists.vectors(of: index, at: drawn)
    let report = try index.recall(of: vectors, k: list.k, execution: execution)
    Output.standardError(
      "recall@\(report.k): \(rounded(report.recall)) ± \(rounded(report.standardError)) over "
        + "\(counted(report.queryCount, "vector")), lowest \(rounded(report.lowest)); "
        + "\(rounded(report.seconds * 1e6)) µs of processor time a query, exact \(rounded(report.exactSeconds * 1e6)) µs\n"
    )
  }
}

extension NamedVectors {
  var isVectors: Bool { if case .vectors = content { true } else { false } }
}

import AkinEngine
import AkinFormats
import AkinGraph
import AkinLinearAlgebra
import AkinNeighbors
import AkinParallel
import ArgumentParser

/// A file of vectors or of an index of them, as it was given.
struct NamedVectors {
  var ids: [String]
  var content: Content

  enum Content {
    case vectors(DenseMatrix)
    case index(any VectorIndex)
  }

  /// - Parameter ids: a file with an id a line, for vectors that have none.
  /// - Throws: `CommandFailure` for a combination that makes no sense; `VectorFileError`, `FormatError`, `GraphError`.
  static func read(
    _ path: String, ids idPath: String?, format: VectorFormat?, execution: Execution, isQuiet: Bool
  ) throws -> NamedVectors {
    if format == nil, let file = try index(at: path) {
      guard idPath == nil else {
        throw CommandFailure.usage("found --ids with \(path), which is an index and has ids, expected vectors")
      }
      return NamedVectors(ids: file.ids, content: .index(file.index))
    }
    let progress = Progress("reading \(path)", isQuiet: isQuiet)
    var file = try VectorFile.read(
      path, format: format, usesIDsBeside: idPath == nil, cancellation: execution.cancellation
    ) { progress.report($0) }
    progress.finish()
    if let idPath {
      guard file.ids == nil else {
        throw CommandFailure.usage("found --ids with \(path), which names its vectors, expected a file without ids")
      }
      file = try file.named(VectorFile.readIDs(idPath, cancellation: execution.cancellation), path: idPath)
    }
    // As NumPy counts.
    return NamedVectors(
      ids: file.ids ?? (0..<file.vectors.rowCount).map(String.init), content: .vectors(file.vectors))
  }

  private static func index(at path: String) throws -> VectorIndexFile? {
    do {
      return try VectorIndexFile.open(path)
    } catch GraphError.wrongContent(_, "a graph", _) {
      throw CommandFailure(
        message:
          "\(path): found a graph, expected vectors or an index of them; 'akin related' lists what belongs with a node "
          + "of a graph, 'akin export --model' writes vectors of one")
    } catch GraphError.notASnapshot, GraphError.cannotRead {
      // Other readers say better what is wrong with a file that cannot be read.
      return nil
    }
  }
}

/// How vectors are compared and found.
struct VectorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How near vectors are: cosine, ip (inner product) or l2 (Euclidean distance); cosine by default. The cosine with a vector of zeros counts as 0.",
      valueName: "name"))
  var metric: String?

  @Option(
    help: ArgumentHelp(
      "exact compares with every vector; hnsw finds most of the nearest much faster, once it is built. exact by default.",
      valueName: "name"))
  var index: String?

  @Option(
    name: .customLong("m"), parsing: .unconditional,
    help: ArgumentHelp("hnsw: links of a vector (M); \(HNSWOptions().links) by default.", valueName: "n"))
  var links: Int?

  @Option(
    name: .customLong("ef-construction"), parsing: .unconditional,
    help: ArgumentHelp(
      "hnsw: vectors in view while the index is built; \(HNSWOptions().buildEffort) by default.", valueName: "n"))
  var buildEffort: Int?

  @Option(
    name: .customLong("ef"), parsing: .unconditional,
    help: ArgumentHelp(
      "hnsw: vectors in view while it is searched; \(HNSWOptions().searchEffort) by default.", valueName: "n"))
  var searchEffort: Int?

  func validate() throws {
    if let metric, VectorMetric(rawValue: metric) == nil {
      throw ValidationError(
        "--metric: found '\(metric)', expected \(VectorMetric.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    if let index, index != ExactIndex.kind, index != HNSWIndex.kind {
      throw ValidationError("--index: found '\(index)', expected \(ExactIndex.kind) or \(HNSWIndex.kind)")
    }
    if let links, !(2...512).contains(links) {
      throw ValidationError("--m: found \(links), expected a number from 2 to 512")
    }
    for (name, effort) in [("--ef-construction", buildEffort), ("--ef", searchEffort)] {
      if let effort, !(1...1_000_000).contains(effort) {
        throw ValidationError("\(name): found \(effort), expected a number from 1 to 1000000")
      }
    }
  }

  /// The index that the options ask for.
  ///
  /// - Throws: `CommandFailure` where they do not go together; `VectorError`; `CancellationError`.
  func index(
    of named: NamedVectors, seed: UInt64, execution: Execution, isQuiet: Bool
  ) throws -> any VectorIndex {
    switch named.content {
    case .index(let stored):
      if let metric, metric != stored.metric.rawValue {
        throw CommandFailure.usage(
          "--metric: found '\(metric)', expected '\(stored.metric.rawValue)', for which the index was built")
      }
      let kind = type(of: stored).kind
      if let index, index != kind {
        throw CommandFailure.usage("--index: found '\(index)', expected '\(kind)', which the file holds")
      }
      guard links == nil, buildEffort == nil else {
        throw CommandFailure.usage("found --m or --ef-construction with an index that is built, expected neither")
      }
      guard let searchEffort else { return stored }
      guard var hnsw = stored as? HNSWIndex else { throw Self.notForExact }
      hnsw.options.searchEffort = searchEffort
      return hnsw
    case .vectors(let vectors):
      return try made(vectors, seed: seed, execution: execution, isQuiet: isQuiet)
    }
  }

  /// - Throws: as above.
  func made(
    _ vectors: DenseMatrix, seed: UInt64, execution: Execution, isQuiet: Bool
  ) throws -> any VectorIndex {
    let metric = metric.flatMap { VectorMetric(rawValue: $0) } ?? .cosine
    guard index == HNSWIndex.kind else {
      guard links == nil, buildEffort == nil, searchEffort == nil else { throw Self.notForExact }
      return try ExactIndex(vectors, metric: metric)
    }
    let standard = HNSWOptions()
    var hnsw = try HNSWIndex(
      dimension: vectors.columnCount, metric: metric,
      options: HNSWOptions(
        links: links ?? standard.links, buildEffort: buildEffort ?? standard.buildEffort,
        searchEffort: searchEffort ?? standard.searchEffort, seed: seed))
    let line = TrainingLine(isShown: !isQuiet)
    defer { line.clear() }
    try hnsw.add(vectors, cancellation: execution.cancellation) {
      line.show(.init(done: $0, total: vectors.rowCount, unit: "vectors", note: "one thread"))
    }
    return hnsw
  }

  private static let notForExact = CommandFailure.usage(
    "found --m, --ef-construction or --ef without an index of kind hnsw, expected --index hnsw with them")
}

import AkinFormats
import AkinGraph
import AkinLinearAlgebra
import AkinNeighbors
import AkinParallel
import AkinRanking

extension MethodDefinition {
  /// Vectors from a file as a method like any other, so that it can be evaluated and tuned beside them. The file is as
  /// it is: in an evaluation the vectors may come from edges that are held out, which only who made them can know.
  public static let vectors = MethodDefinition(
    name: "vectors", summary: "nearest neighbours among vectors from a file",
    parameters: [
      .init(
        name: "m", defaultValue: Double(HNSWOptions().links), range: 2...512, isWhole: true,
        help: "hnsw: links of a vector"),
      .init(
        name: "ef-construction", defaultValue: Double(HNSWOptions().buildEffort), range: 1...1_000_000, isWhole: true,
        help: "hnsw: vectors in view while the index is built"),
      .init(
        name: "ef", defaultValue: Double(HNSWOptions().searchEffort), range: 1...1_000_000, isWhole: true,
        help: "hnsw: vectors in view while it is searched",
        search: SearchRange(10...1000, isLogarithmic: true)),
    ],
    texts: [
      .init(
        name: "embeddings", defaultValue: "", expectation: "a file of vectors",
        help: "a file of vectors of what is listed: .npy, .fvecs, .csv or word2vec text"
      ) { _ in true },
      .init(
        name: "ids", defaultValue: "", expectation: "a file with an id a line", help: "ids of vectors that have none"
      ) { _ in true },
      .init(
        name: "metric", defaultValue: VectorMetric.cosine.rawValue,
        expectation: VectorMetric.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "),
        help: "how near vectors are"
      ) { VectorMetric(rawValue: $0) != nil },
      .init(
        name: "index", defaultValue: ExactIndex.kind, expectation: "'\(ExactIndex.kind)' or '\(HNSWIndex.kind)'",
        help: "compare with every vector, or find most of the nearest faster"
      ) { $0 == ExactIndex.kind || $0 == HNSWIndex.kind },
    ]
  ) { context in
    let path = context.texts["embeddings"]!
    guard !path.isEmpty else {
      throw EngineError.badParameter("embeddings", method: "vectors", found: "", expected: "a file of vectors")
    }
    let cancellation = context.execution.cancellation
    let ids = context.texts["ids"]!
    var file = try VectorFile.read(path, usesIDsBeside: ids.isEmpty, cancellation: cancellation)
    if !ids.isEmpty { file = try file.named(VectorFile.readIDs(ids, cancellation: cancellation), path: ids) }
    let metric = VectorMetric(rawValue: context.texts["metric"]!)!
    let isExact = context.texts["index"] == ExactIndex.kind
    let options = HNSWOptions(
      links: Int(context.values["m"]!), buildEffort: Int(context.values["ef-construction"]!),
      searchEffort: Int(context.values["ef"]!))
    return try Engine(context.snapshot, execution: context.execution).vectorMethod(
      file.vectors, ids: file.ids ?? (0..<file.vectors.rowCount).map(String.init), hop: context.hop,
      parameters: context.texts.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        + context.values.sorted { $0.key < $1.key }.map { .init($0.key, Int($0.value)) }
    ) { vectors in
      guard !isExact else { return try ExactIndex(vectors, metric: metric) }
      var index = try HNSWIndex(dimension: vectors.columnCount, metric: metric, options: options)
      try index.add(vectors, cancellation: cancellation) { _ in }
      return index
    }.method
  }
}

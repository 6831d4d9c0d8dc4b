import AkinGraph
import AkinLinearAlgebra
public import AkinParallel

/// An index of vectors in a file, with the ids of its vectors.
///
/// The file is a container as that of a model, of the method "vectors"; its checksums are verified before anything of it
/// is used, and links are checked one by one.
public struct VectorIndexFile: Sendable {
  /// The name under which a file says that it is an index.
  public static let method = "vectors"
  /// The index, exact or HNSW.
  public var index: any VectorIndex
  /// One for each vector of the index, deleted ones included.
  public var ids: [String]

  /// `ids` has one for each vector of `index`, deleted ones included.
  public init(index: any VectorIndex, ids: [String]) {
    precondition(ids.count == index.count, "\(ids.count) ids for \(index.count) vectors")
    self.index = index
    self.ids = ids
  }

  /// - Throws: `GraphError` where the file cannot be read, holds no index or is damaged anywhere; `VectorError`.
  /// - Complexity: O(bytes of the file).
  public static func open(_ path: String) throws -> VectorIndexFile {
    let file = try ModelFile.open(path)
    guard file.provenance.method == method else {
      throw GraphError.wrongContent(
        path: path, found: "a model of method '\(file.provenance.method)'", expected: "an index of vectors")
    }
    let reading = VectorIndexReading(file: file)
    return VectorIndexFile(index: try reading.index(), ids: try reading.ids())
  }

  /// Writes the index, whole or not at all.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`. The old file, if any, then stays as it was.
  public func write(to path: String, execution: Execution = .serial) throws {
    var parameters = [
      "metric": index.metric.rawValue, "dimension": "\(index.dimension)", "count": "\(index.count)",
      "index": type(of: index).kind,
    ]
    var columns: [(name: String, column: ModelColumn)] = []
    let vectors: DenseMatrix
    switch index {
    case let hnsw as HNSWIndex:
      let contents = hnsw.contents
      vectors = contents.vectors
      parameters["links"] = "\(hnsw.options.links)"
      parameters["buildEffort"] = "\(hnsw.options.buildEffort)"
      parameters["searchEffort"] = "\(hnsw.options.searchEffort)"
      parameters["seed"] = "\(hnsw.options.seed)"
      parameters["entry"] = "\(contents.parts.entry)"
      columns = [
        ("levels", .indices(Column(contents.parts.levels))), ("baseLinks", .indices(Column(contents.parts.base))),
        ("upperLinks", .indices(Column(contents.parts.upper))),
      ]
    case let exact as ExactIndex: vectors = exact.vectors
    default: preconditionFailure("an index of kind \(type(of: index).kind) cannot be written")
    }
    let (count, dimension) = (index.count, index.dimension)
    let elements = Column<Float>(count: count * dimension) { target in
      for row in 0..<count {
        vectors.withRow(row) { source in
          for column in 0..<dimension { target[row * dimension + column] = source[column] }
        }
      }
    }
    var offsets: [UInt64] = [0]
    var bytes: [UInt8] = []
    for id in ids {
      bytes += Array(id.utf8)
      offsets.append(UInt64(bytes.count))
    }
    columns += [
      ("vectors", .floats(elements)), ("idOffsets", .offsets(Column(offsets))), ("ids", .bytes(Column(bytes))),
      ("deleted", .indices(Column((0..<UInt32(count)).filter { !index.contains($0) }))),
    ]
    try ModelFile.write(
      columns, provenance: Provenance(method: Self.method, parameters: parameters), to: path, execution: execution)
  }
}

/// What a file says of an index, taken with care.
private struct VectorIndexReading {
  let file: ModelFile

  func index() throws -> any VectorIndex {
    switch text("index") {
    case ExactIndex.kind:
      return try ExactIndex(restoring: vectors(), metric: metric(), deleted: deleted())
    case HNSWIndex.kind: return try hnsw()
    default: throw bad("index", text("index"), "\(ExactIndex.kind) or \(HNSWIndex.kind)")
    }
  }

  private func hnsw() throws -> HNSWIndex {
    let options = HNSWOptions(
      links: try whole("links", 2...512), buildEffort: try whole("buildEffort", 1...1 << 30),
      searchEffort: try whole("searchEffort", 1...1 << 30), seed: UInt64(text("seed")) ?? 0)
    let count = try count()
    let parts = HNSWGraph.Parts(
      levels: try file.indices("levels", count: count).array(),
      base: try file.indices("baseLinks", count: count * (1 + 2 * options.links)).array(),
      upper: try file.indices("upperLinks").array(), entry: UInt32(try whole("entry", 0...Int(UInt32.max))))
    do {
      return try HNSWIndex(
        restoring: vectors(), parts: parts, metric: metric(), options: options, deleted: deleted())
    } catch VectorError.indexFailed(let reason) {
      throw bad("its links", reason, "links between elements that are there")
    }
  }

  private func vectors() throws -> DenseMatrix {
    let (count, dimension) = (try count(), try whole("dimension", 1...1 << 24))
    let elements = try file.floats("vectors", count: count * dimension)
    var vectors = DenseMatrix(rows: count, columns: dimension)
    elements.withSpan { all in
      for row in 0..<count {
        vectors.withMutableRow(row) { target in
          for column in 0..<dimension { target[column] = all[row * dimension + column] }
        }
      }
    }
    return vectors
  }

  private func metric() throws -> VectorMetric {
    guard let metric = VectorMetric(rawValue: text("metric")) else {
      throw bad("metric", text("metric"), VectorMetric.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return metric
  }

  private func deleted() throws -> [UInt32] {
    let (deleted, count) = (try file.indices("deleted").array(), try count())
    guard deleted.allSatisfy({ $0 < count }) else {
      throw bad("deleted", "\(deleted.max() ?? 0)", "positions below \(count)")
    }
    return deleted
  }

  func ids() throws -> [String] {
    let count = try count()
    let offsets = try file.offsets("idOffsets", count: count + 1).array()
    let bytes = try file.bytes("ids").array()
    guard offsets.first == 0, offsets.last == UInt64(bytes.count),
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw bad("the offsets of ids", "some that do not ascend", "ascending ones up to \(bytes.count)") }
    return (0..<count).map { String(decoding: bytes[Int(offsets[$0])..<Int(offsets[$0 + 1])], as: UTF8.self) }
  }

  private func count() throws -> Int { try whole("count", 0...ExactIndex.limit) }

  private func whole(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let value = Int(text(name)), range.contains(value) else {
      throw bad(name, text(name), "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private func text(_ name: String) -> String { file.provenance.parameters[name] ?? "none" }

  private func bad(_ place: String, _ found: String, _ expected: String) -> VectorError {
    .badIndexFile(path: file.path, place: place, found: found, expected: expected)
  }
}

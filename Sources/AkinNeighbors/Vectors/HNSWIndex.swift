public import AkinLinearAlgebra
public import AkinParallel
import AkinRanking
import Glibc

/// Finds most of the nearest vectors by following links between near ones, from few far-reaching links to many near ones:
/// hnswlib's hierarchical navigable small worlds.
///
/// The same vectors in the same order, options and seed give the same index and the same lists to the bit, since one thread
/// builds it. Whether what is found are the nearest can be measured (`recall`), not known.
///
/// Deleted vectors keep their links, so that others are still found through them, and their memory.
///
/// - Complexity: about O(`searchEffort` · `links` · dimension) a query and O(`buildEffort` · `links` · dimension) a vector
///   added, growing with the logarithm of their number; 4 · (dimension + 2 · `links` + 3) bytes a vector.
///
/// Source: Malkov & Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable small
/// world graphs", IEEE TPAMI 42(4), 2020, doi:10.1109/TPAMI.2018.2889473.
public struct HNSWIndex: VectorIndex {
  public static let kind = "hnsw"
  public let metric: VectorMetric
  public let dimension: Int
  /// How the index is built and searched. Once there are vectors, change `searchEffort` only.
  public var options: HNSWOptions
  public private(set) var liveCount = 0
  public private(set) var zeroCount = 0
  private var graph: HNSWGraph
  /// Empty as long as nothing was deleted; then a byte for each vector.
  private var deleted: [UInt8] = []

  public var count: Int { graph.count }

  /// An index without vectors.
  ///
  /// - Throws: `VectorError.noDimension`, `.indexFailed`.
  public init(dimension: Int, metric: VectorMetric, options: HNSWOptions = HNSWOptions()) throws(VectorError) {
    guard dimension > 0 else { throw .noDimension }
    self.metric = metric
    self.dimension = dimension
    self.options = options
    graph = try HNSWGraph(
      width: DenseMatrix(rows: 0, columns: dimension).stride, metric: metric, links: options.links,
      buildEffort: options.buildEffort)
  }

  /// - Throws: `VectorError`.
  public init(_ vectors: DenseMatrix, metric: VectorMetric, options: HNSWOptions = HNSWOptions()) throws {
    try self.init(dimension: vectors.columnCount, metric: metric, options: options)
    try add(vectors)
  }

  init(
    restoring vectors: DenseMatrix, parts: HNSWGraph.Parts, metric: VectorMetric, options: HNSWOptions,
    deleted: [UInt32]
  ) throws(VectorError) {
    self.metric = metric
    self.options = options
    dimension = vectors.columnCount
    zeroCount = try VectorNorms.prepared(vectors, metric: .innerProduct).zeroCount
    graph = try HNSWGraph(
      parts, vectors: vectors, metric: metric, links: options.links, buildEffort: options.buildEffort)
    liveCount = vectors.rowCount
    for position in deleted { delete(position) }
  }

  public func contains(_ position: UInt32) -> Bool {
    Int(position) < count && (deleted.isEmpty || deleted[Int(position)] == 0)
  }

  public func vector(at position: UInt32) -> [Float] {
    precondition(Int(position) < count, "position \(position) of \(count)")
    return graph.vector(Int(position), dimension: dimension)
  }

  public mutating func add(_ added: DenseMatrix, cancellation: Cancellation, progress: (Int) -> Void) throws {
    guard added.columnCount == dimension else {
      throw VectorError.dimensionMismatch(found: added.columnCount, expected: dimension)
    }
    guard added.rowCount <= ExactIndex.limit - count else { throw VectorError.tooMany(limit: ExactIndex.limit) }
    let prepared = try VectorNorms.prepared(added, metric: metric, first: count)
    if !isKnownUniquelyReferenced(&graph) { graph = try copiedGraph() }
    let first = count
    if first + added.rowCount > graph.capacity {
      try graph.reserve(first == 0 ? added.rowCount : max(first + added.rowCount, first + first / 3))
    }
    // Whatever ends it, what was added is counted.
    defer {
      let more = count - first
      liveCount += more
      if !deleted.isEmpty { deleted += [UInt8](repeating: 0, count: more) }
      zeroCount += prepared.norms.prefix(more).count { $0 == 0 }
    }
    for row in 0..<added.rowCount {
      if row % 256 == 0 {
        try cancellation.check()
        progress(row)
      }
      try prepared.vectors.withElements(ofRows: row..<row + 1) { vector throws(VectorError) in
        try graph.add(vector, level: level(of: first + row))
      }
    }
    progress(added.rowCount)
  }

  /// Levels are exponentially distributed, each less likely by a factor of `links`. A draw belongs to the position, so
  /// that it does not matter in how many parts vectors are added.
  private func level(of position: Int) -> Int {
    var stream = RandomStream(seed: options.seed, stream: UInt64(position))
    return Int(-log(1 - stream.drawUnit()) / log(Double(options.links)))
  }

  private func copiedGraph() throws(VectorError) -> HNSWGraph {
    try HNSWGraph(
      graph.parts(), vectors: graph.vectors(dimension: dimension), metric: metric, links: options.links,
      buildEffort: options.buildEffort)
  }

  @discardableResult
  public mutating func delete(_ position: UInt32) -> Bool {
    guard contains(position) else { return false }
    if deleted.isEmpty { deleted = [UInt8](repeating: 0, count: count) }
    deleted[Int(position)] = 1
    liveCount -= 1
    return true
  }

  public func neighbors(
    of queries: DenseMatrix, k: Int, filter: VectorFilter, execution: Execution
  ) throws -> [[VectorNeighbor]] {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    guard queries.columnCount == dimension else {
      throw VectorError.dimensionMismatch(found: queries.columnCount, expected: dimension)
    }
    let prepared = try VectorNorms.prepared(queries, metric: metric).vectors
    let effort = max(options.searchEffort, k)
    // Among few, looking at each takes less than searching past all others, and finds them all.
    if let allowed = filter.allowed, allowed.count <= effort * options.links {
      let positions = allowed.indices.filter { contains($0) }
      return try concurrentMap(count: queries.rowCount, chunkSize: 32, execution: execution) { rows in
        rows.map { query in
          prepared.withElements(ofRows: query..<query + 1) { vector in
            var best = TopK(min(k, positions.count))
            for position in positions where filter.isAdmitted(position, query: query) {
              best.offer(position, score: graph.score(Int(position), query: vector))
            }
            return best.ranked()
          }
        }
      }.flatMap { $0 }
    }
    return try concurrentMap(count: queries.rowCount, chunkSize: 32, execution: execution) { rows in
      try rows.map { query in
        try prepared.withElements(ofRows: query..<query + 1) { vector throws(VectorError) in
          try graph.search(
            vector, k: k, effort: effort, excluded: deleted,
            admits: filter.isOpen ? nil : { filter.isAdmitted($0, query: query) })
        }
      }
    }.flatMap { $0 }
  }

  public func scores(of positions: [UInt32], for query: [Float]) throws -> [Double] {
    guard query.count == dimension else {
      throw VectorError.dimensionMismatch(found: query.count, expected: dimension)
    }
    let prepared = try VectorNorms.prepared(
      DenseMatrix(rows: 1, columns: dimension, elements: query), metric: metric
    ).vectors
    return prepared.withElements(ofRows: 0..<1) { query in
      positions.map { position in
        precondition(Int(position) < count, "position \(position) of \(count)")
        return graph.score(Int(position), query: query)
      }
    }
  }

  /// The links, and all vectors as they are compared: what a file keeps.
  var contents: (parts: HNSWGraph.Parts, vectors: DenseMatrix) { (graph.parts(), graph.vectors(dimension: dimension)) }
}

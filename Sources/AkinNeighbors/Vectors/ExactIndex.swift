public import AkinLinearAlgebra
public import AkinParallel
import AkinRanking

/// Compares every query with every vector: what it finds are the nearest, without exception.
///
/// Scores of 64 queries with the vectors of a block are summed up in registers and held against what each query's list
/// asks for by then; they never go to memory. Those few that pass, by a margin that covers all rounding, are computed again as
/// scores are defined, and decide. So lists do not depend on how many queries are asked together.
///
/// - Complexity: O(vectors · dimension) a query; O(vectors · dimension) space, and a third more for growing.
public struct ExactIndex: VectorIndex {
  public static let kind = "exact"
  public let metric: VectorMetric
  public let dimension: Int
  public private(set) var count = 0
  public private(set) var liveCount = 0
  public private(set) var zeroCount = 0
  /// The first `count` rows; more are room to grow.
  private(set) var vectors: DenseMatrix
  /// What precedes the product with a query: −|x|²/2 for the Euclidean metric, else nothing.
  private(set) var offsets: [Float] = []
  /// The greatest length within each run of `groupSize` vectors.
  private(set) var groupLengths: [Double] = []
  private(set) var isDeleted: [Bool] = []

  static let groupSize = 192
  static let limit = Int(UInt32.max) - 1

  /// An index without vectors.
  ///
  /// - Throws: `VectorError.noDimension`.
  public init(dimension: Int, metric: VectorMetric) throws(VectorError) {
    guard dimension > 0 else { throw .noDimension }
    self.dimension = dimension
    self.metric = metric
    vectors = DenseMatrix(rows: 0, columns: dimension)
  }

  /// - Throws: `VectorError`.
  public init(_ vectors: DenseMatrix, metric: VectorMetric) throws {
    try self.init(dimension: vectors.columnCount, metric: metric)
    try add(vectors)
  }

  /// - Parameter vectors: as `vector(at:)` gave them.
  init(restoring vectors: DenseMatrix, metric: VectorMetric, deleted: [UInt32]) throws(VectorError) {
    try self.init(dimension: vectors.columnCount, metric: metric)
    let lengths = try VectorNorms.prepared(vectors, metric: .innerProduct)
    append(vectors, norms: lengths.norms, zeroCount: lengths.zeroCount)
    for position in deleted { delete(position) }
  }

  public func contains(_ position: UInt32) -> Bool { Int(position) < count && !isDeleted[Int(position)] }

  public func vector(at position: UInt32) -> [Float] {
    precondition(Int(position) < count, "position \(position) of \(count)")
    return vectors.row(Int(position))
  }

  public mutating func add(_ added: DenseMatrix, cancellation: Cancellation, progress: (Int) -> Void) throws {
    guard added.columnCount == dimension else {
      throw VectorError.dimensionMismatch(found: added.columnCount, expected: dimension)
    }
    guard added.rowCount <= Self.limit - count else { throw VectorError.tooMany(limit: Self.limit) }
    let prepared = try VectorNorms.prepared(added, metric: metric, first: count)
    let norms = metric == .cosine ? prepared.norms.map { $0 == 0 ? 0 : 1 + 0x1p-20 } : prepared.norms
    append(prepared.vectors, norms: norms, zeroCount: prepared.zeroCount)
    progress(added.rowCount)
  }

  private mutating func append(_ added: DenseMatrix, norms: [Double], zeroCount zeros: Int) {
    if count == 0 {
      vectors = added
    } else {
      if count + added.rowCount > vectors.rowCount {
        var larger = DenseMatrix(rows: max(count + added.rowCount, count + count / 3), columns: dimension)
        larger.copyRows(0..<count, of: vectors, to: 0)
        vectors = larger
      }
      vectors.copyRows(0..<added.rowCount, of: added, to: count)
    }
    for (row, norm) in norms.enumerated() {
      if metric == .euclidean { offsets.append(Float(-norm * norm / 2)) }
      let group = (count + row) / Self.groupSize
      if group == groupLengths.count { groupLengths.append(0) }
      groupLengths[group] = max(groupLengths[group], norm)
    }
    isDeleted += [Bool](repeating: false, count: added.rowCount)
    count += added.rowCount
    liveCount += added.rowCount
    zeroCount += zeros
  }

  @discardableResult
  public mutating func delete(_ position: UInt32) -> Bool {
    guard contains(position) else { return false }
    isDeleted[Int(position)] = true
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
    let prepared = try VectorNorms.prepared(queries, metric: metric)
    let norms = metric == .cosine ? prepared.norms.map { $0 == 0 ? 0 : 1 + 0x1p-20 } : prepared.norms
    // Few queries are cut by vectors, so that all threads have work; many by queries alone.
    let group = 512
    let groups = (queries.rowCount + group - 1) / group
    let run = groups > 4 ? max(1, count) : max(1 << 17, (count + 15) / 16)
    let runs = max(1, (count + run - 1) / run)
    let parts = try concurrentMap(count: groups * runs, chunkSize: 1, execution: execution) { item in
      let rows = item.lowerBound / runs * group..<min(queries.rowCount, (item.lowerBound / runs + 1) * group)
      let start = item.lowerBound % runs * run
      var scan = VectorScan(
        index: self, queries: prepared.vectors, norms: norms, rows: rows, k: min(k, max(1, count)), filter: filter)
      try scan.visit(start..<min(count, start + run), cancellation: execution.cancellation)
      return scan.lists
    }
    guard runs > 1 else { return parts.flatMap { $0.map { $0.ranked() } } }
    return (0..<queries.rowCount).map { query in
      var best = TopK(min(k, count))
      for run in 0..<runs {
        for found in parts[query / group * runs + run][query % group].ranked() {
          best.offer(found.position, score: found.score)
        }
      }
      return best.ranked()
    }
  }
}

extension TopK {
  func ranked() -> [VectorNeighbor] {
    ranked(type: NodeTypeID(rawValue: 0)).map { VectorNeighbor(position: $0.node.index, score: $0.score) }
  }
}

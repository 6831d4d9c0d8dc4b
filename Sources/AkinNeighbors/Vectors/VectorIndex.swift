public import AkinLinearAlgebra
public import AkinParallel

/// Finds the vectors that are nearest to others: exactly (`ExactIndex`) or nearly always (`HNSWIndex`).
///
/// An index is a value. Its vectors are numbered from 0 in the order in which they were added; positions of deleted ones
/// are never used again. The score of a pair is the same in every index on one machine, to the bit, so that indexes
/// differ in what they find and in nothing else.
public protocol VectorIndex: Sendable {
  /// What people type: "exact", "hnsw".
  static var kind: String { get }
  /// By what vectors are near.
  var metric: VectorMetric { get }
  /// Elements of a vector, at least 1.
  var dimension: Int { get }
  /// Vectors that were ever added.
  var count: Int { get }
  /// Vectors that can be found.
  var liveCount: Int { get }
  /// Vectors of zeros among all that were added.
  var zeroCount: Int { get }

  /// Whether `position` holds a vector that was not deleted.
  func contains(_ position: UInt32) -> Bool

  /// The vector at a position below `count`, as it is compared: of length 1 where the metric is the cosine.
  func vector(at position: UInt32) -> [Float]

  /// Adds the rows of `vectors` behind those that are there.
  ///
  /// - Parameter progress: told from time to time how many were added.
  /// - Throws: `VectorError`, and the index is as before; `CancellationError`, and an `HNSWIndex` has some of them.
  mutating func add(_ vectors: DenseMatrix, cancellation: Cancellation, progress: (Int) -> Void) throws

  /// Never finds the vector at `position` again.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  mutating func delete(_ position: UInt32) -> Bool

  /// For each row of `queries` the `k` nearest vectors that `filter` admits: by descending score, equal scores by
  /// ascending position. Fewer where there are not `k`.
  ///
  /// - Parameter k: at least 1.
  /// - Throws: `VectorError` for queries that no vector of the index could be; `CancellationError`.
  func neighbors(
    of queries: DenseMatrix, k: Int, filter: VectorFilter, execution: Execution
  ) throws -> [[VectorNeighbor]]

  /// The score of the vector at each of `positions`, which are below `count`, for one query.
  ///
  /// - Throws: `VectorError` for a query that no vector of the index could be.
  func scores(of positions: [UInt32], for query: [Float]) throws -> [Double]
}

extension VectorIndex {
  /// Adds the rows of `vectors` behind those that are there, without a way to stop.
  ///
  /// - Throws: `VectorError`, and the index is as before.
  public mutating func add(_ vectors: DenseMatrix) throws {
    try add(vectors, cancellation: Cancellation()) { _ in }
  }

  /// The nearest vectors on one thread.
  ///
  /// - Throws: as `neighbors(of:k:filter:execution:)`.
  public func neighbors(
    of queries: DenseMatrix, k: Int, filter: VectorFilter = .all
  ) throws -> [[VectorNeighbor]] {
    try neighbors(of: queries, k: k, filter: filter, execution: .serial)
  }
}

/// One vector that was found.
public struct VectorNeighbor: Sendable, Equatable {
  /// Number of the vector in its index, from 0 in the order of adding.
  public var position: UInt32
  /// By the metric of the index; the higher, the nearer.
  public var score: Double

  /// A higher `score` is nearer.
  public init(position: UInt32, score: Double) {
    self.position = position
    self.score = score
  }
}

public import AkinGraph
public import AkinParallel
import AkinRanking

/// A notion of how alike two nodes of one type are, on one snapshot: a measure over a relation, or Swing.
public protocol NodeSimilarity: Sendable {
  /// The graph whose nodes are compared.
  var snapshot: Snapshot { get }
  /// From the nodes that are compared to what connects them; the way back is the same relation.
  var hop: Hop { get }
  /// What a row looks at besides the edges of its pairs: which stored rows a change of the graph reaches.
  var dependence: RowDependence { get }
  /// Counters for one thread, used again from row to row.
  func makeWorker() -> any SimilarityWorker
  /// The `k` most similar nodes of every node: exact, equal scores by ascending index, the same on any number of threads.
  /// Where `share` is not all, rows outside of it are empty, and those inside may lack neighbours: they show how long it
  /// takes and how long lists are, not what is in them.
  func allNeighbors(k: Int, share: RowShare, execution: Execution) throws -> NeighborTable
}

/// Which rows of all pairs are computed: all, or a few pieces spread evenly, to judge by them what all would take.
public struct RowShare: Sendable, Equatable {
  let stride: Int

  /// Every row.
  public static let all = RowShare(oneIn: 1)
  /// Only what comes before the first row.
  public static let none = RowShare(oneIn: .max)

  /// One piece of this many.
  public init(oneIn stride: Int) {
    precondition(stride >= 1, "a share must be one in at least 1, found \(stride)")
    self.stride = stride
  }

  /// Pieces from the middle of each stride, since the first ones may be the dearest.
  func includes(_ range: Range<Int>, chunkSize: Int) -> Bool {
    (range.lowerBound / chunkSize) % stride == stride / 2
  }
}

/// The counters of one thread over a `NodeSimilarity`. Not `Sendable`: make one per thread.
public protocol SimilarityWorker: AnyObject {
  /// Calls `body` with every node that is similar to `node` with a score above zero, in an order of its own, but the node
  /// itself.
  ///
  /// - Returns: how many edges were followed.
  func forEachSimilar(to node: UInt32, _ body: (UInt32, Double) -> Void) throws -> Int
  /// What each shared connector holds of the similarity of `other` to `node`, by ascending connector.
  func shares(of other: UInt32, to node: UInt32) throws -> [ConnectorShare]
}

/// What one shared connector holds of a similarity.
public struct ConnectorShare: Sendable, Equatable {
  /// Index within the connecting type.
  public var connector: UInt32
  /// A fraction of the whole; negative where the connector speaks against it. Those of a pair add up to 1.
  public var fraction: Double
}

extension [ConnectorShare] {
  /// Divides by the sum; empty where that is not above zero.
  func normalized() -> [ConnectorShare] {
    let sum = reduce(0) { $0 + $1.fraction }
    return sum > 0 ? map { ConnectorShare(connector: $0.connector, fraction: $0.fraction / sum) } : []
  }
}

extension NodeSimilarity {
  /// The `k` most similar nodes of every node, no row left out; `k` is at least 1.
  ///
  /// - Throws: what the similarity throws; `CancellationError`.
  public func allNeighbors(k: Int, execution: Execution) throws -> NeighborTable {
    try allNeighbors(k: k, share: .all, execution: execution)
  }

  public func allNeighbors(k: Int, share: RowShare, execution: Execution) throws -> NeighborTable {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let count = snapshot.adjacency(hop).nodeCount
    // Each piece reads norms anew, so there are not many.
    let chunkSize = max(64, count / 16)
    let pieces = try concurrentMap(count: count, chunkSize: chunkSize, execution: execution) { range in
      guard share.includes(range, chunkSize: chunkSize) else { return NeighborTable.Rows(empty: range.count) }
      let worker = makeWorker()
      var best = BestRow(k)
      var rows = NeighborTable.Rows()
      for node in range {
        if node % 256 == 0 { try execution.cancellation.check() }
        _ = try worker.forEachSimilar(to: UInt32(node)) { best.offer($0, score: $1) }
        best.drain(into: &rows)
      }
      return rows
    }
    return NeighborTable(
      type: snapshot.origin(of: hop), nodeCount: count, pieces: pieces, order: (0..<UInt32(count)))
  }
}

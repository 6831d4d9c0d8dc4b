public import AkinGraph
public import AkinParallel
import AkinRanking

/// Similarities that were computed beforehand and kept: the best neighbours of every node, as a graph of its own.
///
/// The graph has the compared type with its ids and labels, and one relation, `similar`, from every node to its most
/// similar ones, weighted by the similarity as a 32-bit number. It can be walked on, drawn and described like any other.
/// Answers from it take a row a source; what explains them is asked of the graph that it was made from.
public struct StoredSimilarity: NodeSimilarity {
  /// The name of the relation.
  public static let relationName = "similar"

  /// What was stored.
  public let original: any NodeSimilarity
  private let rows: Adjacency

  public var snapshot: Snapshot { original.snapshot }
  public var hop: Hop { original.hop }
  public var dependence: RowDependence { original.dependence }

  /// - Parameter stored: a graph that `stored(k:provenance:execution:)` of `original` made.
  /// - Throws: `NeighborError.notStoredSimilarities`.
  public init(_ stored: Snapshot, of original: any NodeSimilarity) throws {
    self.original = original
    let type = original.snapshot.origin(of: original.hop)
    let name = original.snapshot.schema.name(of: type)
    let expected =
      "one relation '\(Self.relationName)' within \(original.snapshot.table(of: type).count) nodes '\(name)'"
    guard stored.schema.relations.map(\.name) == [Self.relationName],
      stored.schema.nodeTypes == [original.snapshot.schema.nodeTypes[Int(type.rawValue)]],
      stored.relations[0].forward.attributes.weights != nil
    else {
      throw NeighborError.notStoredSimilarities(
        found: stored.schema.relations.map { "'\($0.name)'" }.joined(separator: ", "), expected: expected)
    }
    rows = stored.relations[0].forward
  }

  public func makeWorker() -> any SimilarityWorker { Worker(rows, original: original) }

  private final class Worker: SimilarityWorker {
    private let rows: Adjacency
    private let original: any NodeSimilarity
    /// Only explanations need it.
    private var live: (any SimilarityWorker)?

    init(_ rows: Adjacency, original: any NodeSimilarity) {
      self.rows = rows
      self.original = original
    }

    func forEachSimilar(to node: UInt32, _ body: (UInt32, Double) -> Void) throws -> Int {
      let row = try rows.edges(of: node)
      for edge in row {
        let weight = rows.attributes.weight(at: edge)
        guard weight > 0, weight.isFinite else {
          throw GraphError.damagedData(place: "edge \(edge)", found: "weight \(weight)", expected: "a positive number")
        }
        body(try rows.neighbor(at: edge), Double(weight))
      }
      return row.count
    }

    func shares(of other: UInt32, to node: UInt32) throws -> [ConnectorShare] {
      if live == nil { live = original.makeWorker() }
      return try live!.shares(of: other, to: node)
    }
  }
}

extension NodeSimilarity {
  /// The `k` most similar nodes of every node as a graph of its own, for `StoredSimilarity`.
  ///
  /// - Complexity: that of `allNeighbors`.
  public func stored(k: Int, provenance: Provenance, execution: Execution) throws -> Snapshot {
    let table = try allNeighbors(k: k, execution: execution)
    var order: [Int] = []
    let rows = WeightedRows(counts: (0..<table.nodeCount).map { table.offsets[$0 + 1] - table.offsets[$0] }) {
      node, neighbors, weights in
      order.removeAll(keepingCapacity: true)
      order += table.offsets[node]..<table.offsets[node + 1]
      order.sort { table.neighbors[$0] < table.neighbors[$1] }
      for entry in order {
        neighbors.append(table.neighbors[entry])
        weights.append(Self.storedWeight(table.scores[entry]))
      }
    }
    return try snapshot.derived(
      StoredSimilarity.relationName, of: snapshot.origin(of: hop), rows: rows, weightName: "similarity",
      provenance: provenance, execution: execution)
  }

  /// A score above zero as an edge's weight, which must be positive and finite.
  static func storedWeight(_ score: Double) -> Float {
    min(max(Float(score), .leastNonzeroMagnitude), .greatestFiniteMagnitude)
  }
}

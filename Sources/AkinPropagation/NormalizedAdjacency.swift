public import AkinGraph
public import AkinLinearAlgebra
public import AkinParallel
import Glibc

/// One relation as a matrix R with a row a connector (user) and a column a candidate (item), and what normalisation
/// makes of it:
///
///     N = D_u^(−a) · R · D_i^(−b)
///
/// where D are degrees: sums of rows and columns of R. A node without edges has an empty row; no power of its degree 0 is
/// ever taken.
public struct NormalizedAdjacency: Sendable {
  /// N: a row a connector.
  public private(set) var connectors: SparseMatrix
  /// Nᵀ: a row a candidate.
  public private(set) var candidates: SparseMatrix
  /// Sums of the rows and columns of R.
  public let connectorDegrees: [Float]
  /// Sums of the columns of R, by candidate.
  public let candidateDegrees: [Float]
  /// How edges count in R.
  public let numbers: EdgeCount

  /// How edges count.
  public enum EdgeCount: Int, Sendable, CaseIterable {
    /// All alike; parallel edges are one.
    case binary
    /// By their weights; those of parallel edges are added.
    case weights
  }

  /// How many rows R has.
  public var connectorCount: Int { connectors.rowCount }
  /// How many columns R has.
  public var candidateCount: Int { candidates.rowCount }
  /// How many elements are stored: edges, parallel ones as one.
  public var edgeCount: Int { connectors.count }

  /// - Parameters:
  ///   - hop: from candidates to connectors.
  ///   - connectorExponent: a, any finite number; ½ with `candidateExponent` ½ is the symmetric normalisation.
  ///   - candidateExponent: b.
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(n + m) time and space: 16 bytes an edge.
  public init(
    _ snapshot: Snapshot, hop: Hop, numbers: EdgeCount = .binary, connectorExponent: Float = 0.5,
    candidateExponent: Float = 0.5, execution: Execution = .serial
  ) throws {
    let opposite = Hop(relation: hop.relation, direction: hop.direction.opposite)
    try snapshot.validate(hop, execution: execution)
    try snapshot.validate(opposite, execution: execution)
    let rows = try RelationRows(snapshot.adjacency(opposite), numbers: numbers)
    let columns = try RelationRows(snapshot.adjacency(hop), numbers: numbers)
    self.init(
      rows: rows, columns: columns, numbers: numbers, connectorExponent: connectorExponent,
      candidateExponent: candidateExponent)
  }

  /// The same relation with other exponents; not of a routed one.
  public func normalized(connectorExponent: Float, candidateExponent: Float) -> NormalizedAdjacency {
    guard let source else { preconditionFailure("a routed relation no longer has what it was made from") }
    return NormalizedAdjacency(
      rows: source.rows, columns: source.columns, numbers: numbers, connectorExponent: connectorExponent,
      candidateExponent: candidateExponent)
  }

  /// The same, whose products read what the cache still holds: nodes stand community by community. For many products.
  func routed() -> NormalizedAdjacency {
    let orders = connectors.communityOrders(transpose: candidates)
    var result = self
    result.connectors = connectors.routed(along: orders.rows)
    result.candidates = candidates.routed(along: orders.columns)
    result.source = nil
    return result
  }

  /// What it was made from, for other exponents.
  private var source: (rows: RelationRows, columns: RelationRows)?

  private init(
    rows: RelationRows, columns: RelationRows, numbers: EdgeCount, connectorExponent: Float, candidateExponent: Float
  ) {
    source = (rows, columns)
    self.numbers = numbers
    connectorDegrees = rows.degrees
    candidateDegrees = columns.degrees
    let left = rows.degrees.map { $0 > 0 ? pow($0, -connectorExponent) : 0 }
    let right = columns.degrees.map { $0 > 0 ? pow($0, -candidateExponent) : 0 }
    // The same product of the same numbers in the same order, so that one is the transpose of the other to the bit.
    connectors = rows.matrix(columns: columns.rowCount) { row, column, weight in (weight * left[row]) * right[column] }
    candidates = columns.matrix(columns: rows.rowCount) { row, column, weight in (weight * left[column]) * right[row] }
  }
}

/// The distinct edges of one direction of a relation, with what they count.
struct RelationRows: Sendable {
  private(set) var offsets: [Int] = [0]
  private(set) var neighbors: [UInt32] = []
  /// Empty where all count 1.
  private(set) var weights: [Float] = []
  private(set) var degrees: [Float] = []

  var rowCount: Int { degrees.count }

  /// - Throws: `GraphError.damagedData` for a weight that is not positive and finite.
  init(_ adjacency: Adjacency, numbers: NormalizedAdjacency.EdgeCount) throws(GraphError) {
    let isWeighted = numbers == .weights && adjacency.attributes.weights != nil
    offsets.reserveCapacity(adjacency.nodeCount + 1)
    neighbors.reserveCapacity(adjacency.edgeCount)
    for node in 0..<UInt32(adjacency.nodeCount) {
      let first = neighbors.count
      var degree: Float = 0
      for edge in try adjacency.edges(of: node) {
        let neighbor = try adjacency.neighbor(at: edge)
        let isParallel = neighbors.count > first && neighbors[neighbors.count - 1] == neighbor
        guard isWeighted else {
          if !isParallel { neighbors.append(neighbor) }
          continue
        }
        let weight = adjacency.attributes.weight(at: edge)
        guard weight > 0, weight.isFinite else {
          throw .damagedData(place: "edge \(edge)", found: "weight \(weight)", expected: "a positive number")
        }
        degree += weight
        if isParallel {
          weights[weights.count - 1] += weight
        } else {
          neighbors.append(neighbor)
          weights.append(weight)
        }
      }
      degrees.append(isWeighted ? degree : Float(neighbors.count - first))
      offsets.append(neighbors.count)
    }
  }

  func matrix(columns: Int, value: (_ row: Int, _ column: Int, _ weight: Float) -> Float) -> SparseMatrix {
    var values: [Float] = []
    values.reserveCapacity(neighbors.count)
    for row in 0..<rowCount {
      for edge in offsets[row]..<offsets[row + 1] {
        values.append(value(row, Int(neighbors[edge]), weights.isEmpty ? 1 : weights[edge]))
      }
    }
    return SparseMatrix(rows: rowCount, columns: columns, offsets: offsets, columns: neighbors, values: values)
  }
}

public import AkinGraph
public import AkinLinearAlgebra
public import AkinRanking

/// Recommends the nodes whose vectors are nearest to those of the sources:
///
///     score(j) = Σ_s w_s · sim(v_s, v_j)
///
/// over the sources *s* that have a vector, with sim as the metric of the index says. One search answers it: by the inner
/// product and the cosine the sum is the product with Σ w_s · v_s (vectors of length 1 for the cosine), and by the Euclidean
/// metric it is nearest to the weighted mean of the v_s.
///
/// A source of the connecting type (a user among items) that has no vector of its own stands for the nodes that its edges
/// lead to, in equal shares. Candidates without a vector are never listed.
///
/// For embeddings from anywhere, and for those that a model learnt: what the index holds are the candidates' vectors, and
/// sources of other types bring a matrix of theirs.
///
/// - Complexity: that of one search of the index, and O(dimension) a source.
public struct VectorRecommender: Recommender {
  /// The candidates' vectors.
  public let index: any VectorIndex
  public let info: MethodInfo
  let snapshot: Snapshot
  let hop: Hop
  /// The node at each position of the index; `none` where the graph has no such node.
  let nodes: [UInt32]
  /// By node; `none` for those without a vector.
  let positions: [UInt32]
  /// Vectors of other types than the candidates', one for each node, as they are compared.
  let sourceVectors: [NodeTypeID: DenseMatrix]
  /// Stands for no node, and for no position.
  public static let none = UInt32.max

  /// - Parameters:
  ///   - hop: from candidates to what connects them.
  ///   - nodes: which candidate each position of the index is, each at most once; `none` for no candidate. `nil` where
  ///     positions are the indices of nodes. Ascending nodes make equal scores come by ascending node in every case.
  ///   - sourceVectors: of types other than the candidates', one row for each node of the type.
  /// - Throws: `VectorError` where `sourceVectors` cannot be compared with the index.
  public init(
    _ index: any VectorIndex, snapshot: Snapshot, hop: Hop, nodes: [UInt32]? = nil,
    sourceVectors: [NodeTypeID: DenseMatrix] = [:], name: String = "vectors",
    parameters: [MethodInfo.Parameter] = []
  ) throws {
    let count = snapshot.table(of: snapshot.origin(of: hop)).count
    let nodes = nodes ?? (0..<UInt32(index.count)).map { $0 }
    precondition(nodes.count == index.count, "\(nodes.count) nodes for \(index.count) vectors")
    var positions = [UInt32](repeating: Self.none, count: count)
    for (position, node) in nodes.enumerated() where node != Self.none && index.contains(UInt32(position)) {
      precondition(Int(node) < count, "node \(node) of \(count)")
      precondition(positions[Int(node)] == Self.none, "node \(node) has two vectors")
      positions[Int(node)] = UInt32(position)
    }
    self.sourceVectors = try sourceVectors.mapValues { vectors in
      guard vectors.columnCount == index.dimension else {
        throw VectorError.dimensionMismatch(found: vectors.columnCount, expected: index.dimension)
      }
      return try VectorNorms.prepared(vectors, metric: index.metric).vectors
    }
    for (type, vectors) in sourceVectors {
      let expected = snapshot.table(of: type).count
      precondition(vectors.rowCount == expected, "\(vectors.rowCount) vectors for \(expected) nodes")
    }
    self.index = index
    self.snapshot = snapshot
    self.hop = hop
    self.nodes = nodes
    self.positions = positions
    info = MethodInfo(name: name, parameters: parameters, fingerprint: snapshot.fingerprint)
  }

  /// The type of the nodes that this method ranks.
  public var candidateType: NodeTypeID { snapshot.origin(of: hop) }

  public func makeSession() -> any RankingSession { VectorSession(self) }
}

/// One part of a query: a vector, whose it is and what it counts.
struct VectorPart {
  var source: NodeID
  /// Between the source and the node whose vector it is.
  var way: [NodeID]
  var weight: Double
  var vector: [Float]
}

extension VectorRecommender {
  /// The parts of a query, in an order that the query fixes.
  func parts(of query: Query) throws -> [VectorPart] {
    let schema = snapshot.schema
    guard query.candidates.type == candidateType else {
      throw NeighborError.candidateTypeMismatch(
        found: schema.name(of: query.candidates.type), expected: schema.name(of: candidateType))
    }
    let connector = snapshot.destination(of: hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    var parts: [VectorPart] = []
    for source in query.sources.sorted(by: { $0.node < $1.node }) {
      let node = source.node
      if node.type == candidateType {
        precondition(Int(node.index) < positions.count, "source \(node.index) is not a node of its type")
        if let vector = vector(of: node.index) {
          parts.append(VectorPart(source: node, way: [], weight: source.weight, vector: vector))
        }
      } else if let vectors = sourceVectors[node.type] {
        precondition(Int(node.index) < vectors.rowCount, "source \(node.index) is not a node of its type")
        parts.append(
          VectorPart(source: node, way: [], weight: source.weight, vector: vectors.row(Int(node.index))))
      } else if node.type == connector {
        let row = try inward.edges(of: node.index)
        for edge in row {
          let neighbor = try inward.neighbor(at: edge)
          let way = [NodeID(type: candidateType, index: neighbor)]
          let weight = source.weight / Double(row.count)
          // Edges to one node are neighbours in their row, where a graph keeps several.
          if let last = parts.last, last.source == node, last.way == way {
            parts[parts.count - 1].weight += weight
          } else if let vector = vector(of: neighbor) {
            parts.append(VectorPart(source: node, way: way, weight: weight, vector: vector))
          }
        }
      } else {
        throw NeighborError.sourceTypeMismatch(
          found: schema.name(of: node.type),
          expected: "'\(schema.name(of: candidateType))' or '\(schema.name(of: connector))'")
      }
    }
    return parts
  }

  private func vector(of node: UInt32) -> [Float]? {
    guard Int(node) < positions.count, positions[Int(node)] != Self.none else { return nil }
    return index.vector(at: positions[Int(node)])
  }
}

/// One search in place of many, and the way from its scores to those of the query.
struct VectorQuestion {
  var vector: [Float]
  /// score = scale · score of the search + shift
  var scale: Double
  var shift: Double

  /// `nil` where the parts point nowhere.
  init?(_ parts: [VectorPart], metric: VectorMetric) {
    guard let first = parts.first else { return nil }
    var sum = [Double](repeating: 0, count: first.vector.count)
    let total = parts.reduce(0) { $0 + $1.weight }
    for part in parts {
      for element in sum.indices { sum[element] += part.weight * Double(part.vector[element]) }
    }
    if metric == .euclidean { for element in sum.indices { sum[element] /= total } }
    vector = sum.map { Float($0) }
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length > 0 || metric == .euclidean, length <= VectorNorms.longest else { return nil }
    switch metric {
    case .innerProduct: (scale, shift) = (1, 0)
    case .cosine: (scale, shift) = (length, 0)
    case .euclidean:
      // Σ w |v − x|² = W |m − x|² + Σ w |v − m|² with the mean m and the sum W of the weights.
      scale = total
      var spread = 0.0
      for part in parts {
        for (x, y) in zip(part.vector, vector) {
          spread += part.weight * (Double(x) - Double(y)) * (Double(x) - Double(y))
        }
      }
      shift = -spread
    }
  }

  func score(_ found: Double) -> Double { scale * found + shift }
}

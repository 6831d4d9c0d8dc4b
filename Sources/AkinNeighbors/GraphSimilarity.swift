public import AkinGraph
public import AkinParallel

/// A measure over one relation of a snapshot, followed there and back.
///
/// A row of similarities is one row of a sparse matrix product, after Gustavson: every connector of the node adds its
/// own row to an accumulator. Only what a row touches is looked at, so nothing need be computed beforehand.
///
/// - Complexity: a row takes O(Σ degrees of the node's connectors); where the measure needs sums or norms, those of the
///   nodes met are read once a worker, O(edges) in all.
///
/// Source: Gustavson, "Two fast algorithms for sparse matrices", ACM TOMS 4(3), 1978, doi:10.1145/355791.355796.
public struct GraphSimilarity<Measure: SimilarityMeasure>: NodeSimilarity {
  /// The graph whose nodes are compared.
  public let snapshot: Snapshot
  /// From the nodes that are compared to what connects them.
  public let hop: Hop
  /// How alike two nodes are, by what they share.
  public let measure: Measure
  /// What counts as a number, and what holds back pairs that share little.
  public let options: NeighborOptions
  let population: Population

  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(1), or O(edges) where the measure asks for the mean sum of weights.
  public init(_ snapshot: Snapshot, hop: Hop, measure: Measure, options: NeighborOptions = NeighborOptions()) throws {
    options.check()
    self.snapshot = snapshot
    self.hop = hop
    self.measure = measure
    self.options = options
    let outward = snapshot.adjacency(hop)
    var population = Population(nodes: outward.nodeCount, connectors: outward.neighborCount)
    if measure.needs.contains(.meanSum) {
      var sum = 0.0
      for node in 0..<UInt32(outward.nodeCount) {
        var cursor = try EntryCursor(node, outward, options.numbers)
        while let entry = try cursor.next() { sum += entry.number }
      }
      population.meanSum = sum / Double(max(1, outward.nodeCount))
    }
    self.population = population
  }

  public var dependence: RowDependence {
    var dependence = RowDependence()
    dependence.onConnectors =
      options.connectorLimit != nil || !measure.needs.isDisjoint(with: [.connectors, .connectorSums])
    dependence.onCounts = measure.needs.contains(.counts)
    dependence.onAllEdges = measure.needs.contains(.meanSum)
    return dependence
  }

  var relation: MeasuredRelation {
    MeasuredRelation(snapshot: snapshot, hop: hop, options: options, population: population, isBinary: isBinary)
  }

  /// Whether the measure sees all edges alike.
  var isBinary: Bool {
    if measure is any CountMeasure { return true }
    let attributes = snapshot.adjacency(hop).attributes
    return switch options.numbers {
    case .binary: true
    case .weights: attributes.weights == nil
    case .values: attributes.values == nil && attributes.weights == nil
    }
  }

  public func makeWorker() -> any SimilarityWorker { MeasureWorker(measure.rows(over: relation)) }

  public func allNeighbors(k: Int, share: RowShare, execution: Execution) throws -> NeighborTable {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    // Counting measures have a faster way, which does not pass over connectors.
    if options.connectorLimit == nil, isBinary, let counting = measure.whenBinary {
      return try counting.neighbors(over: relation, k: k, share: share, execution: execution)
    }
    if measure.isPlainCosine, options.keepsScores,
      let numbers = try WholeNumbers(
        of: snapshot.adjacency(hop), options.numbers, execution: execution)
    {
      return try numbers.cosines(over: relation, k: k, share: share, execution: execution)
    }
    return try measure.product(over: relation, k: k, share: share, execution: execution)
  }

  /// One row after the other, by the same code that answers for a single node.
  func rowNeighbors(k: Int, execution: Execution) throws -> NeighborTable {
    try RowByRow(self).allNeighbors(k: k, execution: execution)
  }

  private struct RowByRow: NodeSimilarity {
    let similarity: GraphSimilarity
    init(_ similarity: GraphSimilarity) { self.similarity = similarity }
    var snapshot: Snapshot { similarity.snapshot }
    var hop: Hop { similarity.hop }
    var dependence: RowDependence { similarity.dependence }
    func makeWorker() -> any SimilarityWorker { similarity.makeWorker() }
  }
}

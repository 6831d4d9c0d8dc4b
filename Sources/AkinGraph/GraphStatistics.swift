public import AkinParallel

/// Numbers that describe a graph.
public struct GraphStatistics: Sendable, Equatable {
  /// One a relation, in the order of the schema.
  public var relations: [RelationStatistics]
  /// Connected parts of the whole graph, all relations taken without direction; a node without edges is one.
  public var componentCount: Int
  /// How many nodes the largest of them has; 0 for a graph without nodes.
  public var largestComponent: Int
}

/// Numbers that describe the edges of one relation.
public struct RelationStatistics: Sendable, Equatable {
  /// Edges of a source node, and of a target node.
  public var sourceDegrees: DegreeDistribution
  /// Edges that arrive at a target node.
  public var targetDegrees: DegreeDistribution
  /// Edges over possible pairs, in 0...1 unless parallel edges were kept; 0 where there are no pairs.
  public var density: Double
  /// Earliest and latest known time, seconds since 1970, UTC.
  public var timeSpan: ClosedRange<Int64>?
  /// Edges whose time is not known; 0 where the relation has no times at all.
  public var unknownTimes: Int
  /// Smallest and largest weight.
  public var weightRange: ClosedRange<Float>?
}

/// How many edges nodes have.
public struct DegreeDistribution: Sendable, Equatable {
  /// Nodes without an edge.
  public var isolated: Int
  /// Edges over nodes, those without an edge among them; 0 where there are no nodes.
  public var mean: Double
  /// Degrees at the quantiles 0, 0.25, 0.5, 0.75, 0.9, 0.99 and 1 of all nodes; nearest rank, so each is a real degree.
  public var quantiles: [Quantile]

  /// A degree that a share of the nodes does not exceed.
  public struct Quantile: Sendable, Equatable {
    /// The share, in 0...1.
    public var level: Double
    /// The degree of a node at that place of the ascending order.
    public var degree: Int
  }

  static let levels = [0, 0.25, 0.5, 0.75, 0.9, 0.99, 1]

  init(_ adjacency: Adjacency) throws(GraphError) {
    var degrees: [Int] = []
    degrees.reserveCapacity(adjacency.nodeCount)
    for node in 0..<adjacency.nodeCount { degrees.append(try adjacency.degree(of: UInt32(node))) }
    degrees.sort()
    isolated = degrees.prefix { $0 == 0 }.count
    mean = degrees.isEmpty ? 0 : Double(adjacency.edgeCount) / Double(degrees.count)
    quantiles =
      degrees.isEmpty
      ? []
      : Self.levels.map { level in
        let rank = (level * Double(degrees.count)).rounded(.up)
        return Quantile(level: level, degree: degrees[max(0, Int(rank) - 1)])
      }
  }
}

extension Snapshot {
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(n log n + m α(n)) time, O(n) space.
  public func statistics(execution: Execution = .serial) throws -> GraphStatistics {
    let relationStatistics = try concurrentMap(count: relations.count, chunkSize: 1, execution: execution) { range in
      try RelationStatistics(relations[range.lowerBound])
    }
    let components = try componentSizes()
    return GraphStatistics(
      relations: relationStatistics, componentCount: components.count, largestComponent: components.max() ?? 0)
  }

  private func componentSizes() throws(GraphError) -> [Int] {
    var start = [0]
    for table in nodes { start.append(start[start.count - 1] + table.count) }
    var forest = DisjointSets(count: start[start.count - 1])
    for (relation, edges) in zip(schema.relations, relations) {
      for source in 0..<edges.forward.nodeCount {
        for edge in try edges.forward.edges(of: UInt32(source)) {
          let target = try edges.forward.neighbor(at: edge)
          forest.join(start[relation.source] + source, start[relation.target] + Int(target))
        }
      }
    }
    return forest.sizes()
  }
}

extension RelationStatistics {
  init(_ edges: RelationEdges) throws(GraphError) {
    sourceDegrees = try DegreeDistribution(edges.forward)
    targetDegrees = try DegreeDistribution(edges.reverse)
    let pairs = Double(edges.forward.nodeCount) * Double(edges.reverse.nodeCount)
    density = pairs > 0 ? Double(edges.forward.edgeCount) / pairs : 0
    unknownTimes = 0
    if let times = edges.forward.attributes.times {
      var span: ClosedRange<Int64>?
      for edge in 0..<times.count {
        guard let time = times.time(at: edge) else {
          unknownTimes += 1
          continue
        }
        span = span.map { Swift.min($0.lowerBound, time)...Swift.max($0.upperBound, time) } ?? time...time
      }
      timeSpan = span
    }
    if let weights = edges.forward.attributes.weights {
      var range: ClosedRange<Float>?
      for edge in 0..<weights.count where weights[edge].isFinite {
        let weight = weights[edge]
        range = range.map { Swift.min($0.lowerBound, weight)...Swift.max($0.upperBound, weight) } ?? weight...weight
      }
      weightRange = range
    }
  }
}

/// Union–find with path halving and union by size.
///
/// Source: Tarjan & van Leeuwen, "Worst-case analysis of set union algorithms", JACM 31(2), 1984,
/// doi:10.1145/62.2160.
struct DisjointSets {
  private var parents: [Int]
  private var counts: [Int]

  init(count: Int) {
    parents = Array(0..<count)
    counts = [Int](repeating: 1, count: count)
  }

  mutating func join(_ left: Int, _ right: Int) {
    var large = root(of: left)
    var small = root(of: right)
    guard large != small else { return }
    if counts[large] < counts[small] { swap(&large, &small) }
    parents[small] = large
    counts[large] += counts[small]
  }

  func sizes() -> [Int] { parents.indices.filter { parents[$0] == $0 }.map { counts[$0] } }

  private mutating func root(of member: Int) -> Int {
    var node = member
    while parents[node] != node {
      parents[node] = parents[parents[node]]
      node = parents[node]
    }
    return node
  }
}

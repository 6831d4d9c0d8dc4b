public import AkinGraph
public import AkinParallel

/// What a row of similarities looks at besides the edges of the two nodes of each pair.
public struct RowDependence: Sendable, Equatable {
  /// Degrees or sums of the shared connectors.
  public var onConnectors = false
  /// How many nodes and connectors there are.
  public var onCounts = false
  /// Every edge of the graph, as a mean does.
  public var onAllEdges = false

  /// A row that looks at the edges of its pairs alone.
  public init() {}
}

/// Nodes whose edges of a relation differ between two graphs; what is new counts where it has edges.
public struct TouchedRows: Sendable, Equatable {
  /// Of the type that is compared, ascending.
  public var nodes: [UInt32]
  /// Of the type that connects, ascending.
  public var connectors: [UInt32]

  /// Both are ascending, each node once.
  public init(nodes: [UInt32], connectors: [UInt32]) {
    self.nodes = nodes
    self.connectors = connectors
  }
}

extension TouchedRows {
  /// The rows of `hop` in which `new` differs from `old`, a graph with the same first nodes.
  ///
  /// - Throws: `NeighborError.otherNodes`; `GraphError.damagedData`.
  /// - Complexity: O(edges + nodes).
  public init(from old: Snapshot, to new: Snapshot, hop: Hop) throws {
    let back = Hop(relation: hop.relation, direction: hop.direction.opposite)
    for hop in [hop, back] {
      let (before, after) = (old.table(of: old.origin(of: hop)), new.table(of: new.origin(of: hop)))
      let name = new.schema.name(of: new.origin(of: hop))
      guard before.count <= after.count else {
        throw NeighborError.otherNodes(type: name, found: "\(after.count) nodes", expected: "at least \(before.count)")
      }
      for node in 0..<before.count where try before.ids.string(at: node) != after.ids.string(at: node) {
        throw NeighborError.otherNodes(
          type: name, found: "'\(try after.ids.string(at: node))' at \(node)",
          expected: "'\(try before.ids.string(at: node))' as before")
      }
    }
    func touched(_ before: Adjacency, _ after: Adjacency) throws -> [UInt32] {
      try (0..<UInt32(after.nodeCount)).filter { node in
        let row = try after.edges(of: node)
        guard Int(node) < before.nodeCount else { return !row.isEmpty }
        let old = try before.edges(of: node)
        return old.count != row.count
          || zip(old, row).contains { left, right in
            before.neighbors[left] != after.neighbors[right]
              || before.attributes.weight(at: left) != after.attributes.weight(at: right)
              || before.attributes.values?[left] != after.attributes.values?[right]
              || before.attributes.times?.time(at: left) != after.attributes.times?.time(at: right)
          }
      }
    }
    self.init(
      nodes: try touched(old.adjacency(hop), new.adjacency(hop)),
      connectors: try touched(old.adjacency(back), new.adjacency(back)))
  }
}

/// Stored similarities brought up to date.
public struct Refresh: Sendable {
  /// The new stored similarities, for `StoredSimilarity`.
  public var snapshot: Snapshot
  /// How many rows were computed; the others are as they were.
  public var computed: Int
  /// Why all rows were computed; `nil` where they were not.
  public var reason: Reason?

  /// What makes the rows of a whole graph be computed.
  public enum Reason: Sendable, Equatable {
    /// The measure looks at how many nodes there are, or at every edge, and that changed.
    case measure
    /// The changes reach so many rows that computing all takes no longer.
    case reach(rows: Int)
  }
}

extension NodeSimilarity {
  /// Stored similarities brought up to date: only the rows that the changes can reach are computed, and the result is
  /// what `stored(k:provenance:execution:)` would make of the graph as it is now.
  ///
  /// A changed node reaches the rows that have it in their list and those that share a connector with it; where the measure
  /// looks at connectors, so does every neighbour of a changed connector. Where it looks at counts that changed, or at all
  /// edges, everything is computed, and so it is where more than `rebuildShare` of the rows would be.
  ///
  /// - Parameters:
  ///   - old: stored similarities of this kind, of a graph that had the first of these nodes and differs from this one in
  ///     the rows `touched`.
  ///   - k: as `old` was made with.
  public func refreshed(
    _ old: Snapshot, touched: TouchedRows, k: Int, provenance: Provenance, execution: Execution,
    rebuildShare: Double = 0.25
  ) throws -> Snapshot {
    try refresh(
      of: old, touched: touched, k: k, provenance: provenance, execution: execution, rebuildShare: rebuildShare
    ).snapshot
  }

  /// As above, with how much of it was computed.
  public func refresh(
    of old: Snapshot, touched: TouchedRows, k: Int, provenance: Provenance, execution: Execution,
    rebuildShare: Double = 0.25
  ) throws -> Refresh {
    let count = snapshot.adjacency(hop).nodeCount
    let before = old.relations[0]
    let affected = try rows(reachedBy: touched, old: old, countsBefore: old.provenance?.nodeCounts)
    guard let affected, Double(affected.count) <= rebuildShare * Double(count), before.forward.nodeCount <= count else {
      return Refresh(
        snapshot: try stored(k: k, provenance: provenance, execution: execution), computed: count,
        reason: affected.map { .reach(rows: $0.count) } ?? .measure)
    }
    let pieces = try concurrentMap(count: affected.count, chunkSize: max(64, affected.count / 16), execution: execution)
    {
      range in
      let worker = makeWorker()
      var best = BestRow(k)
      var rows: [[(neighbor: UInt32, weight: Float)]] = []
      for place in range {
        if place % 256 == 0 { try execution.cancellation.check() }
        _ = try worker.forEachSimilar(to: affected[place]) { best.offer($0, score: $1) }
        var row: [(neighbor: UInt32, weight: Float)] = []
        best.drain { row.append(($0, Self.storedWeight($1))) }
        rows.append(row.sorted { $0.neighbor < $1.neighbor })
      }
      return rows
    }
    var fresh: [Int: [(neighbor: UInt32, weight: Float)]] = [:]
    for (node, row) in zip(affected, pieces.joined()) { fresh[Int(node)] = row }
    let counts = try (0..<count).map { node in
      try fresh[node]?.count ?? (node < before.forward.nodeCount ? before.forward.degree(of: UInt32(node)) : 0)
    }
    let rows = try WeightedRows(counts: counts) { node, neighbors, weights in
      if let row = fresh[node] {
        neighbors += row.lazy.map(\.neighbor)
        weights += row.lazy.map(\.weight)
      } else if counts[node] > 0 {
        for edge in try before.forward.edges(of: UInt32(node)) {
          neighbors.append(try before.forward.neighbor(at: edge))
          weights.append(before.forward.attributes.weight(at: edge))
        }
      }
    }
    let refreshed = try snapshot.derived(
      StoredSimilarity.relationName, of: snapshot.origin(of: hop), rows: rows, weightName: "similarity",
      provenance: provenance, execution: execution)
    return Refresh(snapshot: refreshed, computed: affected.count)
  }

  /// Ascending; `nil` for all.
  func rows(
    reachedBy touched: TouchedRows, old: Snapshot, countsBefore: [String: Int]?
  ) throws -> [UInt32]? {
    let counts = Dictionary(uniqueKeysWithValues: snapshot.schema.nodeTypes.map { ($0.name, $0.count) })
    if dependence.onCounts, countsBefore != counts { return nil }
    if touched.nodes.isEmpty, touched.connectors.isEmpty { return [] }
    if dependence.onAllEdges { return nil }
    let outward = snapshot.adjacency(hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    var isChanged = [Bool](repeating: false, count: outward.nodeCount)
    for node in touched.nodes { isChanged[Int(node)] = true }
    if dependence.onConnectors {
      // Those that lost a touched connector are touched themselves.
      for connector in touched.connectors {
        for edge in try inward.edges(of: connector) { isChanged[Int(try inward.neighbor(at: edge))] = true }
      }
    }
    var isReached = isChanged
    var isPassed = [Bool](repeating: false, count: inward.nodeCount)
    let listing = old.relations[0].reverse
    for node in 0..<UInt32(outward.nodeCount) where isChanged[Int(node)] {
      for edge in try outward.edges(of: node) {
        let connector = try outward.neighbor(at: edge)
        guard !isPassed[Int(connector)] else { continue }
        isPassed[Int(connector)] = true
        for edge in try inward.edges(of: connector) { isReached[Int(try inward.neighbor(at: edge))] = true }
      }
      // Those that share nothing with the node any more, but did.
      if Int(node) < listing.nodeCount {
        for edge in try listing.edges(of: node) { isReached[Int(try listing.neighbor(at: edge))] = true }
      }
    }
    return (0..<UInt32(outward.nodeCount)).filter { isReached[Int($0)] }
  }
}

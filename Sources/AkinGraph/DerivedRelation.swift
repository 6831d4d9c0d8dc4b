public import AkinParallel
public import AkinRanking

/// Weighted edges from every node of a type to others of it, or to nodes of another type, row by row.
public struct WeightedRows: Sendable {
  /// One more than there are nodes; the row of node *i* is `offsets[i]..<offsets[i + 1]`.
  public let offsets: Column<UInt64>
  /// Ascending within a row.
  public let neighbors: Column<UInt32>
  /// Positive and finite.
  public let weights: Column<Float>

  /// - Parameters:
  ///   - counts: how long each row is.
  ///   - columnCount: how many nodes there are to lead to; as many as rows unless given.
  ///   - fill: called once a row, in order, with where to put it: first neighbours, then weights.
  public init(
    counts: [Int], columnCount: Int? = nil,
    fill: (_ node: Int, _ neighbors: inout [UInt32], _ weights: inout [Float]) throws -> Void
  ) rethrows {
    var offsets = [UInt64](repeating: 0, count: counts.count + 1)
    for (node, count) in counts.enumerated() { offsets[node + 1] = offsets[node] + UInt64(count) }
    let total = Int(offsets[counts.count])
    self.offsets = Column(offsets)
    var weights: Column<Float>?
    neighbors = try Column(count: total) { neighborTarget in
      weights = try Column(count: total) { weightTarget in
        var neighbors: [UInt32] = []
        var weights: [Float] = []
        for node in counts.indices {
          neighbors.removeAll(keepingCapacity: true)
          weights.removeAll(keepingCapacity: true)
          try fill(node, &neighbors, &weights)
          precondition(
            neighbors.count == counts[node] && weights.count == counts[node],
            "row \(node) has \(neighbors.count) neighbours and \(weights.count) weights, expected \(counts[node])")
          let start = Int(offsets[node])
          for place in neighbors.indices {
            precondition(place == 0 || neighbors[place - 1] < neighbors[place], "row \(node) is not ascending")
            precondition(
              Int(neighbors[place]) < columnCount ?? counts.count && weights[place] > 0 && weights[place].isFinite,
              "row \(node) has node \(neighbors[place]) with weight \(weights[place])")
            neighborTarget[start + place] = neighbors[place]
            weightTarget[start + place] = weights[place]
          }
        }
      }
    }
    self.weights = weights!
  }
}

extension Snapshot {
  /// A graph of one type of this graph and one relation that joins it to itself, computed from this graph: who is similar
  /// to whom. Ids and labels are this graph's, so every index of the type means the same node.
  ///
  /// - Parameters:
  ///   - rows: one for every node of `type`.
  ///   - weightName: what the weights are.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(edges + nodes), and the checksums.
  public func derived(
    _ name: String, of type: NodeTypeID, rows: WeightedRows, weightName: String, provenance: Provenance,
    execution: Execution = .serial
  ) throws -> Snapshot {
    let table = table(of: type)
    precondition(rows.offsets.count == table.count + 1, "\(rows.offsets.count - 1) rows for \(table.count) nodes")
    let own = NodeTypeID(rawValue: 0)
    var relation = Relation(name: name, source: own, target: own, duplicates: .last, weightName: weightName)
    relation.edgeCount = rows.neighbors.count
    return try Snapshot(
      schema: Schema(
        nodeTypes: [schema.nodeTypes[Int(type.rawValue)]], relations: [relation],
        roles: Roles(primaryRelation: 0, seenRelations: [])),
      nodes: [table], relations: [RelationEdges(rows)], provenance: provenance, execution: execution)
  }
}

extension RelationEdges {
  /// Both directions of a relation within one type, or to as many nodes as `columnCount`.
  init(_ rows: WeightedRows, columnCount: Int? = nil) {
    let count = rows.offsets.count - 1
    let width = columnCount ?? count
    func adjacency(
      _ offsets: Column<UInt64>, _ neighbors: Column<UInt32>, _ weights: Column<Float>, leadingTo neighborCount: Int
    ) -> Adjacency {
      Adjacency(
        offsets: offsets, neighbors: neighbors, neighborCount: neighborCount,
        attributes: EdgeAttributes(weights: weights))
    }
    var next = [UInt64](repeating: 0, count: width + 1)
    for edge in 0..<rows.neighbors.count { next[Int(rows.neighbors[edge]) + 1] += 1 }
    for node in 0..<width { next[node + 1] += next[node] }
    let offsets = Column(next)
    var weights: Column<Float>?
    // Sources come in ascending order, so rows of the reverse are sorted as they fill.
    let neighbors = Column<UInt32>(count: rows.neighbors.count) { neighborTarget in
      weights = Column(count: rows.neighbors.count) { weightTarget in
        for source in 0..<count {
          for edge in Int(rows.offsets[source])..<Int(rows.offsets[source + 1]) {
            let target = Int(rows.neighbors[edge])
            neighborTarget[Int(next[target])] = UInt32(source)
            weightTarget[Int(next[target])] = rows.weights[edge]
            next[target] += 1
          }
        }
      }
    }
    self.init(
      forward: adjacency(rows.offsets, rows.neighbors, rows.weights, leadingTo: width),
      reverse: adjacency(offsets, neighbors, weights!, leadingTo: count), timeBase: nil)
  }
}

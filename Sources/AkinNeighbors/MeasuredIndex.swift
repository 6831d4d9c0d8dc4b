import AkinGraph
import AkinParallel

/// A relation laid out for all pairs under one measure: what every connector has, with the numbers as the measure sees
/// them, and what the measure asks about nodes. Everything in it was checked when it was made, so that loops over it need
/// not.
struct MeasuredIndex: Sendable {
  /// Row of a connector: nodes, ascending, without repetition.
  let offsets: [Int]
  let nodes: [UInt32]
  /// x of each edge; empty where all are 1.
  let values: [Double]
  /// Seconds since 1970, NaN where unknown; empty where the measure does not ask.
  let times: [Double]
  /// By node.
  let profiles: [NodeProfile]
  let totals: [NodeTotals]
  /// By connector.
  let connectorTotals: [NodeTotals]

  /// - Throws: `GraphError.damagedData`; `NeighborError.negativeNumber`; `CancellationError`.
  /// - Complexity: O(nodes + connectors + edges).
  init(_ measure: some SimilarityMeasure, _ relation: MeasuredRelation, execution: Execution) throws {
    let hop = relation.hop
    let numbers = relation.numbers
    let population = relation.population
    let outward = relation.snapshot.adjacency(hop)
    let inward = relation.snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    let needs = measure.needs
    let transforms = needs.contains(.transform)
    func totals(_ adjacency: Adjacency) throws -> [NodeTotals] {
      try pieces(adjacency.nodeCount, execution) { range in
        try range.map { node in
          var totals = NodeTotals(degree: 0, sum: 0)
          var cursor = try EntryCursor(UInt32(node), adjacency, numbers)
          while let entry = try cursor.next() {
            totals.degree += 1
            totals.sum += entry.number
          }
          return totals
        }
      }.flatMap { $0 }
    }
    let nodeTotals = try totals(outward)
    let connectorTotals = try totals(inward)
    profiles = try pieces(outward.nodeCount, execution) { range in
      try range.map { node in
        let own = nodeTotals[node]
        guard needs.contains(.profiles), transforms || numbers != .binary else {
          return NodeProfile(degree: own.degree, sum: own.sum, squares: own.sum)
        }
        var profile = NodeProfile(degree: own.degree)
        var cursor = try EntryCursor(UInt32(node), outward, numbers)
        while let entry = try cursor.next() {
          var x = entry.number
          if transforms {
            x = measure.value(x, node: own, connector: connectorTotals[Int(entry.neighbor)], in: population)
          }
          profile.sum += x
          profile.squares += x * x
        }
        return profile
      }
    }.flatMap { $0 }
    let hasValues = transforms || numbers != .binary
    let inwardTimes = needs.contains(.times) ? inward.attributes.times : nil
    let rows = try pieces(inward.nodeCount, execution) { range in
      var rows = Rows()
      for connector in range {
        let own = connectorTotals[connector]
        var cursor = try EntryCursor(UInt32(connector), inward, numbers)
        while let entry = try cursor.next() {
          guard entry.number >= 0 || measure.acceptsNegativeValues else {
            throw NeighborError.negativeNumber(entry.number, source: UInt32(connector), target: entry.neighbor)
          }
          rows.nodes.append(entry.neighbor)
          if hasValues {
            rows.values.append(
              transforms
                ? measure.value(entry.number, node: nodeTotals[Int(entry.neighbor)], connector: own, in: population)
                : entry.number)
          }
          if let inwardTimes { rows.times.append(inwardTimes.time(at: entry.edge).map { Double($0) } ?? .nan) }
        }
      }
      return rows
    }
    var offsets = [0]
    offsets.reserveCapacity(inward.nodeCount + 1)
    for totals in connectorTotals { offsets.append(offsets[offsets.count - 1] + totals.degree) }
    self.offsets = offsets
    var nodes: [UInt32] = []
    var values: [Double] = []
    var times: [Double] = []
    nodes.reserveCapacity(offsets[inward.nodeCount])
    values.reserveCapacity(hasValues ? offsets[inward.nodeCount] : 0)
    for piece in rows {
      nodes += piece.nodes
      values += piece.values
      times += piece.times
    }
    self.nodes = nodes
    self.values = values
    self.times = times
    self.totals = nodeTotals
    self.connectorTotals = connectorTotals
  }

  private struct Rows: Sendable {
    var nodes: [UInt32] = []
    var values: [Double] = []
    var times: [Double] = []
  }
}

/// What `body` makes of ranges that do not depend on the number of threads, in order.
private func pieces<Result: Sendable>(
  _ count: Int, _ execution: Execution, _ body: @Sendable (Range<Int>) throws -> Result
) throws -> [Result] {
  try concurrentMap(count: count, chunkSize: max(256, count / 64), execution: execution, body)
}

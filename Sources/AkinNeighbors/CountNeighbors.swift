import AkinGraph
public import AkinParallel
import AkinRanking

extension CountMeasure {
  /// The `k` best neighbours of every node: each pair counted once where the measure looks the same from both sides.
  public func neighbors(
    over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution
  ) throws -> NeighborTable {
    if isSymmetric, let table = try pairNeighbors(over: relation, k: k, share: share, execution: execution) {
      return table
    }
    return try countedNeighbors(over: relation, k: k, share: share, execution: execution)
  }

  /// The same for any measure: rows are counted one by one, independent of each other, into counters of one byte where the
  /// degree allows it.
  func countedNeighbors(
    over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution
  ) throws -> NeighborTable {
    let adjacency = relation.snapshot.adjacency(relation.hop)
    let options = relation.options
    let population = relation.population
    let back = Hop(relation: relation.hop.relation, direction: relation.hop.direction.opposite)
    let index = try CountIndex(
      outward: adjacency, inward: relation.snapshot.adjacency(back), execution: execution)
    // Rows of hubs come first, so that no thread is left with them at the end.
    let chunkSize = max(64, index.labelCount / 256)
    let pieces = try concurrentMap(count: index.labelCount, chunkSize: chunkSize, execution: execution) { range in
      guard share.includes(range, chunkSize: chunkSize) else { return NeighborTable.Rows(empty: range.count) }
      var narrow = CountRow<UInt8>(index)
      var wide: CountRow<UInt16>?
      var widest: CountRow<UInt32>?
      var best = BestRow(k, names: index.nodes)
      var bounds = CountBounds(index.groups)
      var rows = NeighborTable.Rows()
      for place in range {
        let label = index.labelCount - 1 - place
        let degree = Int(index.degrees[label])
        func score(_ overlap: Int, _ right: Int) -> Double {
          self.score(overlap: overlap, left: degree, right: right, in: population) * options.factor(overlap: overlap)
        }
        // An overlap is at most the degree of the row.
        if degree <= Int(UInt8.max) {
          narrow.offerNeighbors(
            of: label, in: index, minOverlap: options.minOverlap, to: &best, bounds: &bounds, score: score)
        } else if degree <= Int(UInt16.max) {
          if wide == nil { wide = CountRow(index) }
          wide!.offerNeighbors(
            of: label, in: index, minOverlap: options.minOverlap, to: &best, bounds: &bounds, score: score)
        } else {
          if widest == nil { widest = CountRow(index) }
          widest!.offerNeighbors(
            of: label, in: index, minOverlap: options.minOverlap, to: &best, bounds: &bounds, score: score)
        }
        best.drain(into: &rows)
      }
      return rows
    }
    return NeighborTable(
      type: relation.snapshot.origin(of: relation.hop), nodeCount: adjacency.nodeCount, pieces: pieces,
      order: index.nodes.reversed())
  }
}

import AkinGraph
import AkinParallel
import AkinRanking

/// What one block of a walk visited, in order.
struct WalkBlock: Sendable {
  var steps: Int
  var candidates: [UInt32]
  /// The connector of each step, where they were asked for; else empty.
  var connectors: [UInt32]
}

extension Pixie {
  /// Walks the steps of one source, block by block.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  func blocks(of start: WalkStart, seed: UInt64, recordConnectors: Bool) throws -> [WalkBlock] {
    let outward = snapshot.adjacency(hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    // The name of the source's streams; mixing keeps the blocks of different sources apart.
    let stream = mix64(UInt64(start.node.type.rawValue) << 32 | UInt64(start.node.index))
    return try concurrentMap(count: start.steps, chunkSize: Self.blockSteps, execution: execution) { range in
      var random = RandomStream(seed: seed, stream: stream &+ UInt64(range.lowerBound / Self.blockSteps))
      return try walkBlock(
        from: start, steps: range.count, restart: options.restart, outward: outward, inward: inward,
        recordConnectors: recordConnectors, using: &random)
    }
  }
}

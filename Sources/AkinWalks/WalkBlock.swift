import AkinGraph
import AkinParallel
import AkinRanking

/// What one block of a walk visited, in order.
struct WalkBlock: Sendable {
  /// Draws made, kept or not.
  var steps: Int
  /// One entry a kept step.
  var candidates: [UInt32] = []
  var connectors: [UInt32] = []
  /// How much each kept step counts, at least 1; empty where all count 1.
  var worths: [Double] = []
}

extension Pixie {
  /// Walks the steps of one source, block by block.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  func blocks(of start: WalkStart, preference: ConnectorPreference, seed: UInt64) throws -> [WalkBlock] {
    let outward = snapshot.adjacency(hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    // The name of the source's streams; mixing keeps the blocks of different sources apart.
    let stream = mix64(UInt64(start.node.type.rawValue) << 32 | UInt64(start.node.index))
    return try concurrentMap(count: start.steps, chunkSize: Self.blockSteps, execution: execution) { range in
      var random = RandomStream(seed: seed, stream: stream &+ UInt64(range.lowerBound / Self.blockSteps))
      return try walkBlock(
        from: start, steps: range.count, restart: options.restart, preference: preference, outward: outward,
        inward: inward, using: &random)
    }
  }
}

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
  /// Blocks that one thread walks at a time, in turns. While one waits for memory the others go on; more than fit the
  /// processor's queue of outstanding reads gain nothing.
  static let blocksInFlight = 32

  /// Blocks that are held in memory at a time: 32 MB of visits at most, whatever the budget.
  private static let blocksHeld = 1024

  /// Walks the steps of one source and hands over the blocks in their order.
  ///
  /// A block depends on its number alone, neither on the blocks walked beside it nor on the thread.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  func walk(
    _ start: WalkStart, preference: ConnectorPreference, seed: UInt64, _ take: (WalkBlock) -> Void
  ) throws {
    let walk = Walk(
      start: start, restart: options.restart, preference: preference, outward: snapshot.adjacency(hop),
      inward: snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite)))
    // The name of the source's streams; mixing keeps the blocks of different sources apart.
    let stream = mix64(UInt64(start.node.type.rawValue) << 32 | UInt64(start.node.index))
    let blockCount = (start.steps + Self.blockSteps - 1) / Self.blockSteps
    for first in stride(from: 0, to: blockCount, by: Self.blocksHeld) {
      let held = min(Self.blocksHeld, blockCount - first)
      let groups = try concurrentMap(count: held, chunkSize: Self.blocksInFlight, execution: execution) { range in
        try walk.blocks(
          range.map { number in
            let block = first + number
            return BlockPlan(
              steps: min(Self.blockSteps, start.steps - block * Self.blockSteps),
              random: RandomStream(seed: seed, stream: stream &+ UInt64(block)))
          })
      }
      for group in groups { for block in group { take(block) } }
    }
  }
}

/// How many steps a block has, and where its randomness comes from.
struct BlockPlan: Sendable {
  var steps: Int
  var random: RandomStream
}

import AkinGraph
import AkinParallel
import CAkinKernels

/// The alias table of one adjacency with links (`RowLinks`) in place of neighbours: both ends of a draw with their rows in the
/// adjacency that walks leave by next, so that a hop reads one place.
struct LinkedDraws: Sendable {
  private static let entriesAtATime = 1 << 20

  let entries: Column<akin_walk_linked_draw>
  let format: LinkFormat

  /// - Returns: `nil` where a row is damaged.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(m) time; 20 bytes an edge.
  init?(_ draws: EdgeDraws, to rows: Adjacency, _ format: LinkFormat, cancellation: Cancellation) throws {
    let count = draws.entries.count
    var isSound = true
    entries = try Column(count: count) { entries in
      var table = unsafe akin_link_rows(
        offsets: rows.offsets.start, node_count: UInt64(rows.nodeCount), edge_count: UInt64(rows.edgeCount),
        start: format.start, degree: format.degree)
      let draws = unsafe UnsafeRawPointer(draws.entries.start).assumingMemoryBound(to: akin_walk_draw.self)
      try unsafe entries.withUnsafeMutableBufferPointer { entries in
        guard let base = entries.baseAddress else { return }
        for start in stride(from: 0, to: count, by: Self.entriesAtATime) where isSound {
          try cancellation.check()
          let size = min(Self.entriesAtATime, count - start)
          // Safe: as many entries as draws, and the kernel checks nodes and rows.
          let made = unsafe akin_linked_draws(&table, draws + start, Int64(size), base + start)
          isSound = made == Int64(size)
        }
      }
    }
    self.format = format
    if !isSound { return nil }
  }
}

/// How much memory a builder may take, and where the rest goes.
public struct MemoryBound: Sendable, Equatable {
  /// For ids, edges and what is made of them; what readers hold comes on top, and what the system keeps of files does not
  /// count, as it gives that back when asked.
  public var byteCount: Int
  /// Where edges go that memory has no room for.
  public var folder: SpillFolder

  /// A bound that the ids alone exceed is found out when edges are added or the graph is built.
  public init(byteCount: Int, folder: SpillFolder) {
    self.byteCount = byteCount
    self.folder = folder
  }

  /// Bytes that an edge takes at most, with all copies: while edges are sorted in memory, or made into a run.
  static let bytesPerEdge = 48
  /// Runs shorter than this would be too many to merge.
  static let leastRun = 1 << 10

  /// How many edges may be in memory beside ids and their tables.
  ///
  /// - Throws: `GraphError.memoryBoundTooSmall`.
  func edgeLimit(beside nodeBytes: Int) throws(GraphError) -> Int {
    let limit = (byteCount - nodeBytes) / Self.bytesPerEdge
    guard limit >= Self.leastRun else {
      throw .memoryBoundTooSmall(
        found: byteCount, nodeBytes: nodeBytes, expected: nodeBytes + Self.leastRun * Self.bytesPerEdge)
    }
    return limit
  }
}

import AkinParallel
import CAkinKernels

/// The neighbours of one direction of a relation, each with where its row lies in the other direction, in one word: a walk
/// there and back reads one place a hop, and not the row and then the neighbour.
///
/// Links say nothing that the rows do not; they are made of sound rows alone, so who follows them need not check.
public struct RowLinks: Sendable {
  /// One an edge, in the order of the neighbours.
  public let words: Column<UInt64>
  /// How the words are to be read.
  public let format: LinkFormat
}

/// Where the fields of links begin: the node in the lowest bits, then the position of its first edge, then its degree, all
/// bits of which are set where the field cannot hold it.
public struct LinkFormat: Sendable, Equatable {
  /// The field of degrees is not made narrower, since then too many would have to be looked up.
  static let leastDegreeBits = 8

  /// The lowest bit of the first edge.
  public let start: UInt32
  /// The lowest bit of the degree.
  public let degree: UInt32

  /// One for all these rows, each with the nodes that link to it; `nil` where a word is too small.
  ///
  /// - Parameter degreeBits: at most so many for degrees; fewer than there could be are for tests.
  public init?(rows: [Adjacency], degreeBits: UInt32 = 32) {
    func bits(_ value: Int) -> UInt32 { UInt32(Int.bitWidth - value.leadingZeroBitCount) }
    let node = bits(rows.map(\.nodeCount).max() ?? 0)
    let edge = bits(rows.map(\.edgeCount).max() ?? 0)
    guard node <= 32, node + edge + UInt32(Self.leastDegreeBits) <= 64 else { return nil }
    start = node
    degree = max(node + edge, 64 - min(degreeBits, 32))
  }

  /// In the words of the kernel; who uses it holds `rows`.
  fileprivate func rows(of rows: Adjacency) -> akin_link_rows {
    unsafe akin_link_rows(
      offsets: rows.offsets.start, node_count: UInt64(rows.nodeCount), edge_count: UInt64(rows.edgeCount), start: start,
      degree: degree)
  }
}

extension RelationEdges {
  /// How many edges are linked between two looks at whether to go on.
  private static let edgesAtATime = 1 << 20

  /// The same edges with links both ways; as they are where a word is too small, or a row is damaged, which whoever meets it
  /// will tell.
  ///
  /// - Throws: `CancellationError`.
  /// - Complexity: O(n + m) time; 16 bytes an edge.
  func linked(degreeBits: UInt32 = 32, cancellation: Cancellation) throws -> RelationEdges {
    guard let format = LinkFormat(rows: [forward, reverse], degreeBits: degreeBits), forward.isSound, reverse.isSound,
      let ahead = try Self.links(of: forward, to: reverse, format, cancellation),
      let back = try Self.links(of: reverse, to: forward, format, cancellation)
    else { return self }
    var (forward, reverse) = (forward, reverse)
    forward.links = ahead
    reverse.links = back
    return RelationEdges(forward: forward, reverse: reverse, timeBase: timeBase)
  }

  private static func links(
    of edges: Adjacency, to rows: Adjacency, _ format: LinkFormat, _ cancellation: Cancellation
  ) throws -> RowLinks? {
    var isSound = true
    let words = try Column<UInt64>(count: edges.edgeCount) { words in
      var table = unsafe format.rows(of: rows)
      try unsafe words.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        for start in stride(from: 0, to: edges.edgeCount, by: edgesAtATime) where isSound {
          try cancellation.check()
          let count = min(edgesAtATime, edges.edgeCount - start)
          // Safe: as many neighbours as words, and the kernel checks neighbours and rows.
          let made = unsafe akin_links(&table, edges.neighbors.start + start, Int64(count), base + start)
          isSound = made == Int64(count)
        }
      }
    }
    return isSound ? RowLinks(words: words, format: format) : nil
  }
}

extension Adjacency {
  /// Whether every row begins where the one before ends.
  fileprivate var isSound: Bool {
    offsets.withSpan { offsets in
      guard offsets[0] == 0, offsets[offsets.count - 1] == UInt64(edgeCount) else { return false }
      for row in 1..<offsets.count where offsets[row] < offsets[row - 1] { return false }
      return true
    }
  }
}

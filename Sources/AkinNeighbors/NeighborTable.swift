public import AkinRanking

/// The most similar nodes of every node: rows of (neighbour, score), best first.
public struct NeighborTable: Sendable, Equatable {
  /// The type of the nodes, on both sides.
  public let type: NodeTypeID
  /// One more than there are nodes; the row of node *i* is `offsets[i]..<offsets[i + 1]`.
  public let offsets: [Int]
  /// By descending score; equal scores by ascending index.
  public let neighbors: [UInt32]
  /// Parallel to `neighbors`, above 0.
  public let scores: [Double]

  /// How many nodes there are, those with an empty row among them.
  public var nodeCount: Int { offsets.count - 1 }

  /// The neighbours of one node, best first.
  ///
  /// - Precondition: `node` is below `nodeCount`.
  public func row(_ node: Int) -> [RankedNode] {
    (offsets[node]..<offsets[node + 1]).map {
      RankedNode(node: NodeID(type: type, index: neighbors[$0]), score: scores[$0])
    }
  }

  /// The rows of one piece of work, one after the other.
  struct Rows: Sendable {
    var counts: [UInt32] = []
    var neighbors: [UInt32] = []
    var scores: [Double] = []

    init() {}

    /// This many rows without entries.
    init(empty count: Int) { counts = [UInt32](repeating: 0, count: count) }
  }

  init(type: NodeTypeID, offsets: [Int], neighbors: [UInt32], scores: [Double]) {
    self.type = type
    self.offsets = offsets
    self.neighbors = neighbors
    self.scores = scores
  }

  /// - Parameters:
  ///   - pieces: rows in the order of `order`.
  ///   - order: the node of each row; nodes that it does not name have an empty row.
  init(type: NodeTypeID, nodeCount: Int, pieces: [Rows], order: some Sequence<UInt32>) {
    var offsets = [Int](repeating: 0, count: nodeCount + 1)
    let counts = pieces.lazy.flatMap(\.counts)
    for (node, count) in zip(order, counts) { offsets[Int(node) + 1] = Int(count) }
    for node in 0..<nodeCount { offsets[node + 1] += offsets[node] }
    var neighbors = [UInt32](repeating: 0, count: offsets[nodeCount])
    var scores = [Double](repeating: 0, count: offsets[nodeCount])
    var nodes = order.makeIterator()
    for piece in pieces {
      var start = 0
      for count in piece.counts {
        let target = offsets[Int(nodes.next()!)]
        for place in 0..<Int(count) {
          neighbors[target + place] = piece.neighbors[start + place]
          scores[target + place] = piece.scores[start + place]
        }
        start += Int(count)
      }
    }
    self.type = type
    self.offsets = offsets
    self.neighbors = neighbors
    self.scores = scores
  }
}

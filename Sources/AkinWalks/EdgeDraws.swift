import AkinGraph
import AkinParallel
import Glibc

/// By what the edges of a node are drawn; by nothing, they are all alike.
///
///     P(edge) ∝ weight · 2^(−age / halfLife)
///
/// An age counts from the newest edge of the same node, which leaves the probabilities as they would be with any other
/// time to count from. An edge of unknown time is as old as the oldest known one of its node.
///
/// Draws use Walker's alias method: a table of 12 bytes an edge and direction, or of 20 with links (`LinkedDraws`), made in
/// one pass, in which a draw reads one entry, as a uniform draw reads one neighbour. Rejection needs no table, but reads the weight of every edge that it
/// refuses, and refuses nearly all where one edge outweighs a thousand, as time decay makes it.
///
/// Source: Walker, "An efficient method for generating discrete random variables with general distributions", ACM TOMS
/// 3(3), 1977, doi:10.1145/355744.355749; built as in Vose, IEEE TSE 17(9), 1991, doi:10.1109/32.92917.
public struct EdgeWeighting: Sendable, Equatable {
  /// Edges count by their weight where their relation has weights.
  public var usesWeights: Bool
  /// Seconds in which the worth of an edge halves; `nil` where time does not matter. Positive and finite.
  public var halfLife: Double?

  /// By default all edges of a node are alike. `halfLife` is in seconds, positive and finite.
  public init(usesWeights: Bool = false, halfLife: Double? = nil) {
    if let halfLife {
      precondition(halfLife > 0 && halfLife.isFinite, "halfLife must be positive and finite, found \(halfLife)")
    }
    self.usesWeights = usesWeights
    self.halfLife = halfLife
  }

  /// Whether it makes a difference on these edges.
  func matters(to adjacency: Adjacency) -> Bool {
    (usesWeights && adjacency.attributes.weights != nil) || (halfLife != nil && adjacency.attributes.times != nil)
  }

  /// What the edges of a row count, into `weights`.
  fileprivate func fill(
    _ weights: inout [Double], of row: Range<Int>, in adjacency: Adjacency
  ) throws(GraphError) {
    weights.removeAll(keepingCapacity: true)
    for edge in row {
      guard usesWeights, let column = adjacency.attributes.weights else {
        weights.append(1)
        continue
      }
      let weight = column[edge]
      guard weight > 0, weight.isFinite else {
        throw .damagedData(place: "edge \(edge)", found: "weight \(weight)", expected: "a positive, finite number")
      }
      weights.append(Double(weight))
    }
    guard let halfLife, let times = adjacency.attributes.times else { return }
    var newest = Int64.min
    var oldest = Int64.max
    for edge in row {
      guard let time = times.time(at: edge) else { continue }
      newest = max(newest, time)
      oldest = min(oldest, time)
    }
    guard newest > oldest else { return }
    for (position, edge) in row.enumerated() {
      let age = Double(newest) - Double(times.time(at: edge) ?? oldest)
      weights[position] *= exp2(-age / halfLife)
    }
  }
}

/// An entry of an alias table: `own` with probability `threshold` / 2³², else `other`.
struct EdgeDraw: BitwiseCopyable, Sendable, Equatable {
  var threshold: UInt32 = 0
  var own: UInt32 = 0
  var other: UInt32 = 0
}

/// An alias table of one adjacency, row by row, in the order of its edges.
struct EdgeDraws: Sendable {
  private static let rowsAtATime = 1 << 12
  private static let chunksAtATime = 64

  let entries: Column<EdgeDraw>

  /// Every neighbour in it exists, whatever file the adjacency is mapped from.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(n + m).
  init(_ adjacency: Adjacency, by weighting: EdgeWeighting, execution: Execution) throws {
    let rowsAtATime = Self.rowsAtATime
    entries = try Column(count: adjacency.edgeCount) { entries in
      var position = 0
      for batch in stride(from: 0, to: adjacency.nodeCount, by: rowsAtATime * Self.chunksAtATime) {
        let rows = min(adjacency.nodeCount - batch, rowsAtATime * Self.chunksAtATime)
        let pieces = try concurrentMap(count: rows, chunkSize: rowsAtATime, execution: execution) { range in
          var builder = AliasBuilder()
          var piece: [EdgeDraw] = []
          for row in range {
            let edges = try adjacency.edges(of: UInt32(batch + row))
            try weighting.fill(&builder.weights, of: edges, in: adjacency)
            try builder.append(edges, of: adjacency, to: &piece)
          }
          return piece
        }
        for piece in pieces {
          guard piece.count <= entries.count - position else {
            throw GraphError.damagedData(
              place: "rows before \(batch + rows)", found: "more edges than there are",
              expected: "\(adjacency.edgeCount)")
          }
          for entry in piece {
            entries[position] = entry
            position += 1
          }
        }
      }
      // Rows that leave edges out would shift all that follow.
      guard position == entries.count else {
        throw GraphError.damagedData(
          place: "rows", found: "\(position) edges", expected: "\(adjacency.edgeCount)")
      }
    }
  }
}

/// Makes alias tables, one row after the other, in memory that is used again.
private struct AliasBuilder {
  var weights: [Double] = []
  private var small: [Int] = []
  private var large: [Int] = []

  /// Entries for one row, whose weights are in `weights`.
  mutating func append(
    _ row: Range<Int>, of adjacency: Adjacency, to entries: inout [EdgeDraw]
  ) throws(GraphError) {
    guard !row.isEmpty else { return }
    let base = entries.count
    for edge in row {
      let neighbor = try adjacency.neighbor(at: edge)
      // Certain unless changed below.
      entries.append(EdgeDraw(threshold: .max, own: neighbor, other: neighbor))
    }
    let scale = Double(row.count) / weights.reduce(0, +)
    small.removeAll(keepingCapacity: true)
    large.removeAll(keepingCapacity: true)
    for position in weights.indices {
      weights[position] *= scale
      if weights[position] < 1 { small.append(position) } else { large.append(position) }
    }
    while let low = small.popLast() {
      // Rounding may leave the last ones a little below 1: they are certain.
      guard let high = large.last else { break }
      entries[base + low].threshold = UInt32(weights[low] * 0x1p32)
      entries[base + low].other = entries[base + high].own
      weights[high] -= 1 - weights[low]
      if weights[high] < 1 {
        large.removeLast()
        small.append(high)
      }
    }
  }
}

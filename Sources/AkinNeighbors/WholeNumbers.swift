import AkinGraph
import AkinParallel

/// The numbers of all edges as whole multiples, of 1 to 255, of a power of two: ratings by halves are, and small counts.
///
/// Sums of products of such numbers are whole too, so that narrow counters hold them and no order of adding up changes
/// them: cosines from them have the bits of those from sums of 64-bit floats.
struct WholeNumbers: Sendable {
  let kind: EdgeNumbers
  /// Numbers are multiples of 2^−`shift`.
  private let shift: Int
  /// The largest multiple.
  let largest: Int
  /// By node: the sum of the squares of its multiples.
  let squares: [UInt32]

  /// Finer units are for numbers that are hardly counted in any.
  private static let finest = 7
  /// Labels have this many bits beside a number.
  private static let mostNodes = 1 << 24

  /// `nil` where the numbers are not such multiples.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(edges).
  init?(of outward: Adjacency, _ kind: EdgeNumbers, execution: Execution) throws {
    let count = outward.nodeCount
    guard count <= Self.mostNodes else { return nil }
    let rows = EntryRows(outward, kind)
    let chunkSize = max(256, count / 64)
    // What the whole columns say of the unit: parallel edges add up to no finer one.
    let needed = try concurrentMap(count: count, chunkSize: chunkSize, execution: execution) { range in
      var needed = Needed()
      for node in range where needed.shift <= Self.finest {
        try rows.forEach(of: node) { needed.add($1) }
      }
      return needed
    }.reduce(into: Needed()) { $0.add($1) }
    guard needed.shift <= Self.finest, needed.least > 0 else { return nil }
    let scale = Double(1 << needed.shift)
    guard needed.largest * scale <= 255 else { return nil }
    var squares = [UInt32](repeating: 0, count: count)
    let fits = try concurrentFill(&squares, chunkSize: chunkSize, execution: execution) { range, squares in
      for node in range {
        var sum: UInt64 = 0
        try rows.forEach(of: node) {
          let multiple = UInt64($1 * scale)
          sum += multiple * multiple
        }
        guard let fitting = UInt32(exactly: sum) else { return false }
        squares[node - range.lowerBound] = fitting
      }
      return true
    }
    guard !fits.contains(false) else { return nil }
    self.kind = kind
    shift = needed.shift
    largest = Int(needed.largest * scale)
    self.squares = squares
  }

  private struct Needed: Sendable {
    var shift = 0
    var least = Double.infinity
    var largest = 0.0

    @inline(__always)
    mutating func add(_ number: Double) {
      least = min(least, number)
      largest = max(largest, number)
      var scaled = number * Double(1 << shift)
      while scaled != scaled.rounded(.down), shift <= WholeNumbers.finest {
        shift += 1
        scaled *= 2
      }
    }

    mutating func add(_ other: Needed) {
      shift = max(shift, other.shift)
      least = min(least, other.least)
      largest = max(largest, other.largest)
    }
  }

  /// The distinct neighbours of a node, ascending, with the multiples of the edges to them.
  ///
  /// - Throws: `GraphError.damagedData`, where a number of the way back is none of the way out.
  @inline(__always)
  func forEach(of node: Int, _ rows: EntryRows, _ body: (UInt32, UInt8) -> Void) throws {
    let scale = Double(1 << shift)
    var odd: Double?
    try rows.forEach(of: node) { neighbor, number in
      let scaled = number * scale
      let multiple = scaled >= 1 && scaled <= 255 ? UInt8(scaled) : 0
      if multiple == 0 || Double(multiple) != scaled { odd = number }
      body(neighbor, multiple)
    }
    if let odd {
      throw GraphError.damagedData(
        place: "row \(node)", found: "the number \(odd)", expected: "one that the other direction has")
    }
  }

  /// The `k` best neighbours of every node by cosine.
  func cosines(
    over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution
  ) throws -> NeighborTable {
    let adjacency = relation.snapshot.adjacency(relation.hop)
    let back = Hop(relation: relation.hop.relation, direction: relation.hop.direction.opposite)
    let index = try CountIndex(
      outward: adjacency, inward: relation.snapshot.adjacency(back), numbers: self, execution: execution)
    let roots = index.groups.map { Double($0.degree).squareRoot() }
    let labelRoots = index.degrees.map { Float($0).squareRoot() }
    // Rows of hubs come first, so that no thread is left with them at the end.
    let chunkSize = max(64, index.labelCount / 256)
    let pieces = try concurrentMap(count: index.labelCount, chunkSize: chunkSize, execution: execution) { range in
      guard share.includes(range, chunkSize: chunkSize) else { return NeighborTable.Rows(empty: range.count) }
      var narrow = CountRow<UInt16>(index)
      var wide: CountRow<UInt32>?
      var best = BestRow(k, names: index.nodes)
      var rows = NeighborTable.Rows()
      for place in range {
        let label = index.labelCount - 1 - place
        if index.largestSum(of: label, largest: largest) <= Int(UInt16.max) {
          narrow.offerCosines(of: label, in: index, roots: roots, labelRoots, to: &best)
        } else {
          if wide == nil { wide = CountRow(index) }
          wide!.offerCosines(of: label, in: index, roots: roots, labelRoots, to: &best)
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

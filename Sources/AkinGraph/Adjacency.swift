/// One relation in one direction as compressed sparse rows (CSR).
///
/// `offsets` has one entry more than there are source nodes and `neighbors` one entry an edge; the edges of node *u*
/// are the positions `offsets[u]..<offsets[u + 1]`. Rows are sorted by (neighbour, time). The two directions of a
/// relation hold the same edges, each with columns of its own.
public struct Adjacency: Sendable {
  /// Where the edges of each node begin: `nodeCount + 1` positions among `neighbors`, ascending from 0.
  public let offsets: Column<UInt64>
  /// Indices within the node type at the other end.
  public let neighbors: Column<UInt32>
  /// How many nodes the type at the other end has.
  public let neighborCount: Int
  /// Weights, values and times, one an edge, in the order of `neighbors`.
  public let attributes: EdgeAttributes
  /// Where `Snapshot.resident` made them: links into the rows of the other direction.
  public internal(set) var links: RowLinks? = nil

  /// How many nodes the type at this end has, those without edges among them.
  public var nodeCount: Int { offsets.count - 1 }
  /// How many edges the relation has; equal in both directions.
  public var edgeCount: Int { neighbors.count }

  /// The positions of the edges of `node`, safe to read whatever a mapped file holds.
  ///
  /// - Precondition: `node` is below `nodeCount`.
  /// - Throws: `GraphError.damagedData`.
  public func edges(of node: UInt32) throws(GraphError) -> Range<Int> {
    let start = offsets[Int(node)]
    let end = offsets[Int(node) + 1]
    guard start <= end, end <= UInt64(neighbors.count) else {
      throw .damagedData(
        place: "row \(node)", found: "edges \(start)..<\(end)", expected: "a range within 0..<\(neighbors.count)")
    }
    return Int(start)..<Int(end)
  }

  /// How many edges start from `node`, parallel ones counted one by one.
  ///
  /// - Precondition: `node` is below `nodeCount`.
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(1).
  public func degree(of node: UInt32) throws(GraphError) -> Int { try edges(of: node).count }

  /// Whether an edge leads from `node` to `neighbor`.
  ///
  /// - Precondition: `node` is below `nodeCount`.
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(log degree).
  public func hasEdge(from node: UInt32, to neighbor: UInt32) throws(GraphError) -> Bool {
    var range = try edges(of: node)
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let found = neighbors[middle]
      if found == neighbor { return true }
      range = found < neighbor ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }

  /// The first edge of a row to `neighbor`, or where it would be.
  ///
  /// - Precondition: `node` is below `nodeCount`.
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(log degree).
  func firstEdge(from node: UInt32, to neighbor: UInt32) throws(GraphError) -> Int {
    var range = try edges(of: node)
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = neighbors[middle] < neighbor ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// The node at the other end of an edge, checked to exist.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func neighbor(at edge: Int) throws(GraphError) -> UInt32 {
    let neighbor = neighbors[edge]
    guard Int(neighbor) < neighborCount else {
      throw .damagedData(
        place: "edge \(edge)", found: "neighbour \(neighbor)", expected: "a node below \(neighborCount)")
    }
    return neighbor
  }
}

/// What edges carry besides their ends; a column is present only where the data has it.
public struct EdgeAttributes: Sendable {
  /// How strong an edge is; positive and finite.
  public var weights: Column<Float>?
  /// The rating itself, of any sign.
  public var values: Column<Float>?
  /// When edges happened; `nil` where the relation has no times.
  public var times: TimeColumn?

  /// Columns that are given have one entry an edge, in the order of the adjacency.
  public init(weights: Column<Float>? = nil, values: Column<Float>? = nil, times: TimeColumn? = nil) {
    self.weights = weights
    self.values = values
    self.times = times
  }

  /// The weight of an edge, 1 where the relation has none.
  ///
  /// - Precondition: `edge` is a position of the adjacency.
  public func weight(at edge: Int) -> Float { weights?[edge] ?? 1 }
}

/// When edges happened, in seconds since 1970, UTC: 32 bits above a base where the span allows it, else 64 bits.
public enum TimeColumn: Sendable {
  case narrow(Column<UInt32>, base: Int64)
  case wide(Column<Int64>)

  static let unknownNarrow = UInt32.max
  /// How an unknown time is stored in a wide column, and how builders are told of one.
  public static let unknown = Int64.max

  /// - Parameter times: seconds since 1970; `unknown` where there is none.
  init(_ times: [Int64], base: Int64, isNarrow: Bool) {
    if isNarrow {
      self = .narrow(Column(times.map { $0 == Self.unknown ? Self.unknownNarrow : UInt32($0 - base) }), base: base)
    } else {
      self = .wide(Column(times))
    }
  }

  /// How many edges the column is of, those of unknown time among them.
  public var count: Int {
    switch self {
    case .narrow(let offsets, _): offsets.count
    case .wide(let times): times.count
    }
  }

  /// From the earliest known time to the latest; `nil` where none is known.
  ///
  /// - Complexity: O(edges).
  public var range: ClosedRange<Int64>? {
    var (first, last) = (Int64.max, Int64.min)
    for edge in 0..<count {
      guard let time = time(at: edge) else { continue }
      first = min(first, time)
      last = max(last, time)
    }
    return first <= last ? first...last : nil
  }

  /// `nil` where the time is unknown.
  public func time(at edge: Int) -> Int64? {
    switch self {
    case .narrow(let offsets, let base):
      let offset = offsets[edge]
      // A damaged base must not overflow; a valid one never does.
      return offset == Self.unknownNarrow ? nil : base &+ Int64(offset)
    case .wide(let times):
      let time = times[edge]
      return time == Self.unknown ? nil : time
    }
  }
}

import AkinGraph

/// All rows of an adjacency as `EntryCursor` reads one, for passes over all of them: without a call for each edge.
///
/// Safe to share: it holds the adjacency whose columns it points into, and nobody writes those.
@safe
struct EntryRows: @unchecked Sendable {
  private let adjacency: Adjacency
  private let neighbors: UnsafePointer<UInt32>
  private let numbers: UnsafePointer<Float>?
  private let isSummed: Bool

  var nodeCount: Int { adjacency.nodeCount }
  var neighborCount: Int { adjacency.neighborCount }

  init(_ adjacency: Adjacency, _ kind: EdgeNumbers) {
    self.adjacency = adjacency
    unsafe neighbors = adjacency.neighbors.start
    let attributes = adjacency.attributes
    let column =
      switch kind {
      case .binary: Column<Float>?.none
      case .weights: attributes.weights
      case .values: attributes.values ?? attributes.weights
      }
    // A column that is too short is none of a whole file; the cursor says what is wrong with it.
    unsafe numbers = column.map { unsafe $0.start }
    precondition(column.map { $0.count == adjacency.edgeCount } ?? true, "a column has one number an edge")
    isSummed = kind == .weights
  }

  /// The distinct neighbours of a node, ascending, each with the number of the edges to it.
  ///
  /// - Throws: `GraphError.damagedData`.
  @inline(__always)
  func forEach(of node: Int, _ body: (UInt32, Double) -> Void) throws(GraphError) {
    let row = try adjacency.edges(of: UInt32(node))
    let neighborCount = adjacency.neighborCount
    var edge = row.lowerBound
    while edge < row.upperBound {
      // Safe: `edges` checked the row, and columns have one entry an edge.
      let neighbor = unsafe neighbors[edge]
      guard Int(neighbor) < neighborCount else {
        _ = try adjacency.neighbor(at: edge)
        return
      }
      var number = try number(at: edge)
      edge += 1
      while edge < row.upperBound, unsafe neighbors[edge] == neighbor {
        number = (isSummed ? number : 0) + (try self.number(at: edge))
        edge += 1
      }
      body(neighbor, number)
    }
  }

  @inline(__always)
  private func number(at edge: Int) throws(GraphError) -> Double {
    guard let numbers = unsafe numbers else { return 1 }
    let number = unsafe numbers[edge]
    guard number.isFinite else {
      throw .damagedData(place: "edge \(edge)", found: "the number \(number)", expected: "a finite one")
    }
    return Double(number)
  }
}

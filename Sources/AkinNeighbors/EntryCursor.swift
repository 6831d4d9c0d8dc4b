import AkinGraph

/// Walks over the row of one node; parallel edges count as one, their weights added up.
///
/// Columns may be mapped from a damaged file, so everything is checked before it is used.
struct EntryCursor {
  struct Entry {
    var neighbor: UInt32
    var number: Double
    var edge: Int
  }

  private let adjacency: Adjacency
  private let numbers: Column<Float>?
  private let isSummed: Bool
  private var edge: Int
  private let end: Int

  init(_ node: UInt32, _ adjacency: Adjacency, _ kind: EdgeNumbers) throws(GraphError) {
    let row = try adjacency.edges(of: node)
    self.adjacency = adjacency
    let attributes = adjacency.attributes
    switch kind {
    case .binary: numbers = nil
    case .weights: numbers = attributes.weights
    case .values: numbers = attributes.values ?? attributes.weights
    }
    isSummed = kind == .weights
    edge = row.lowerBound
    end = row.upperBound
  }

  mutating func next() throws(GraphError) -> Entry? {
    guard edge < end else { return nil }
    var entry = Entry(neighbor: try adjacency.neighbor(at: edge), number: 1, edge: edge)
    if let numbers { entry.number = try number(at: edge, in: numbers) }
    edge += 1
    while edge < end, adjacency.neighbors[edge] == entry.neighbor {
      // Rows are sorted by time, so the last rating is the one that holds.
      if let numbers {
        entry.number = (isSummed ? entry.number : 0) + (try number(at: edge, in: numbers))
      }
      entry.edge = edge
      edge += 1
    }
    return entry
  }

  private func number(at edge: Int, in numbers: Column<Float>) throws(GraphError) -> Double {
    let number = numbers[edge]
    guard number.isFinite else {
      throw .damagedData(place: "edge \(edge)", found: "the number \(number)", expected: "a finite one")
    }
    return Double(number)
  }
}

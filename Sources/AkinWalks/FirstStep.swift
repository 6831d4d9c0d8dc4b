import AkinGraph
import AkinRanking

/// The first step from a source, known exactly: every way from the source over a connector to a candidate, with its
/// probability.
///
/// Half or more of a walk's steps begin at the source. Where a source's ways are fewer than its steps, counting each way
/// with its probability costs less than drawing them and has no error; only the steps further out are left to chance.
struct FirstStep {
  private let start: WalkStart
  private let preference: ConnectorPreference
  /// Not the adjacencies themselves, which are large, so that a query with many sources takes little memory.
  private let tables: StepTables
  /// Σ of the preference over the edges of the source.
  private let total: Double

  /// `nil` where there are more ways than the source has steps.
  ///
  /// - Complexity: O(edges of the source).
  init?(of start: WalkStart, preference: ConnectorPreference, in pixie: Pixie) throws(GraphError) {
    self.start = start
    self.preference = preference
    tables = pixie.tables
    let (outward, inward) = (pixie.outward, pixie.inward)
    guard !start.isConnector else {
      guard try inward.degree(of: start.node.index) <= start.steps else { return nil }
      total = 1
      return
    }
    let row = try outward.edges(of: start.node.index)
    guard row.count <= start.steps else { return nil }
    var ways = 0
    var total = 0.0
    for edge in row {
      let degree = try inward.degree(of: try outward.neighbor(at: edge))
      ways += degree
      guard ways <= start.steps else { return nil }
      total += preference.factor(degree: degree)
    }
    self.total = total
  }

  /// Hands over every way with its probability; a candidate comes once for each way to it.
  ///
  /// - Complexity: O(ways).
  func forEach(
    _ take: (_ candidate: UInt32, _ connector: UInt32, _ probability: Double) -> Void
  ) throws(GraphError) {
    let outward = tables.adjacencies[Int(PixieState.candidate)]
    let inward = tables.adjacencies[Int(PixieState.connector)]
    guard !start.isConnector else { return try Self.follow(start.node.index, in: inward, probability: 1, take) }
    for edge in try outward.edges(of: start.node.index) {
      let connector = try outward.neighbor(at: edge)
      let degree = try inward.degree(of: connector)
      try Self.follow(connector, in: inward, probability: preference.factor(degree: degree) / total, take)
    }
  }

  private static func follow(
    _ connector: UInt32, in inward: Adjacency, probability: Double, _ take: (UInt32, UInt32, Double) -> Void
  ) throws(GraphError) {
    let row = try inward.edges(of: connector)
    for edge in row { take(try inward.neighbor(at: edge), connector, probability / Double(row.count)) }
  }
}

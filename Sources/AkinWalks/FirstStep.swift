import AkinGraph
import AkinRanking

/// The first step from a source, known exactly: every way from the source over a connector to a candidate, with its
/// probability.
///
/// Half or more of a walk's steps begin at the source. Where a source's ways are fewer than its steps, counting each way
/// with its probability costs less than drawing them and has no error; only the steps further out are left to chance.
struct FirstStep {
  private let walk: Walk
  /// Σ of the preference over the edges of the source.
  private let total: Double

  /// `nil` where there are more ways than `limit`.
  ///
  /// - Complexity: O(edges of the source).
  init?(of walk: Walk, limit: Int) throws(GraphError) {
    self.walk = walk
    guard !walk.start.isConnector else {
      guard try walk.inward.degree(of: walk.start.node.index) <= limit else { return nil }
      total = 1
      return
    }
    let row = try walk.outward.edges(of: walk.start.node.index)
    guard row.count <= limit else { return nil }
    var ways = 0
    var total = 0.0
    for edge in row {
      let degree = try walk.inward.degree(of: try walk.outward.neighbor(at: edge))
      ways += degree
      guard ways <= limit else { return nil }
      total += walk.preference.factor(degree: degree)
    }
    self.total = total
  }

  /// Hands over every way with its probability; a candidate comes once for each way to it.
  ///
  /// - Complexity: O(ways).
  func forEach(_ take: (_ candidate: UInt32, _ probability: Double) -> Void) throws(GraphError) {
    guard !walk.start.isConnector else { return try follow(walk.start.node.index, probability: 1, take) }
    for edge in try walk.outward.edges(of: walk.start.node.index) {
      let connector = try walk.outward.neighbor(at: edge)
      let degree = try walk.inward.degree(of: connector)
      try follow(connector, probability: walk.preference.factor(degree: degree) / total, take)
    }
  }

  private func follow(
    _ connector: UInt32, probability: Double, _ take: (UInt32, Double) -> Void
  ) throws(GraphError) {
    let row = try walk.inward.edges(of: connector)
    for edge in row { take(try walk.inward.neighbor(at: edge), probability / Double(row.count)) }
  }
}

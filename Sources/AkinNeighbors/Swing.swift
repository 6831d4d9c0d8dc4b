public import AkinGraph
import AkinRanking

/// Items that pairs of users agree on, the more so the less else the two agree on:
///
///     s(i, j) = Σ_{u < v, both having i and j} w_u · w_v / (α + |I_u ∩ I_v|),   w_u = d_u^(−½) or 1
///
/// At least 0; 0 where fewer than two users are shared. A single noisy user can lift no pair. The options' shrinkage,
/// minimum overlap and significance apply to the number of shared users that were looked at; edges are binary.
///
/// Of an item with more than `userLimit` users, those with fewest items are looked at (then by index): they say most and
/// cost least. Users with more items than the options' `connectorLimit` are passed over.
///
/// - Complexity: O(users² · items a user) a row, users being at most `userLimit`.
///
/// Source: Yang et al., "Large scale product graph construction for recommendation in e-commerce", 2020,
/// arXiv:2010.05525.
public struct Swing: NodeSimilarity {
  /// The graph whose items are compared.
  public let snapshot: Snapshot
  /// From items to users.
  public let hop: Hop
  /// α: how much a pair of users that agrees on little else counts at most; above 0.
  public let alpha: Double
  /// Users of an item that are compared with each other; at least 2.
  public let userLimit: Int
  /// Whether users with many items count less.
  public let isUserWeighted: Bool
  /// Of these, shrinkage, overlap, significance and the limit on connectors apply.
  public let options: NeighborOptions

  /// `alpha` is above 0 and `userLimit` at least 2. By default users with many items count less.
  public init(
    _ snapshot: Snapshot, hop: Hop, alpha: Double = 1, userLimit: Int = 500, isUserWeighted: Bool = true,
    options: NeighborOptions = NeighborOptions()
  ) {
    precondition(alpha > 0, "alpha must be above 0, found \(alpha)")
    precondition(userLimit >= 2, "userLimit must be at least 2, found \(userLimit)")
    options.check()
    self.snapshot = snapshot
    self.hop = hop
    self.alpha = alpha
    self.userLimit = userLimit
    self.isUserWeighted = isUserWeighted
    self.options = options
  }

  public var dependence: RowDependence {
    var dependence = RowDependence()
    dependence.onConnectors = true
    return dependence
  }

  public func makeWorker() -> any SimilarityWorker { SwingWorker(self) }
}

private final class SwingWorker: SimilarityWorker {
  private let swing: Swing
  private let outward: Adjacency
  private let inward: Adjacency
  private var users: TotalsCache
  /// By node; zero between rows.
  private var sums: [Double]
  private var overlaps: [UInt32]
  private var marks: [Bool]
  private var touched: [UInt32] = []

  init(_ swing: Swing) {
    self.swing = swing
    outward = swing.snapshot.adjacency(swing.hop)
    inward = swing.snapshot.adjacency(Hop(relation: swing.hop.relation, direction: swing.hop.direction.opposite))
    users = TotalsCache(
      inward, numbers: .binary, needsSums: false,
      hasParallelEdges: swing.snapshot.schema.relations[swing.hop.relation].duplicates == .keep)
    sums = [Double](repeating: 0, count: outward.nodeCount)
    overlaps = [UInt32](repeating: 0, count: outward.nodeCount)
    marks = [Bool](repeating: false, count: outward.nodeCount)
  }

  func forEachSimilar(to node: UInt32, _ body: (UInt32, Double) -> Void) throws -> Int {
    defer { clear() }
    let compared = try comparedUsers(of: node)
    var followed = compared.count
    var rows: [[UInt32]] = []
    for user in compared { rows.append(try items(of: user.index)) }
    for (first, row) in rows.enumerated() {
      for item in row {
        marks[Int(item)] = true
        if overlaps[Int(item)] == 0 { touched.append(item) }
        overlaps[Int(item)] += 1
      }
      for second in (first + 1)..<max(first + 1, rows.count) {
        let shared = rows[second].filter { marks[Int($0)] }
        followed += rows[second].count
        let worth = worth(shared: shared.count, compared[first].degree, compared[second].degree)
        for item in shared { sums[Int(item)] += worth }
      }
      for item in row { marks[Int(item)] = false }
    }
    for other in touched where other != node && Int(overlaps[Int(other)]) >= swing.options.minOverlap {
      let score = sums[Int(other)] * swing.options.factor(overlap: Int(overlaps[Int(other)]))
      if score > 0 { body(other, score) }
    }
    return followed
  }

  /// Half of what a pair of users adds goes to each of the two.
  func shares(of other: UInt32, to node: UInt32) throws -> [ConnectorShare] {
    let compared = try comparedUsers(of: node)
    var rows: [(user: UInt32, degree: Int, items: [UInt32])] = []
    for user in compared {
      let items = try items(of: user.index)
      if NodeSet(items).contains(other) { rows.append((user.index, user.degree, items)) }
    }
    var sums = [Double](repeating: 0, count: rows.count)
    for first in rows.indices {
      let row = NodeSet(rows[first].items)
      for second in (first + 1)..<max(first + 1, rows.count) {
        let shared = rows[second].items.count { row.contains($0) }
        let worth = worth(shared: shared, rows[first].degree, rows[second].degree)
        sums[first] += worth / 2
        sums[second] += worth / 2
      }
    }
    return zip(rows, sums).map { ConnectorShare(connector: $0.user, fraction: $1) }
      .sorted { $0.connector < $1.connector }.normalized()
  }

  private func worth(shared: Int, _ firstDegree: Int, _ secondDegree: Int) -> Double {
    let worth = 1 / (swing.alpha + Double(shared))
    return swing.isUserWeighted ? worth / (Double(firstDegree) * Double(secondDegree)).squareRoot() : worth
  }

  private func comparedUsers(of node: UInt32) throws -> [(index: UInt32, degree: Int)] {
    var found: [(index: UInt32, degree: Int)] = []
    var cursor = try EntryCursor(node, outward, .binary)
    while let entry = try cursor.next() {
      let degree = try users.totals(of: entry.neighbor).degree
      if let limit = swing.options.connectorLimit, degree > limit { continue }
      found.append((entry.neighbor, degree))
    }
    found.sort { ($0.degree, $0.index) < ($1.degree, $1.index) }
    return Array(found.prefix(swing.userLimit))
  }

  private func items(of user: UInt32) throws -> [UInt32] {
    var items: [UInt32] = []
    var cursor = try EntryCursor(user, inward, .binary)
    while let entry = try cursor.next() { items.append(entry.neighbor) }
    return items
  }

  private func clear() {
    for node in touched {
      sums[Int(node)] = 0
      overlaps[Int(node)] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}

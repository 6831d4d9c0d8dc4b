import AkinGraph
import AkinRanking
import AkinWalks
import Foundation
import TestSupport

/// A small graph of users, items and tags as plain edges, and exact transition probabilities of walks on it, computed
/// from the definitions edge by edge.
struct PlainGraph {
  struct Edge {
    var relation: Int
    var source: Int
    var target: Int
    var weight: Double
    var time: Int
  }

  /// A node: type and index.
  struct Node: Hashable {
    var type: Int
    var index: Int
  }

  static let counts = [6, 7, 4]
  /// saved: user to item; follows: user to user; tagged: item to tag.
  static let ends = [(0, 1), (0, 0), (1, 2)]
  var edges: [Edge] = []
  let snapshot: Snapshot

  init(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    let types = ["user", "item", "tag"].map { builder.addNodeType($0) }
    for (type, count) in zip(types, Self.counts) {
      for index in 0..<count { _ = try builder.intern("\(index)", type: type) }
    }
    for (relation, (source, target)) in Self.ends.enumerated() {
      _ = builder.addRelation(
        ["saved", "follows", "tagged"][relation], from: types[source], to: types[target], duplicates: .last)
      for from in 0..<Self.counts[source] {
        for to in 0..<Self.counts[target] where (source != target || from != to) {
          // Every node has an edge of 'saved' or 'tagged', so that walks can always go on.
          guard to == from % Self.counts[target] || from == to || Double.random(in: 0..<1, using: &random) < 0.45 else {
            continue
          }
          let edge = Edge(
            relation: relation, source: from, target: to,
            weight: Double(Float([0.25, 1, 2, 5].randomElement(using: &random)!)),
            time: Int.random(in: 0..<5, using: &random) * 100)
          edges.append(edge)
          builder.addEdge(
            relation, from: UInt32(from), to: UInt32(to), weight: Float(edge.weight), time: Int64(edge.time))
        }
      }
    }
    snapshot = try builder.build().snapshot
  }

  /// Edges by which a hop leads from a node, as (end, weight, time).
  func hop(_ hop: Hop, from node: Node) -> [(end: Int, weight: Double, time: Int)] {
    edges.filter { $0.relation == hop.relation }.compactMap { edge in
      let (from, to) = hop.direction == .forward ? (edge.source, edge.target) : (edge.target, edge.source)
      return from == node.index ? (to, edge.weight, edge.time) : nil
    }
  }

  func ends(of hop: Hop) -> (from: Int, to: Int) {
    let (source, target) = Self.ends[hop.relation]
    return hop.direction == .forward ? (source, target) : (target, source)
  }
}

/// The choice of the next node, from the definitions.
struct PlainRule {
  var usesWeights = false
  var halfLife: Double?
  /// By type and index.
  var factor: (PlainGraph.Node) -> Double = { _ in 1 }
  var p = 1.0
  var q = 1.0

  /// Probabilities of the next node from `node` in `state`, having come from `earlier` in `earlierState`.
  func next(
    from node: PlainGraph.Node, state: Int, earlier: PlainGraph.Node?, earlierState: Int, path: WalkPath,
    in graph: PlainGraph
  ) -> [PlainGraph.Node: Double] {
    let ways = path.states[state].ways.filter { !graph.hop($0.hop, from: node).isEmpty }
    let total = ways.reduce(0) { $0 + $1.probability }
    var probabilities: [PlainGraph.Node: Double] = [:]
    for way in ways {
      let row = graph.hop(way.hop, from: node)
      let newest = row.map(\.time).max()!
      let type = graph.ends(of: way.hop).to
      let counts = row.map { edge -> Double in
        var count = usesWeights ? edge.weight : 1
        if let halfLife { count *= pow(0.5, Double(newest - edge.time) / halfLife) }
        let end = PlainGraph.Node(type: type, index: edge.end)
        count *= factor(end)
        if let earlier {
          let isNear = path.states[earlierState].ways.contains { way in
            graph.ends(of: way.hop).to == type && graph.hop(way.hop, from: earlier).contains { $0.end == end.index }
          }
          count *= end == earlier ? 1 / p : isNear ? 1 : 1 / q
        }
        return count
      }
      let sum = counts.reduce(0, +)
      for (edge, count) in zip(row, counts) where count > 0 {
        probabilities[PlainGraph.Node(type: type, index: edge.end), default: 0] +=
          way.probability / total * count / sum
      }
    }
    return probabilities
  }
}

/// Chi-square of observed transitions against exact ones, summed over all contexts.
struct ChiSquare {
  var statistic = 0.0
  var degrees = 0
  /// Something happened that has probability 0.
  var isImpossible = false

  /// Outcomes of one context. Those expected fewer than 5 times are taken together, as the approximation asks.
  mutating func add(_ observed: [PlainGraph.Node: Int], expected: [PlainGraph.Node: Double]) {
    let total = Double(observed.values.reduce(0, +))
    if observed.keys.contains(where: { expected[$0] == nil }) { isImpossible = true }
    var rareFound = 0.0
    var rareExpected = 0.0
    var bins = 0
    for (node, probability) in expected {
      let found = Double(observed[node] ?? 0)
      let mean = total * probability
      guard mean >= 5 else {
        rareFound += found
        rareExpected += mean
        continue
      }
      statistic += (found - mean) * (found - mean) / mean
      bins += 1
    }
    if rareExpected >= 5 {
      statistic += (rareFound - rareExpected) * (rareFound - rareExpected) / rareExpected
      bins += 1
    }
    degrees += max(0, bins - 1)
  }

  /// What the statistic exceeds with probability 1e-6, by the cube-root approximation of Wilson and Hilferty: 4.753 is the
  /// quantile of the normal distribution.
  var limit: Double {
    let share = 2 / (9 * Double(degrees))
    return Double(degrees) * pow(1 - share + 4.753 * share.squareRoot(), 3)
  }

  var isAccepted: Bool { !isImpossible && degrees > 0 && statistic <= limit }
}

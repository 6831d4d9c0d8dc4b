/// Finds groups of nodes that are joined more among themselves than chance would have it.
///
/// Nodes move, in their order, to the neighbouring community that gains most modularity, until none gains; then
/// communities become nodes and the same begins again. Equal gains go to the community of the lower number, so that the
/// answer depends on nothing but the edges.
///
/// - Complexity: O(edges) a pass, at most 50 passes a level; levels are few.
///
/// Source: Blondel et al., "Fast unfolding of communities in large networks", J. Stat. Mech. 2008,
/// doi:10.1088/1742-5468/2008/10/P10008.
public enum Communities {
  /// Two nodes that are joined; direction does not matter.
  public struct Edge: Sendable, Equatable {
    /// One end, from 0.
    public var from: Int
    /// The other end; the same node for a loop.
    public var to: Int
    /// Above 0.
    public var weight: Double

    /// `weight` is above 0.
    public init(_ from: Int, _ to: Int, weight: Double = 1) {
      self.from = from
      self.to = to
      self.weight = weight
    }
  }

  /// The community of each of `nodeCount` nodes, numbered by falling size, then by their first node. A node without edges is
  /// a community of its own.
  public static func find(nodeCount: Int, edges: [Edge]) -> [Int] {
    precondition(
      edges.allSatisfy { (0..<nodeCount).contains($0.from) && (0..<nodeCount).contains($0.to) && $0.weight > 0 },
      "edges join nodes below \(nodeCount) with weights above 0")
    var membership = Array(0..<nodeCount)
    var level = edges
    var count = nodeCount
    while true {
      let moved = onePass(nodeCount: count, edges: level)
      let found = (moved.max() ?? -1) + 1
      guard found < count else { break }
      membership = membership.map { moved[$0] }
      var merged: [[Int]: Double] = [:]
      for edge in level {
        let ends = [moved[edge.from], moved[edge.to]].sorted()
        merged[ends, default: 0] += edge.weight
      }
      level = merged.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        .map { Edge($0.key[0], $0.key[1], weight: $0.value) }
      count = found
    }
    return renumbered(membership)
  }

  /// Moves nodes until none gains; communities counted through from 0.
  private static func onePass(nodeCount: Int, edges: [Edge]) -> [Int] {
    var neighbors = [[(node: Int, weight: Double)]](repeating: [], count: nodeCount)
    var degree = [Double](repeating: 0, count: nodeCount)
    var total = 0.0
    for edge in edges {
      total += edge.weight
      degree[edge.from] += edge.weight
      degree[edge.to] += edge.weight
      guard edge.from != edge.to else { continue }
      neighbors[edge.from].append((edge.to, edge.weight))
      neighbors[edge.to].append((edge.from, edge.weight))
    }
    var community = Array(0..<nodeCount)
    guard total > 0 else { return community }
    var size = degree
    for _ in 0..<50 {
      var hasMoved = false
      for node in 0..<nodeCount where !neighbors[node].isEmpty {
        var links: [Int: Double] = [:]
        for (other, weight) in neighbors[node] { links[community[other], default: 0] += weight }
        let own = community[node]
        size[own] -= degree[node]
        func gain(_ candidate: Int) -> Double {
          links[candidate, default: 0] - size[candidate] * degree[node] / (2 * total)
        }
        var best = own
        var most = gain(own)
        for candidate in links.keys.sorted() {
          let value = gain(candidate)
          if value > most + 1e-12 { (best, most) = (candidate, value) }
        }
        size[best] += degree[node]
        if best != own {
          community[node] = best
          hasMoved = true
        }
      }
      if !hasMoved { break }
    }
    var number: [Int: Int] = [:]
    return community.map { old in
      if number[old] == nil { number[old] = number.count }
      return number[old]!
    }
  }

  private static func renumbered(_ membership: [Int]) -> [Int] {
    var size: [Int: Int] = [:]
    var first: [Int: Int] = [:]
    for (node, community) in membership.enumerated() {
      size[community, default: 0] += 1
      if first[community] == nil { first[community] = node }
    }
    let order = size.keys.sorted { (-size[$0]!, first[$0]!) < (-size[$1]!, first[$1]!) }
    let number = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    return membership.map { number[$0]! }
  }

  /// How much more of the edges' weight lies within communities than chance would have it; at most 1.
  ///
  /// Source: Newman and Girvan, "Finding and evaluating community structure in networks", Phys. Rev. E 69, 2004.
  public static func modularity(_ membership: [Int], edges: [Edge]) -> Double {
    let total = edges.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return 0 }
    var within: [Int: Double] = [:]
    var degree: [Int: Double] = [:]
    for edge in edges {
      if membership[edge.from] == membership[edge.to] { within[membership[edge.from], default: 0] += edge.weight }
      degree[membership[edge.from], default: 0] += edge.weight
      degree[membership[edge.to], default: 0] += edge.weight
    }
    return degree.keys.sorted().reduce(0) { sum, community in
      let share = degree[community]! / (2 * total)
      return sum + within[community, default: 0] / total - share * share
    }
  }
}

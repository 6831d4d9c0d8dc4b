import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct CommunitiesTests {
  typealias Edge = Communities.Edge

  /// By the definition: over all pairs of nodes, what joins them less what chance would.
  private func naiveModularity(_ membership: [Int], _ edges: [Edge]) -> Double {
    let count = membership.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for edge in edges {
      matrix[edge.from][edge.to] += edge.weight
      matrix[edge.to][edge.from] += edge.weight
    }
    let degree = matrix.map { $0.reduce(0, +) }
    let total = degree.reduce(0, +)
    var sum = 0.0
    for one in 0..<count {
      for other in 0..<count where membership[one] == membership[other] {
        sum += matrix[one][other] - degree[one] * degree[other] / total
      }
    }
    return sum / total
  }

  @Test func `cliques joined by single edges are found`() {
    var edges: [Edge] = []
    for clique in 0..<5 {
      for one in 0..<6 { for other in 0..<one { edges.append(Edge(clique * 6 + one, clique * 6 + other)) } }
      edges.append(Edge(clique * 6, (clique * 6 + 7) % 30))
    }
    #expect(Communities.find(nodeCount: 31, edges: edges) == (0..<31).map { $0 / 6 })
  }

  @Test(arguments: UInt64(0)..<20)
  func `modularity agrees with its definition, and is near the best there is`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = 7
    let edges = (0..<14).map { _ -> Edge in
      let from = Int.random(in: 0..<count, using: &random)
      return Edge(
        from, (from + Int.random(in: 1..<count, using: &random)) % count,
        weight: Double.random(in: 0.5...2, using: &random))
    }
    let found = Communities.find(nodeCount: count, edges: edges)
    #expect(found == Communities.find(nodeCount: count, edges: edges))
    let value = Communities.modularity(found, edges: edges)
    #expect(abs(value - naiveModularity(found, edges)) < 1e-12)
    // All partitions of seven nodes.
    var best = -1.0
    func search(_ membership: [Int]) {
      guard membership.count < count else {
        best = max(best, naiveModularity(membership, edges))
        return
      }
      for next in 0...((membership.max() ?? -1) + 1) { search(membership + [next]) }
    }
    search([])
    #expect(value <= best + 1e-12 && value >= best - 0.08, "\(value) of \(best)")
  }

  @Test func `nodes without edges stand alone`() {
    #expect(Communities.find(nodeCount: 0, edges: []) == [])
    #expect(Communities.find(nodeCount: 3, edges: []) == [0, 1, 2])
    #expect(Communities.modularity([0, 1], edges: []) == 0)
  }
}

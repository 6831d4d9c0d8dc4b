import AkinGraph
import AkinPageRank
import AkinRanking
import CAllocationCount
import TestSupport
import Testing

/// A session that has answered once takes no memory for another query but that of the list it returns.
@Suite(.enabled(if: akin_counts_allocations(), "allocations are not counted here"))
struct QueryAllocationTests {
  let item = NodeTypeID(rawValue: 1)
  let ways = Ways.thereAndBack(Hop(relation: 0, direction: .reverse))

  private func snapshot(users: Int) throws -> Snapshot {
    var random = SplitMix64(seed: 5)
    var pairs: [(String, String)] = []
    for user in 0..<users {
      for _ in 0..<8 {
        let popular = Int.random(in: 0..<20, using: &random)
        let own = Int.random(in: 0..<users / 2, using: &random)
        pairs.append(("u\(user)", "i\(Bool.random(using: &random) ? popular : own)"))
      }
    }
    return try bipartiteSnapshot(pairs)
  }

  /// How often memory was taken in each of the queries after one that warms up, with how many passes each made.
  private func counts(_ snapshot: Snapshot, edges: Int) throws -> [(allocations: Int, largest: Int, passes: Int)] {
    var options = PersonalizedPageRankOptions()
    options.edges = edges
    let session = try PersonalizedPageRank(snapshot, following: ways, ranking: item, options: options).makeSession()
    let queries = [0, 7, 30, 31].map { index in
      Query(
        sources: (0..<3).map { WeightedSource(NodeID(type: item, index: UInt32(index + 11 * $0))) },
        candidates: CandidateFilter(type: item, excluded: NodeSet([UInt32(index)])))
    }
    for query in queries { _ = try session.rank(query, k: 20) }
    return try queries.map { query in
      let before = akin_allocation_count()
      _ = akin_largest_allocation()
      let list = try session.rank(query, k: 20)
      let after = akin_allocation_count()
      let largest = akin_largest_allocation()
      guard case .search(_, let passes, _, _) = list.effort, list.items.count == 20 else { return (-1, -1, 0) }
      return (Int(after - before), Int(largest), passes)
    }
  }

  @Test func `nothing is allocated but the list, whatever the graph and the budget`() throws {
    for users in [400, 3000] {
      let snapshot = try snapshot(users: users)
      for edges in [2000, 40_000, 0] {
        for (allocations, largest, passes) in try counts(snapshot, edges: edges) {
          // The list has 20 items of 16 bytes, the smallest layer more than 3,000.
          #expect(largest < 1024, "\(users) users, \(edges) edges, \(passes) passes")
          #if !DEBUG
            // Code that is not optimised keeps what closures see on the heap, too.
            #expect(allocations == 1, "\(users) users, \(edges) edges, \(passes) passes")
          #endif
          #expect(allocations >= 1)
          if edges == 0 { #expect(passes > 3) }
        }
      }
    }
  }

  @Test func `the count counts`() {
    let before = akin_allocation_count()
    let array = [Int](repeating: 1, count: Int(before % 7) + 100)
    #expect(array.count >= 100 && akin_allocation_count() > before)
  }
}

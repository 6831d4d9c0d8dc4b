import AkinGraph
import AkinRanking
import AkinWalks
import CAllocationCount
import TestSupport
import Testing

/// A session that has answered once takes no memory for another query that grows with the graph or the steps.
@Suite(.enabled(if: akin_counts_allocations(), "allocations are not counted here"))
struct QueryAllocationTests {
  let item = NodeTypeID(rawValue: 1)
  let back = Hop(relation: 0, direction: .reverse)

  private func snapshot(users: Int) throws -> Snapshot {
    var random = SplitMix64(seed: 5)
    return try bipartiteSnapshot(
      (0..<8 * users).map { ("u\($0 / 8)", "i\(Int.random(in: 0..<2 * users, using: &random))") })
  }

  @Test(arguments: [1, 3], [1.0, 0.25])
  func `what a query takes is small, whatever the graph and the steps`(sources: Int, exponent: Double) throws {
    var counts = Set<UInt64>()
    for (users, steps) in [(300, 10_000), (300, 100_000), (20_000, 10_000), (20_000, 100_000)] {
      var options = PixieOptions()
      options.steps = steps
      options.connectorExponent = exponent
      let session = Pixie(try snapshot(users: users), hop: back, options: options).makeSession()
      let queries = [0, 7, 30, 31].map { index in
        Query(
          sources: (0..<sources).map { WeightedSource(NodeID(type: item, index: UInt32(index + 11 * $0))) },
          candidates: CandidateFilter(type: item, excluded: NodeSet([UInt32(index)])), seed: UInt64(index))
      }
      for query in queries { _ = try session.rank(query, k: 20) }
      for query in queries {
        let before = akin_allocation_count()
        _ = akin_largest_allocation()
        let list = try session.rank(query, k: 20)
        let after = akin_allocation_count()
        let largest = akin_largest_allocation()
        #expect(list.items.count == 20)
        // The list has 20 items of 16 bytes; counters, visits and tasks take many times as much.
        #expect(largest < 1024, "\(users) users, \(steps) steps")
        counts.insert(after - before)
      }
    }
    #if !DEBUG
      // Of code that is optimised, that list alone.
      #expect(counts == [1], "\(counts.sorted())")
    #endif
  }
}

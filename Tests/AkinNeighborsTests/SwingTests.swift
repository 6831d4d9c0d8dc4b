import AkinGraph
import AkinParallel
import AkinRanking
import Foundation
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct SwingTests {
  /// Σ over pairs of users who have both items, straight from the definition.
  @Test(arguments: UInt64(0)..<40)
  func `agrees with the definition`(seed: UInt64) throws {
    let graph = try RatedGraph(seed: seed, content: .binary)
    let users = graph.numbers[0].indices.map { user in
      Set(graph.numbers.indices.filter { graph.numbers[$0][user] != nil })
    }
    for isUserWeighted in [true, false] {
      let swing = Swing(graph.snapshot, hop: RatedGraph.hop, alpha: 0.7, isUserWeighted: isUserWeighted)
      let table = try swing.allNeighbors(k: 100, execution: .serial)
      #expect(try swing.allNeighbors(k: 100, execution: Execution(threads: 3)) == table)
      for item in graph.numbers.indices {
        var expected = [Double](repeating: 0, count: graph.numbers.count)
        for (first, left) in users.enumerated() where left.contains(item) {
          for right in users[(first + 1)...] where right.contains(item) {
            let weight = isUserWeighted ? 1 / sqrt(Double(left.count * right.count)) : 1
            for other in left.intersection(right) where other != item {
              expected[other] += weight / (0.7 + Double(left.intersection(right).count))
            }
          }
        }
        let row = table.row(item)
        #expect(Set(row.map { Int($0.node.index) }) == Set(expected.indices.filter { expected[$0] > 0 }))
        for entry in row { #expect(abs(entry.score - expected[Int(entry.node.index)]) < 1e-12) }
      }
    }
  }

  @Test func `beyond the limit the users with fewest items are compared`() throws {
    // Users 0 and 1 have items 0 and 1; users 2 and 3 have all.
    let graph = try RatedGraph([[1, 1, 1, 1], [1, 1, 1, 1], [nil, nil, 1, 1]], content: .binary)
    let swing = Swing(graph.snapshot, hop: RatedGraph.hop, userLimit: 2, isUserWeighted: false)
    #expect(try swing.allNeighbors(k: 5, execution: .serial).row(0).map(\.node.index) == [1])
  }
}

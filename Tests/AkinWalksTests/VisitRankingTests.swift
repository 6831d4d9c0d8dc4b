import CAkinKernels
import TestSupport
import Testing

@testable import AkinWalks

@Suite struct VisitRankingTests {
  /// Counts by dictionary and a full sort.
  func expected(_ visits: [UInt32], of node: UInt32, size: Int) -> [(node: UInt32, weight: Float)] {
    var counts: [UInt32: Int] = [:]
    for visit in visits where visit != node { counts[visit, default: 0] += 1 }
    let order = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(size)
    let total = order.reduce(0) { $0 + $1.value }
    return order.map { ($0.key, Float(Double($0.value) / Double(total))) }
  }

  @Test(arguments: PlainWalkTests.levels.map(Optional.some) + [nil])
  func `rows are the most visited nodes with their shares`(level: Int32?) {
    var random = SplitMix64(seed: 9)
    // More than the kernels take goes to the table.
    var ranking = VisitRanking(visits: 300, level: level)
    var rows = NeighborRows()
    for round in 0..<3000 {
      let count = round < 140 ? round : Int.random(in: 0...300, using: &random)
      let last = [UInt32(1), 4, 60, 100_000, .max].randomElement(using: &random)!
      let visits = (0..<count).map { _ in UInt32.random(in: 0...last, using: &random) }
      let node = visits.randomElement(using: &random) ?? 0
      let size = [1, 3, 20, 50, 400].randomElement(using: &random)!
      ranking.append(visits.span, of: node, size: size, to: &rows)
      let row = Int(rows.offsets[round])..<Int(rows.offsets[round + 1])
      let right = expected(visits, of: node, size: size)
      #expect(Array(rows.neighbors[row]) == right.map(\.node))
      #expect(Array(rows.weights[row]) == right.map(\.weight))
    }
  }
}

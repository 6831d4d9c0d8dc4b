import AkinEvaluation
import Testing
import TestSupport

/// Novelty, popularity bias, head and tail: what popularity in training says about a list.
@Suite struct ItemPopularityTests {
  let popularity = ItemPopularity(counts: [8, 4, 1, 0, 4], userCount: 16)

  @Test func `novelty is the mean self-information in bits`() {
    #expect((0..<5).map { popularity.selfInformation(of: $0) } == [1, 2, 4, 5, 2])
    #expect(popularity.novelty(of: [0, 2]) == 2.5)
    #expect(popularity.novelty(of: []) == nil)
    #expect(ItemPopularity(counts: [16], userCount: 16).novelty(of: [0]) == 0)
  }

  @Test func `popularity of a list`() {
    #expect(popularity.meanCount(of: [0, 1, 3]) == 4)
    #expect(popularity.percentiles == [1, 0.625, 0.25, 0, 0.625])
    #expect(popularity.meanPercentile(of: [0, 3]) == 0.5)
    #expect(popularity.meanCount(of: []) == nil && popularity.meanPercentile(of: []) == nil)
    #expect(ItemPopularity(counts: [3], userCount: 4).percentiles == [0.5])
  }

  @Test func `counts come from the history`() throws {
    let history = try ItemLists([[0, 1], [1], []], itemCount: 3)
    #expect(ItemPopularity(history: history) == ItemPopularity(counts: [1, 2, 0], userCount: 3))
  }

  @Test func `the head is the fewest items with the share wanted`() {
    func head(_ share: Double) -> [UInt32] {
      let parts = HeadTail(popularity, interactionShare: share)
      let items = (0..<UInt32(5)).filter(parts.isHead)
      #expect(items.count == parts.headCount)
      return items
    }
    #expect(head(0) == [])
    #expect(head(0.4) == [0])
    #expect(head(0.5) == [0, 1])  // 8 of 17 are too few; the tie goes to the lower index
    #expect(head(0.8) == [0, 1, 4])
    #expect(head(1) == [0, 1, 2, 4])
    #expect(HeadTail(popularity).tailShare(of: [0, 2, 3, 4]) == 0.5)
    #expect(HeadTail(popularity).tailShare(of: []) == nil)
  }

  @Test(arguments: UInt64(0)..<20)
  func `percentiles agree with counting the others`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let counts = (0..<20).map { _ in UInt32.random(in: 0...6, using: &random) }
    let expected = counts.map { own in
      (Double(counts.count { $0 < own }) + Double(counts.count { $0 == own } - 1) / 2) / 19
    }
    let found = ItemPopularity(counts: counts, userCount: 6).percentiles
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}

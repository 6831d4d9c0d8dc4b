import AkinEvaluation
import AkinParallel
import Testing
import TestSupport

@Suite struct ListComparisonTests {
  @Test func `list by list and together`() throws {
    let old = try ItemLists([[0, 1, 2, 3], [4, 5, 6], []], itemCount: 9)
    let new = try ItemLists([[0, 1, 2, 8], [6, 5, 4], []], itemCount: 9)
    let found = try old.compared(with: new, at: 3)
    #expect(found.overlap == UserScores(users: [0, 1, 2], values: [1, 1, 1]))
    #expect(found.kendallTau == UserScores(users: [0, 1], values: [1, -1]))
    #expect(found.identical == 2 && found.entered == 0 && found.left == 0)
    let longer = try old.compared(with: new, at: 4)
    #expect(longer.overlap.values == [0.75, 1, 1])
    #expect(longer.jaccard.values == [0.6, 1, 1])
    #expect(longer.identical == 1 && longer.entered == 1 && longer.left == 1)
  }

  @Test func `threads do not matter`() throws {
    let old = try ItemLists(RandomRankings(users: 3000, items: 30, seed: 1).lists, itemCount: 30)
    let new = try ItemLists(RandomRankings(users: 3000, items: 30, seed: 2).lists, itemCount: 30)
    #expect(
      try old.compared(with: new, at: 5, execution: .serial)
        == old.compared(with: new, at: 5, execution: Execution(threads: 4)))
  }
}

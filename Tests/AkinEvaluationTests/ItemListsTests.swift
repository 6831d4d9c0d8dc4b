import AkinEvaluation
import Testing

@Suite struct ItemListsTests {
  @Test func `lists come back as they were given`() throws {
    let lists = try ItemLists([[3, 1], [], [1]], itemCount: 4)
    #expect(lists.userCount == 3)
    #expect((0..<3).map { Array(lists[$0]) } == [[3, 1], [], [1]])
    #expect(try ItemLists([], itemCount: 0).userCount == 0)
  }

  @Test func `an item twice in a list is refused, the same item in two lists is not`() throws {
    #expect(throws: EvaluationError.duplicateItem(item: 2, list: 1, ranks: [1, 3])) {
      try ItemLists([[2], [2, 0, 2]], itemCount: 4)
    }
    #expect(
      "\(EvaluationError.duplicateItem(item: 2, list: 1, ranks: [1, 3]))"
        == "list 1: expected each item once, found item 2 at ranks 1, 3")
  }

  @Test func `an item outside the catalogue is refused`() {
    #expect(throws: EvaluationError.itemOutOfRange(item: 4, list: 0, itemCount: 4)) {
      try ItemLists([[4]], itemCount: 4)
    }
  }
}

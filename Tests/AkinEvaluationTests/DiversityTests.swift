import AkinEvaluation
import Testing

@Suite struct DiversityTests {
  @Test func `the mean over pairs`() throws {
    let lists = try ItemLists([[0, 1, 3], [2]], itemCount: 4)
    // |0 − 1| + |0 − 3| + |1 − 3| = 6 over three pairs, of three.
    #expect(abs(lists.diversity(user: 0) { Double(abs($0 - $1)) / 3 }! - 2.0 / 3) < 1e-12)
    #expect(lists.diversity(at: 2, user: 0) { Double(abs($0 - $1)) } == 1)
    #expect(lists.diversity(user: 1) { _, _ in 1 } == nil)
  }

  @Test func `distance of categories`() throws {
    let categories = try ItemCategories([[0, 1], [1, 2, 2], [], [3], []], categoryCount: 4)
    #expect(abs(categories.distance(0, 1) - 2.0 / 3) < 1e-12)
    #expect(categories.distance(0, 3) == 1)
    #expect(categories.distance(0, 2) == 1)
    #expect(categories.distance(2, 4) == 0)
    #expect(categories.distance(1, 1) == 0)
    #expect(throws: EvaluationError.categoryOutOfRange(category: 4, item: 1, categoryCount: 4)) {
      try ItemCategories([[0], [4]], categoryCount: 4)
    }
  }

  @Test func `a distance that was given goes before categories`() throws {
    var input = EvaluationInput(lists: try ItemLists([[0, 1]], itemCount: 2))
    input.categories = try ItemCategories([[0], [0]], categoryCount: 1)
    let diversity = Metric(.diversity, at: 2)
    #expect(try input.evaluate([diversity])[diversity]?.value == 0)
    input.distance = { _, _ in 0.25 }
    #expect(try input.evaluate([diversity])[diversity]?.value == 0.25)
  }
}

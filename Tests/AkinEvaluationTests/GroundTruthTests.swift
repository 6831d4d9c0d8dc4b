import AkinEvaluation
import Testing

@Suite struct GroundTruthTests {
  @Test func `the outcome has the grade at each rank and the ideal order`() throws {
    let lists = try ItemLists([[4, 0, 2], [1]], itemCount: 5)
    let truth = try GroundTruth([[2, 3, 4], []], grades: [[1, 3, 2], []], itemCount: 5)
    #expect(truth.outcome(of: lists, user: 0) == UserOutcome(grades: [2, 0, 1], relevant: [3, 2, 1]))
    #expect(truth.outcome(of: lists, user: 1) == UserOutcome(grades: [0], relevant: []))
    #expect(truth.isGraded)
  }

  @Test func `grade zero is not relevant, equal grades are no grades`() throws {
    let truth = try GroundTruth([[2, 3, 4]], grades: [[1, 0, 1]], itemCount: 5)
    #expect(Array(truth.relevantItems(of: 0)) == [2, 4])
    #expect(truth == (try GroundTruth([[4, 2]], itemCount: 5)))
    #expect(!truth.isGraded)
  }

  @Test(arguments: [-1, Float.infinity, 1001])
  func `a grade out of range is refused`(grade: Float) {
    #expect(throws: EvaluationError.invalidGrade(grade, item: 3, list: 1)) {
      try GroundTruth([[0], [1, 3]], grades: [[1], [2, grade]], itemCount: 5)
    }
  }

  @Test func `an item twice is refused`() {
    #expect(throws: EvaluationError.duplicateItem(item: 3, list: 0, ranks: [1, 2])) {
      try GroundTruth([[3, 3]], itemCount: 5)
    }
  }

  @Test func `a restriction keeps grades and drops the rest`() throws {
    let truth = try GroundTruth([[2, 3, 4], [2]], grades: [[1, 3, 2], [1]], itemCount: 5)
    let kept = truth.keeping { $0 > 2 }
    #expect(kept == (try GroundTruth([[3, 4], []], grades: [[3, 2], []], itemCount: 5)))
    #expect(kept.relevantCount(of: 1) == 0)
  }
}

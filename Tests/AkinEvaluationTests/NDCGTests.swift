import AkinEvaluation
import Testing

@Suite struct NDCGTests {
  /// Grades 3, 2, 3, 0, 1, 2 against the same six in ideal order, 3, 3, 2, 2, 1, 0.
  ///
  /// Linear: DCG = 3 + 2/1.58496 + 3/2 + 1/2.58496 + 2/2.80735 = 6.86113, IDCG = 3 + 3/1.58496 + 2/2 + 2/2.32193 +
  /// 1/2.58496 = 7.14100. Exponential gains are 7, 3, 7, 0, 1, 3: DCG = 13.84826, IDCG = 14.59539.
  @Test func `the example of graded relevance`() {
    let outcome = UserOutcome(grades: [3, 2, 3, 0, 1, 2], relevant: [3, 2, 3, 1, 2])
    #expect(abs(outcome.ndcg(at: 6) - 6.86113 / 7.14100) < 1e-5)
    #expect(abs(outcome.ndcg(at: 6) - 0.9608) < 5e-5)
    #expect(abs(outcome.ndcg(at: 6, gain: .exponential) - 13.84826 / 14.59539) < 1e-5)
    #expect(abs(outcome.ndcg(at: 6, gain: .exponential) - 0.9488) < 5e-5)
  }

  /// The first example of the ranx documentation: `evaluate(qrels, run, "ndcg@5")` prints 0.7861.
  ///
  /// First query: (5 + 3/log₂4) / (5 + 3/log₂3) = 6.5 / 6.89279 = 0.94301. Second: (6/log₂3 + 1/log₂6) /
  /// (6 + 1/log₂3) = 4.17245 / 6.63093 = 0.62924. Mean 0.78612.
  @Test func `the example of ranx`() {
    let first = UserOutcome(grades: [5, 0, 3, 0, 0, 0], relevant: [5, 3])
    let second = UserOutcome(grades: [0, 6, 0, 0, 1, 0], relevant: [6, 1])
    #expect(abs(first.ndcg(at: 5) - 0.94301) < 5e-6)
    #expect(abs(second.ndcg(at: 5) - 0.62924) < 5e-6)
    #expect(abs((first.ndcg(at: 5) + second.ndcg(at: 5)) / 2 - 0.7861) < 5e-5)
  }

  @Test func `with equal grades the gain does not matter`() {
    let outcome = UserOutcome(grades: [0, 3, 0, 3], relevant: [3, 3, 3])
    let binary = UserOutcome(hits: [false, true, false, true], relevantCount: 3)
    for k in 1...5 {
      #expect(abs(outcome.ndcg(at: k) - binary.ndcg(at: k)) < 1e-12)
      #expect(abs(outcome.ndcg(at: k, gain: .exponential) - binary.ndcg(at: k)) < 1e-12)
    }
  }

  @Test func `ranks beyond the tabulated ones are discounted as well`() {
    var grades = [Float](repeating: 0, count: 3000)
    grades[2046] = 1  // rank 2047: log₂ 2048 = 11
    #expect(abs(UserOutcome(grades: grades, relevant: [1]).ndcg() - 1 / 11) < 1e-12)
    #expect(UserOutcome(grades: grades, relevant: [1]).ndcg(at: 2046) == 0)
  }

  @Test func `the highest grades stay finite`() {
    let outcome = UserOutcome(grades: [0, 1000, 1000], relevant: [1000, 1000])
    #expect(outcome.ndcg(gain: .exponential) > 0.5 && outcome.ndcg(gain: .exponential) < 1)
  }
}

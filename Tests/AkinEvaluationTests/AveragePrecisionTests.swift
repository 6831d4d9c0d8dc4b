import AkinEvaluation
import Testing

@Suite struct AveragePrecisionTests {
  /// Croft, Metzler & Strohman, "Search engines", 2010, section 8.4.2: two rankings of ten documents, six relevant, with
  /// average precision 0.78 and 0.52.
  ///
  /// (1 + 2/3 + 3/4 + 4/5 + 5/6 + 6/10) / 6 = 0.775 and (1/2 + 2/5 + 3/6 + 4/7 + 5/9 + 6/10) / 6 = 0.52116.
  @Test func `the example of a textbook`() {
    #expect(abs(outcome(hitsAt: [1, 3, 4, 5, 6, 10]).averagePrecision(at: 10) - 0.775) < 1e-12)
    #expect(abs(outcome(hitsAt: [2, 5, 6, 7, 9, 10]).averagePrecision(at: 10) - 0.52116) < 5e-6)
  }

  /// The first example of the ranx documentation prints map@5 0.6416 (0.64166 cut) and mrr 0.75.
  ///
  /// First query, hits at 1 and 3: (1 + 2/3) / 2 = 0.83333. Second, hits at 2 and 5: (1/2 + 2/5) / 2 = 0.45.
  @Test func `the example of ranx`() {
    let first = UserOutcome(hits: [true, false, true, false, false, false], relevantCount: 2)
    let second = UserOutcome(hits: [false, true, false, false, true, false], relevantCount: 2)
    #expect(abs((first.averagePrecision(at: 5) + second.averagePrecision(at: 5)) / 2 - 0.641667) < 5e-7)
    #expect((first.reciprocalRank() + second.reciprocalRank()) / 2 == 0.75)
  }

  @Test func `the denominator is the smaller of k and the relevant items`() {
    let perfect = UserOutcome(hits: [true, true, true], relevantCount: 9)
    #expect(perfect.averagePrecision(at: 3) == 1)
    #expect(perfect.averagePrecision(at: 5) == 3.0 / 5)
    #expect(perfect.averagePrecision() == 3.0 / 9)
  }

  private func outcome(hitsAt ranks: [Int]) -> UserOutcome {
    UserOutcome(hits: (1...10).map { ranks.contains($0) }, relevantCount: ranks.count)
  }
}

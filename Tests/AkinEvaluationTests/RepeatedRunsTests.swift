import AkinEvaluation
import Testing

@Suite struct RepeatedRunsTests {
  @Test func `by hand`() {
    let runs = RepeatedRuns([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(runs.mean == 5 && runs.runs == 8 && runs.smallest == 2 && runs.largest == 9)
    #expect(abs(runs.standardDeviation! - (32.0 / 7).squareRoot()) < 1e-12)
    #expect(RepeatedRuns([0.3]).standardDeviation == nil)
  }
}

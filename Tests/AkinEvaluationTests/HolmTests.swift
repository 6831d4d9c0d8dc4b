import AkinEvaluation
import Testing

@Suite struct HolmTests {
  /// The example of Wikipedia's "Holm–Bonferroni method", adjusted by hand: 0.005·4, 0.01·3, 0.03·2, max(0.04, 0.06).
  @Test func `the known example`() {
    let adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005])
    #expect(zip(adjusted, [0.03, 0.06, 0.06, 0.02]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func `corners`() {
    #expect(holmAdjusted([]) == [])
    #expect(holmAdjusted([0.2]) == [0.2])
    #expect(holmAdjusted([0.6, 0.7, 1]) == [1, 1, 1])
  }
}

import AkinEvaluation
import AkinParallel
import Testing
import TestSupport

@Suite struct PairedComparisonTests {
  private func scores(_ values: [Double]) -> UserScores {
    UserScores(users: (0..<UInt32(values.count)).map(\.self), values: values)
  }

  /// Darwin's maize: of the 2¹⁵ ways to sign the differences of 15 pairs, 863 have a sum of at least the 314 observed, so
  /// that the two-sided probability is 2·863 / 32768 = 5.267 %. Fisher, "The design of experiments", 1935, section 21.
  @Test func `Fisher's example, all signs`() throws {
    let eighthsOfAnInch = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    let darwin = scores(eighthsOfAnInch.map { Double($0) })
    let nothing = scores([Double](repeating: 0, count: 15))
    let exact = try darwin.compared(with: nothing, ResamplingOptions(resamples: 1 << 15))
    #expect(exact.pValue == 2.0 * 863 / 32768)
    #expect(abs(exact.difference.mean - 314.0 / 15) < 1e-12)
    #expect(exact.users == 15)
    let sampled = try darwin.compared(with: nothing, ResamplingOptions(resamples: 20_000))
    #expect(abs(sampled.pValue - exact.pValue) < 0.006)  // about 4 standard errors
    let bootstrapped = try darwin.compared(with: nothing, test: .bootstrap, ResamplingOptions(resamples: 4000))
    #expect((0.01...0.08).contains(bootstrapped.pValue))
  }

  @Test(arguments: [PairedTest.randomization, .bootstrap])
  func `equal methods are equal, different ones different, whichever comes first`(test: PairedTest) throws {
    var random = SplitMix64(seed: 3)
    let base = (0..<300).map { _ in Double.random(in: 0...1, using: &random) }
    let better = base.map { $0 + 0.05 + Double.random(in: -0.1...0.1, using: &random) }
    let options = ResamplingOptions(resamples: 500)
    let same = try scores(base).compared(with: scores(base), test: test, options)
    #expect(same.pValue == 1 && same.difference.mean == 0)
    let up = try scores(better).compared(with: scores(base), test: test, options)
    let down = try scores(base).compared(with: scores(better), test: test, options)
    #expect(up.pValue == 1.0 / 501)
    #expect(down.pValue == up.pValue)
    #expect(up.difference.lower > 0 && down.difference.upper < 0)
    #expect(abs(up.difference.mean + down.difference.mean) < 1e-12)
  }

  /// Under equality a p-value below 0.1 must come up in about 10 % of comparisons: 30 of 300, standard deviation 5.2.
  @Test(arguments: [PairedTest.randomization, .bootstrap])
  func `false alarms are as rare as promised`(test: PairedTest) throws {
    var random = SplitMix64(seed: 8)
    let alarms = try (0..<300).count { _ in
      let a = scores((0..<50).map { _ in .random(in: 0...1, using: &random) })
      let b = scores((0..<50).map { _ in .random(in: 0...1, using: &random) })
      return try a.compared(with: b, test: test, ResamplingOptions(resamples: 199)).pValue <= 0.1
    }
    #expect((14...47).contains(alarms))
  }

  @Test func `only common users count`() throws {
    let a = UserScores(users: [1, 2, 5, 9], values: [1, 2, 3, 4])
    let b = UserScores(users: [0, 2, 9], values: [7, 1, 5])
    #expect(a.minus(b) == UserScores(users: [2, 9], values: [1, -1]))
    #expect(try a.compared(with: b).users == 2)
    #expect(throws: EvaluationError.noCommonUsers) { try a.compared(with: UserScores(users: [3], values: [1])) }
  }

  @Test(arguments: [PairedTest.randomization, .bootstrap])
  func `threads do not matter`(test: PairedTest) throws {
    var random = SplitMix64(seed: 3)
    let a = scores((0..<200).map { _ in .random(in: 0...1, using: &random) })
    let b = scores((0..<200).map { _ in .random(in: 0...1, using: &random) })
    #expect(
      try a.compared(with: b, test: test, execution: .serial)
        == a.compared(with: b, test: test, execution: Execution(threads: 4)))
  }
}

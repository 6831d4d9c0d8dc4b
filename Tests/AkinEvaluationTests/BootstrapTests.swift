import AkinEvaluation
import AkinParallel
import Testing
import TestSupport

@Suite struct BootstrapTests {
  private func scores(_ count: Int, seed: UInt64 = 1) -> UserScores {
    var random = SplitMix64(seed: seed)
    return UserScores(
      users: (0..<UInt32(count)).map(\.self), values: (0..<count).map { _ in .random(in: 0...1, using: &random) })
  }

  /// The mean of n uniform draws has standard error √(1/12n), and nearly a normal distribution.
  @Test func `agrees with the theory for uniform values`() throws {
    let scores = scores(400)
    let interval = try #require(try scores.bootstrapInterval(ResamplingOptions(resamples: 2000)))
    let expected = (1.0 / 12 / 400).squareRoot()
    #expect(interval.mean == scores.mean)
    #expect(abs(interval.standardError / expected - 1) < 0.1)
    #expect(abs(interval.lower - (interval.mean - 1.96 * expected)) < 0.15 * expected * 1.96)
    #expect(abs(interval.upper - (interval.mean + 1.96 * expected)) < 0.15 * expected * 1.96)
  }

  /// Of 100 samples of a known mean about 95 of the intervals must hold it; 87 is four standard deviations below.
  @Test func `the interval covers the true mean as often as it says`() throws {
    let covered = try (0..<100).count { seed in
      let interval = try scores(60, seed: UInt64(seed)).bootstrapInterval(ResamplingOptions(resamples: 200))!
      return interval.lower <= 0.5 && 0.5 <= interval.upper
    }
    #expect((87...100).contains(covered))
  }

  @Test func `threads do not matter, seeds do`() throws {
    let scores = scores(100)
    let serial = try scores.bootstrapInterval(ResamplingOptions(seed: 4), execution: .serial)
    #expect(try scores.bootstrapInterval(ResamplingOptions(seed: 4), execution: Execution(threads: 3)) == serial)
    #expect(try scores.bootstrapInterval(ResamplingOptions(seed: 5)) != serial)
  }

  @Test func `corners`() throws {
    #expect(try UserScores(users: [], values: []).bootstrapInterval() == nil)
    let one = try UserScores(users: [7], values: [0.25]).bootstrapInterval()
    #expect(one == ConfidenceInterval(mean: 0.25, lower: 0.25, upper: 0.25, standardError: 0))
  }
}

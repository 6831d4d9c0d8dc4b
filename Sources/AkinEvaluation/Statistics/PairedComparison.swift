public import AkinParallel

/// Whether one method is better than another on the same users.
public struct PairedComparison: Sendable, Equatable {
  /// Users whom both methods were scored on.
  public var users: Int
  /// Mean of first − second over those users, with its bootstrap interval.
  public var difference: ConfidenceInterval
  /// Two-sided: how often chance alone makes a difference at least this large, were the methods equal.
  public var pValue: Double
  /// How `pValue` was found.
  public var test: PairedTest
}

/// How the chance of a difference is found.
public enum PairedTest: Sendable, Equatable {
  /// Were the methods equal, each user's difference could as well have the other sign: flips the signs at random.
  /// Smucker, Allan & Carterette, "A comparison of statistical significance tests for information retrieval
  /// evaluation", CIKM 2007, doi:10.1145/1321440.1321528.
  case randomization
  /// Draws users with replacement from the differences shifted to mean 0. Efron & Tibshirani, "An introduction to the
  /// bootstrap", 1993, section 16.4.
  case bootstrap
}

extension UserScores {
  /// Compares this method's scores with another's, user by user.
  ///
  /// p = (1 + #{resamples with |mean| ≥ |observed mean|}) / (1 + resamples), two-sided, never 0. Randomisation of so few
  /// users that all 2ⁿ signs are at most `resamples` goes through them all: p is then exact.
  ///
  /// - Throws: `noCommonUsers`; `CancellationError`.
  /// - Complexity: O(users · resamples).
  public func compared(
    with other: UserScores, test: PairedTest = .randomization, _ options: ResamplingOptions = ResamplingOptions(),
    execution: Execution = Execution()
  ) throws -> PairedComparison {
    let differences = minus(other)
    guard let mean = differences.mean else { throw EvaluationError.noCommonUsers }
    let means = try differences.bootstrapMeans(options, execution)
    // Equal sums in another order differ in their last bits and must still count as equal.
    let observed = abs(mean) * (1 - 1e-12)
    let pValue: Double
    switch test {
    case .randomization:
      pValue = try differences.signFlipPValue(observed: observed, options, execution)
    case .bootstrap:
      // Shifting the differences by the mean shifts the mean of each resample by as much.
      pValue = Double(1 + means.count { abs($0 - mean) >= observed }) / Double(1 + means.count)
    }
    return PairedComparison(
      users: differences.users.count, difference: interval(around: mean, means, options), pValue: pValue, test: test)
  }

  private func signFlipPValue(
    observed: Double, _ options: ResamplingOptions, _ execution: Execution
  ) throws -> Double {
    let count = Double(values.count)
    if values.count < 62, 1 << values.count <= options.resamples {
      let flips = 1 << values.count
      return Double((0..<flips).count { abs(flippedSum(UInt64($0)) / count) >= observed }) / Double(flips)
    }
    let extreme = try concurrentMap(count: options.resamples, chunkSize: 16, execution: execution) { resamples in
      resamples.count { resample in
        // Streams of the bootstrap end at 2³²: the two never share one.
        var random = RandomStream(seed: options.seed, stream: UInt64(resample) + 1 << 32)
        return abs(flippedSum(using: &random) / count) >= observed
      }
    }
    return Double(1 + extreme.reduce(0, +)) / Double(1 + options.resamples)
  }

  private func flippedSum(_ signs: UInt64) -> Double {
    var sum = 0.0
    for position in values.indices { sum += signs >> UInt64(position) & 1 == 0 ? values[position] : -values[position] }
    return sum
  }

  private func flippedSum(using random: inout RandomStream) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: values.count, by: 64) {
      var bits = random.next()
      for position in start..<min(start + 64, values.count) {
        // The lowest bit becomes the sign bit.
        sum += Double(bitPattern: values[position].bitPattern ^ (bits << 63))
        bits >>= 1
      }
    }
    return sum
  }
}

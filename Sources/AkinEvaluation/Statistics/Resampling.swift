/// How statistics by resampling are computed. The same options give the same numbers on any number of threads: each
/// resample has its own random stream.
public struct ResamplingOptions: Sendable, Equatable {
  /// How many resamples; at least 1. The smallest p-value that can come out is 1 / (resamples + 1).
  public var resamples: Int
  /// Share of the resamples that the interval covers, in 0..<1, without 0.
  public var confidence: Double
  /// Seed of the resamples.
  public var seed: UInt64

  /// `resamples` is at least 1; `confidence` is between 0 and 1, both excluded.
  public init(resamples: Int = 2000, confidence: Double = 0.95, seed: UInt64 = 0) {
    precondition(resamples >= 1, "resamples must be at least 1, found \(resamples)")
    precondition(confidence > 0 && confidence < 1, "confidence must be between 0 and 1, found \(confidence)")
    self.resamples = resamples
    self.confidence = confidence
    self.seed = seed
  }
}

/// A mean and the range in which it would lie for other users like these.
public struct ConfidenceInterval: Sendable, Equatable {
  /// Of the values themselves, not of the resamples.
  public var mean: Double
  /// Where the interval begins.
  public var lower: Double
  /// Where the interval ends.
  public var upper: Double
  /// Standard deviation of the mean over the resamples.
  public var standardError: Double

  /// `lower` is at most `upper`.
  public init(mean: Double, lower: Double, upper: Double, standardError: Double) {
    self.mean = mean
    self.lower = lower
    self.upper = upper
    self.standardError = standardError
  }
}

/// The quantile of sorted values, interpolated linearly between neighbours: position q·(n − 1), as numpy's default.
func quantile(_ q: Double, of sorted: [Double]) -> Double {
  let position = q * Double(sorted.count - 1)
  let low = Int(position)
  let high = min(low + 1, sorted.count - 1)
  return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
}

/// - Complexity: O(n); the deviation divides by n − 1 and is 0 for one value.
func standardDeviation(of values: [Double]) -> Double {
  guard values.count > 1 else { return 0 }
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}

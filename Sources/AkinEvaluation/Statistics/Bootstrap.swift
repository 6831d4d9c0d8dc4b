public import AkinParallel

extension UserScores {
  /// How sure the mean is: the percentile bootstrap over users.
  ///
  /// Draws as many users as there are, with replacement, `resamples` times; the interval runs between the
  /// (1 − confidence)/2 quantiles at both ends of the means drawn. It speaks of the choice of users, not of the split or
  /// of a method's own randomness.
  ///
  /// - Returns: `nil` without users.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(users · resamples).
  ///
  /// Source: Efron & Tibshirani, "An introduction to the bootstrap", Chapman & Hall 1993, section 13.3.
  public func bootstrapInterval(
    _ options: ResamplingOptions = ResamplingOptions(), execution: Execution = Execution()
  ) throws -> ConfidenceInterval? {
    guard let mean else { return nil }
    return interval(around: mean, try bootstrapMeans(options, execution), options)
  }

  /// The means of the resamples, ascending.
  func bootstrapMeans(_ options: ResamplingOptions, _ execution: Execution) throws -> [Double] {
    try concurrentMap(count: options.resamples, chunkSize: 16, execution: execution) { resamples in
      resamples.map { resample in
        var random = RandomStream(seed: options.seed, stream: UInt64(resample))
        let count = UInt32(values.count)
        var sum = 0.0
        for _ in 0..<count { sum += values[Int(random.draw(below: count))] }
        return sum / Double(count)
      }
    }.flatMap(\.self).sorted()
  }
}

func interval(around mean: Double, _ sortedMeans: [Double], _ options: ResamplingOptions) -> ConfidenceInterval {
  let outside = (1 - options.confidence) / 2
  return ConfidenceInterval(
    mean: mean, lower: quantile(outside, of: sortedMeans), upper: quantile(1 - outside, of: sortedMeans),
    standardError: standardDeviation(of: sortedMeans))
}

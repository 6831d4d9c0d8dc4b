/// One value of a method with randomness, from several seeds: what the choice of seed does.
public struct RepeatedRuns: Sendable, Equatable {
  /// How many seeds there were; at least 1.
  public let runs: Int
  /// Over the runs.
  public let mean: Double
  /// Of the runs, with n − 1 in the denominator; `nil` for a single run, which says nothing of the spread.
  public let standardDeviation: Double?
  /// The lowest value of a run.
  public let smallest: Double
  /// The highest value of a run.
  public let largest: Double

  /// - Parameter values: the same metric from each seed; not empty, finite.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "a summary needs at least one run")
    precondition(values.allSatisfy(\.isFinite), "a value is not finite: \(values)")
    runs = values.count
    mean = values.reduce(0, +) / Double(values.count)
    standardDeviation = values.count > 1 ? AkinEvaluation.standardDeviation(of: values) : nil
    smallest = values.reduce(values[0], min)
    largest = values.reduce(values[0], max)
  }
}

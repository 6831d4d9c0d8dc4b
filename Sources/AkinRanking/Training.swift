/// A method that was trained, and knows how that went.
public protocol TrainedRecommender: Recommender {
  /// What was measured over time, by name: "loss", "ndcg@20".
  var curves: [String: [CurvePoint]] { get }
}

/// One measurement in the course of a training.
public struct CurvePoint: Sendable, Equatable, Codable {
  /// Epoch or iteration, from 1.
  public var step: Int
  /// Processor time since the beginning; 0 in a model that was read from a file.
  public var seconds: Double
  /// What was measured, in the unit of the curve: a loss, a metric.
  public var value: Double

  /// `step` counts from 1; `seconds` is processor time since training began.
  public init(step: Int, seconds: Double, value: Double) {
    self.step = step
    self.seconds = seconds
    self.value = value
  }
}

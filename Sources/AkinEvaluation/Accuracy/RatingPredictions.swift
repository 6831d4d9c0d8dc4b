/// Pairs of a predicted and a true rating.
public struct RatingPredictions: Sendable, Equatable {
  /// What a method said, one a pair.
  public let predicted: [Double]
  /// What was given, parallel to `predicted`.
  public let actual: [Double]

  /// - Throws: `invalidPrediction` for a value that is not finite.
  public init(predicted: [Double], actual: [Double]) throws(EvaluationError) {
    precondition(predicted.count == actual.count, "\(predicted.count) predictions for \(actual.count) ratings")
    for position in predicted.indices where !predicted[position].isFinite || !actual[position].isFinite {
      throw .invalidPrediction(predicted: predicted[position], actual: actual[position], position: position)
    }
    self.predicted = predicted
    self.actual = actual
  }
}

import AkinEvaluation
import Testing

@Suite struct RatingPredictionsTests {
  /// The example of scikit-learn: mean squared error 0.375, whose root is 0.612372, and mean absolute error 0.5.
  @Test func `the example of scikit-learn`() throws {
    let predictions = try RatingPredictions(predicted: [2.5, 0, 2, 8], actual: [3, -0.5, 2, 7])
    #expect(abs(predictions.rootMeanSquaredError! - 0.612372) < 5e-7)
    #expect(predictions.meanAbsoluteError == 0.5)
  }

  @Test func `corners`() throws {
    let none = try RatingPredictions(predicted: [], actual: [])
    #expect(none.rootMeanSquaredError == nil && none.meanAbsoluteError == nil)
    #expect(throws: EvaluationError.invalidPrediction(predicted: .infinity, actual: 2, position: 1)) {
      try RatingPredictions(predicted: [1, .infinity], actual: [1, 2])
    }
  }
}

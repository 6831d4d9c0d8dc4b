/// How near two vectors are: a score, the higher the nearer.
public enum VectorMetric: String, Sendable, Equatable, CaseIterable {
  /// q · x
  case innerProduct = "ip"
  /// q · x / (|q| |x|), in −1...1. A vector of zeros has no direction: its cosine with any other counts as 0.
  case cosine
  /// −|q − x|², so that the nearest has the highest score; `distance(of:)` gives |q − x|.
  case euclidean = "l2"

  /// |q − x| from the score of the Euclidean metric.
  public static func distance(of score: Double) -> Double { max(0, -score).squareRoot() }
}

/// Sums over the shared connectors of a pair, for correlations.
public struct Moments: PairSum {
  var left = 0.0
  var right = 0.0
  var leftSquares = 0.0
  var rightSquares = 0.0
  var products = 0.0
  /// The sums over no connector.
  public static let zero = Moments()

  mutating func add(_ left: EdgeTerm, _ right: EdgeTerm) {
    self.left += left.value
    self.right += right.value
    leftSquares += left.value * left.value
    rightSquares += right.value * right.value
    products += left.value * right.value
  }

  /// Σ x·y / √(Σ x² · Σ y²), in −1...1; 0 where a side is all zeros.
  var cosine: Double {
    let norm = (leftSquares * rightSquares).squareRoot()
    return norm > 0 ? min(1, max(-1, products / norm)) : 0
  }

  /// The correlation of `count` pairs, in −1...1; 0 where a side does not vary.
  func correlation(count: Int) -> Double {
    let count = Double(count)
    let leftVariance = leftSquares - left * left / count
    let rightVariance = rightSquares - right * right / count
    // What is left of equal numbers after rounding is no variation.
    guard leftVariance > 1e-12 * leftSquares, rightVariance > 1e-12 * rightSquares else { return 0 }
    return min(1, max(-1, (products - left * right / count) / (leftVariance * rightVariance).squareRoot()))
  }
}

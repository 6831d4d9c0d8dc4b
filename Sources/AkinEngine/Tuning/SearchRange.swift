import Glibc

/// The values of a parameter among which tuning looks, all equally likely on a linear or a logarithmic scale.
public struct SearchRange: Sendable, Equatable {
  /// The values, ends included.
  public var range: ClosedRange<Double>
  /// Whether 1 to 10 is as wide as 10 to 100.
  public var isLogarithmic: Bool

  /// A logarithmic range starts above 0.
  public init(_ range: ClosedRange<Double>, isLogarithmic: Bool = false) {
    precondition(
      !isLogarithmic || range.lowerBound > 0, "a logarithmic range starts above 0, found \(range.lowerBound)")
    self.range = range
    self.isLogarithmic = isLogarithmic
  }

  /// The value at a position in 0...1 of the range, with four significant digits: enough to tell settings apart, and
  /// short to read.
  public func value(at position: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    let exact = isLogarithmic ? low * pow(high / low, position) : low + (high - low) * position
    guard exact != 0 else { return 0 }
    let scale = pow(10, 3 - floor(log10(abs(exact))))
    return min(high, max(low, (exact * scale).rounded() / scale))
  }

  /// Where in 0...1 of the range a value is; an end for one that is not in it.
  public func position(of value: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard value > low, high > low else { return 0 }
    return min(1, isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low))
  }
}

/// Twice what two nodes share over what they have: 2n / (d_i + d_j), in 0...1.
///
/// Source: Dice, "Measures of the amount of ecologic association between species", Ecology 26(3), 1945,
/// doi:10.2307/1932409.
public struct Dice: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var isSymmetric: Bool { true }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    2 * Double(overlap) / Double(left + right)
  }
}

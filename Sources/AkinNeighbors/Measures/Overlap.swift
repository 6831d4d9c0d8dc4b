/// What two nodes share out of what the smaller has: n / min(d_i, d_j), in 0...1. A small node inside a large one
/// scores 1, so a minimum overlap or shrinkage is advisable.
///
/// Source: Szymkiewicz, "Une contribution statistique à la géographie floristique", Acta Societatis Botanicorum Poloniae
/// 11(3), 1934; Simpson, "Mammals and the nature of continents", American Journal of Science 241, 1943.
public struct Overlap: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var isSymmetric: Bool { true }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    Double(overlap) / Double(min(left, right))
  }
}

import Glibc

/// How surprising the overlap would be if the two nodes had nothing to do with each other: Dunning's G².
///
///     2 · Σ k · ln(k · N / (row · column))      over the table [[n, d_i − n], [d_j − n, N − d_i − d_j + n]]
///
/// with N the number of connectors; 0 ln 0 = 0. At least 0; pairs that share no more than chance would have score 0.
///
/// Source: Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19(1),
/// 1993.
public struct LogLikelihoodRatio: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.counts] }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    let total = Double(population.connectors)
    let both = Double(overlap)
    let onlyLeft = Double(left) - both
    let onlyRight = Double(right) - both
    let neither = total - both - onlyLeft - onlyRight
    guard both * neither > onlyLeft * onlyRight else { return 0 }
    func part(_ cell: Double, _ row: Double, _ column: Double) -> Double {
      cell > 0 ? cell * log(cell * total / (row * column)) : 0
    }
    let without = (left: total - Double(left), right: total - Double(right))
    let sum =
      part(both, Double(left), Double(right)) + part(onlyLeft, Double(left), without.right)
      + part(onlyRight, without.left, Double(right)) + part(neither, without.left, without.right)
    return max(0, 2 * sum)
  }
}

/// What two nodes share out of what either has: n / (d_i + d_j − n), in 0...1.
///
/// Source: Jaccard, "Étude comparative de la distribution florale dans une portion des Alpes et des Jura", Bulletin de la
/// Société Vaudoise des Sciences Naturelles 37, 1901.
public struct Jaccard: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var isSymmetric: Bool { true }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    Double(overlap) / Double(left + right - overlap)
  }
}

/// Cosine of the angle between two nodes' rows of numbers: Σ_u x_iu · x_ju / (‖x_i‖ · ‖x_j‖).
///
/// In −1...1; in 0...1 without negative numbers. Zero where a row is all zeros.
///
/// Source: Sarwar, Karypis, Konstan & Riedl, "Item-based collaborative filtering recommendation algorithms", WWW 2001,
/// doi:10.1145/371920.372071.
public struct Cosine: SimilarityMeasure {
  /// The measure has no parameters.
  public init() {}
  public var needs: MeasureNeeds { [.profiles] }
  public var whenBinary: (any CountMeasure)? { BinaryCosine() }
  public var isPlainCosine: Bool { true }
  public var acceptsNegativeValues: Bool { true }
  public func score(_ sum: Double, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  {
    // A product of two roots would not be the square for two equal rows.
    let norm = (left.squares * right.squares).squareRoot()
    return norm > 0 ? sum / norm : 0
  }
}

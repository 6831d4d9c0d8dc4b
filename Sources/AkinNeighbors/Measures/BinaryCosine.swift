/// Cosine of two sets: n / √(d_i · d_j), in 0...1; n the overlap.
///
/// What `Cosine` gives where every edge counts 1.
///
/// Source: Ochiai, "Zoogeographical studies on the soleoid fishes found in Japan and its neighbouring regions", Bulletin
/// of the Japanese Society of Scientific Fisheries 22(9), 1957.
public struct BinaryCosine: CountMeasure {
  /// The measure has no parameters.
  public init() {}
  public var isSymmetric: Bool { true }
  public func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double {
    Double(overlap) / (Double(left) * Double(right)).squareRoot()
  }
}

/// Correlation of two nodes' numbers over the connectors that they share, in −1...1.
///
/// The means are those of the shared numbers, or of all numbers of each node (`centering`). A side that does not vary
/// has no correlation: 0. Two shared connectors always correlate fully, so a minimum overlap is advisable.
///
/// Source: Resnick, Iacovou, Suchak, Bergstrom & Riedl, "GroupLens: an open architecture for collaborative filtering of
/// netnews", CSCW 1994, doi:10.1145/192844.192905.
public struct Pearson: SimilarityMeasure {
  /// What is taken for the mean of a node.
  public enum Centering: Sendable { case sharedNumbers, allNumbers }
  /// Which mean is taken off each number.
  public let centering: Centering

  /// By default the means are those of the shared numbers alone.
  public init(centering: Centering = .sharedNumbers) { self.centering = centering }
  public var needs: MeasureNeeds { centering == .allNumbers ? [.nodeSums, .transform] : [] }
  public var acceptsNegativeValues: Bool { true }
  public func value(_ number: Double, node: NodeTotals, connector: NodeTotals, in population: Population) -> Double {
    centering == .allNumbers ? number - node.mean : number
  }
  public func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout Moments) { sum.add(left, right) }
  /// The product of the two deviations from the means: negative where one is above and the other below.
  public func share(_ left: EdgeTerm, _ right: EdgeTerm, of sum: Moments, overlap: Int) -> Double {
    guard centering == .sharedNumbers else { return left.value * right.value }
    let count = Double(overlap)
    return (left.value - sum.left / count) * (right.value - sum.right / count)
  }
  public func score(_ sum: Moments, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { centering == .allNumbers ? sum.cosine : sum.correlation(count: overlap) }
}

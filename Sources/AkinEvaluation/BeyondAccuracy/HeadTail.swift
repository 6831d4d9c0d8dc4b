/// The catalogue divided by popularity in training: the head is the fewest items, most popular first, that together
/// hold a given share of the interactions; all others are the tail, items without interactions among them.
///
/// Accuracy on either is the metric with the truth restricted to it: `truth.keeping(headTail.isHead)`.
///
/// Source: Cremonesi, Koren & Turrin, "Performance of recommender algorithms on top-N recommendation tasks", RecSys
/// 2010, doi:10.1145/1864708.1864721 (with a share of 0.33).
public struct HeadTail: Sendable, Equatable {
  private let inHead: [Bool]
  /// How many items are in the head.
  public let headCount: Int

  /// - Parameter interactionShare: of the interactions in the head, in 0...1. Between items of equal popularity at the
  ///   border, the lower index is in the head.
  public init(_ popularity: ItemPopularity, interactionShare: Double = 0.8) {
    precondition((0...1).contains(interactionShare), "interactionShare must be in 0...1, found \(interactionShare)")
    let counts = popularity.counts
    let wanted = interactionShare * counts.reduce(0.0) { $0 + Double($1) }
    var inHead = [Bool](repeating: false, count: counts.count)
    var held = 0.0
    var headCount = 0
    for item in counts.indices.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) {
      guard held < wanted else { break }
      inHead[item] = true
      headCount += 1
      held += Double(counts[item])
    }
    self.inHead = inHead
    self.headCount = headCount
  }

  /// How many items there are in all.
  public var itemCount: Int { inHead.count }
  /// Whether an item is among the most popular.
  public func isHead(_ item: UInt32) -> Bool { inHead[Int(item)] }
  /// Whether an item is among all others.
  public func isTail(_ item: UInt32) -> Bool { !inHead[Int(item)] }

  /// The share of the items given that are in the tail, in 0...1. `nil` without items.
  ///
  /// Source: the APLT of Abdollahpouri, Burke & Mobasher, "Managing popularity bias in recommender systems with
  /// personalized re-ranking", FLAIRS 2019.
  public func tailShare(of items: some Collection<UInt32>) -> Double? {
    items.isEmpty ? nil : Double(items.count { isTail($0) }) / Double(items.count)
  }
}

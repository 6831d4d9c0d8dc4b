import AkinRanking

/// Picks the best of candidates whose scores are known within bounds, and counts what the bounds prove.
///
/// A node is certainly among the k best when its lower bound is above the (k + 1)-th largest upper bound of all
/// candidates: then fewer than k others can be as good. The i-th of the list certainly has rank i when its lower bound is
/// above the (i + 1)-th largest upper bound and i − 1 others have a lower bound above its upper bound. Ties prove nothing.
struct ProvenRanking {
  private let k: Int
  private var best: TopK
  private var uppers: TopK
  private var lowers: TopK
  /// An upper bound on the scores of all that was not kept.
  private var others = 0.0

  init(k: Int) {
    self.k = k
    best = TopK(k)
    uppers = TopK(k + 1)
    lowers = TopK(k)
  }

  /// Whether k nodes are surely better than a candidate with this upper bound. Then it is no rival of any of the list, and
  /// need not be offered.
  func isBelow(_ upper: Double) -> Bool { lowers.worst.map { upper < $0 } ?? false }

  /// - Precondition: `interval.lower` ≤ `interval.score` ≤ `interval.upper`, but for rounding.
  mutating func offer(_ index: UInt32, _ interval: Bounds.Interval) {
    // With k nodes surely better, only the bound is of interest.
    if let worst = lowers.worst, interval.upper < worst {
      others = max(others, interval.upper)
      return
    }
    best.offer(index, score: interval.score)
    uppers.offer(index, score: interval.upper)
    lowers.offer(index, score: interval.lower)
  }

  /// Takes note of candidates that are not to be listed.
  mutating func offerOthers(upper: Double) { others = max(others, upper) }

  /// - Parameter interval: of a candidate that was offered.
  func result(type: NodeTypeID, interval: (UInt32) -> Bounds.Interval) -> (items: [RankedNode], proof: RankProof) {
    let items = best.ranked(type: type)
    let upper = uppers.ranked(type: type).map(\.score)
    let lower = lowers.ranked(type: type).map(\.score)
    /// The largest upper bound but `rank`, of all candidates.
    func rival(after rank: Int) -> Double { max(others, rank < upper.count ? upper[rank] : 0) }
    var proof = RankProof(certainMembers: 0, certainRanks: 0)
    for (position, item) in items.enumerated() {
      let own = interval(item.node.index)
      if own.lower > rival(after: k) { proof.certainMembers += 1 }
      let isBelowOthers = position == 0 || lower[position - 1] > own.upper
      if isBelowOthers, own.lower > rival(after: position + 1) { proof.certainRanks += 1 }
    }
    return (items, proof)
  }
}

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

  init(k: Int) {
    self.k = k
    best = TopK(k)
    uppers = TopK(k + 1)
    lowers = TopK(k)
  }

  mutating func offer(_ index: UInt32, score: Double, lower: Double, upper: Double) {
    best.offer(index, score: score)
    uppers.offer(index, score: upper)
    lowers.offer(index, score: lower)
  }

  /// - Parameters:
  ///   - others: an upper bound on the score of every candidate that was not offered; 0 where there is none.
  ///   - bounds: of a candidate that was offered.
  func proof(
    type: NodeTypeID, others: Double, bounds: (UInt32) -> (lower: Double, upper: Double)
  ) -> (items: [RankedNode], proof: RankProof) {
    let items = best.ranked(type: type)
    let upper = uppers.ranked(type: type).map(\.score)
    let lower = lowers.ranked(type: type).map(\.score)
    /// The largest upper bound but `rank`, of all candidates.
    func rival(after rank: Int) -> Double { max(others, rank < upper.count ? upper[rank] : 0) }
    var proof = RankProof(certainMembers: 0, certainRanks: 0)
    for (position, item) in items.enumerated() {
      let own = bounds(item.node.index)
      if own.lower > rival(after: k) { proof.certainMembers += 1 }
      let isBelowOthers = position == 0 || lower[position - 1] > own.upper
      if isBelowOthers, own.lower > rival(after: position + 1) { proof.certainRanks += 1 }
    }
    return (items, proof)
  }
}

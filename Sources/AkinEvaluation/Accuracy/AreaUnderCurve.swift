/// The probability that a relevant item is ranked before an irrelevant one, both drawn at random (the area under the
/// ROC curve, equal to the Mann–Whitney U over the number of pairs). In 0...1; 0.5 is a random order.
///
/// AUC = (#{(p, n): s_p > s_n} + ½·#{(p, n): s_p = s_n}) / (|P|·|N|): equal scores count half.
///
/// - Parameters:
///   - positives: scores of the relevant items; not NaN.
///   - negatives: scores of all other candidates; not NaN.
/// - Returns: `nil` when either is empty.
/// - Complexity: O(n log n) for n scores in all.
///
/// Source: Hanley & McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
/// Radiology 143(1), 1982, doi:10.1148/radiology.143.1.7063747.
public func areaUnderCurve(positives: [Double], negatives: [Double]) -> Double? {
  guard !positives.isEmpty, !negatives.isEmpty else { return nil }
  precondition(!positives.contains { $0.isNaN } && !negatives.contains { $0.isNaN }, "a score is not a number")
  let winners = positives.sorted()
  let losers = negatives.sorted()
  var below = 0
  var notAbove = 0
  var wins = 0.0
  for score in winners {
    while below < losers.count, losers[below] < score { below += 1 }
    notAbove = max(notAbove, below)
    while notAbove < losers.count, losers[notAbove] == score { notAbove += 1 }
    wins += Double(below) + Double(notAbove - below) / 2
  }
  return wins / (Double(winners.count) * Double(losers.count))
}

/// The same from where the relevant items stand in the full ranking of the candidates.
///
/// AUC = (Σ_p (n − r_p) − |P|·(|P| − 1) / 2) / (|P|·(n − |P|)) for n candidates and ranks r_p from 1, best first.
/// Items with equal scores share the mean of their ranks, which makes ties count half.
///
/// - Returns: `nil` without relevant items and when every candidate is relevant.
public func areaUnderCurve(positiveRanks: some Collection<Double>, candidateCount: Int) -> Double? {
  let positives = Double(positiveRanks.count)
  let negatives = Double(candidateCount) - positives
  guard positives > 0, negatives > 0 else { return nil }
  let ahead = positiveRanks.reduce(0) { $0 + (Double(candidateCount) - $1) }
  return (ahead - positives * (positives - 1) / 2) / (positives * negatives)
}

/// For each user, the ranks of the relevant items among all candidates: for AUC, which a short list cannot tell.
public struct PositiveRanks: Sendable, Equatable {
  let offsets: [Int]
  let ranks: [Double]
  let candidateCounts: [Int]

  /// - Parameters:
  ///   - ranks: by user, from 1 for the best; items with equal scores share the mean of their ranks.
  ///   - candidateCounts: how many items were ranked for each user, the relevant ones included.
  /// - Throws: `invalidRank` for a rank outside `1...candidateCounts[user]` or more ranks than candidates.
  public init(_ ranks: [[Double]], candidateCounts: [Int]) throws(EvaluationError) {
    precondition(ranks.count == candidateCounts.count, "\(candidateCounts.count) counts for \(ranks.count) users")
    for (user, own) in ranks.enumerated() {
      let count = candidateCounts[user]
      if let wrong = own.first(where: { !($0 >= 1 && $0 <= Double(count)) }) {
        throw .invalidRank(wrong, list: user, candidateCount: count)
      }
      if own.count > count { throw .invalidRank(Double(own.count), list: user, candidateCount: count) }
    }
    offsets = flatOffsets(of: ranks)
    self.ranks = Array(ranks.joined())
    self.candidateCounts = candidateCounts
  }

  /// How many users there are, those without relevant items among them.
  public var userCount: Int { candidateCounts.count }

  /// The AUC of one user; `nil` when there is no pair to compare.
  public func areaUnderCurve(of user: Int) -> Double? {
    AkinEvaluation.areaUnderCurve(
      positiveRanks: ranks[offsets[user]..<offsets[user + 1]], candidateCount: candidateCounts[user])
  }
}

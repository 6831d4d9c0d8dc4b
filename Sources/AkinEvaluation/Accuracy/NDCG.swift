import Glibc

/// What finding an item of some grade is worth. With equal grades both give the same NDCG.
public enum Gain: Sendable, Equatable {
  /// The grade itself. The default, as in trec_eval and ranx's `ndcg`.
  case linear
  /// 2^grade − 1, which stresses the highest grades (`ndcg_burges` of ranx).
  case exponential

  @inline(__always)
  func value(of grade: Float) -> Double {
    switch self {
    case .linear: Double(grade)
    case .exponential: grade == 1 ? 1 : exp2(Double(grade)) - 1
    }
  }
}

extension UserOutcome {
  /// Discounted cumulative gain of the first `k`, relative to the best that any list of `k` could have. In 0...1.
  ///
  /// DCG@k = Σ_{r ≤ k} gain(grade_r) / log₂(r + 1) with ranks from 1; IDCG@k is the same sum over the grades of all
  /// relevant items in descending order, cut to min(k, |T|); NDCG = DCG / IDCG. The base of the logarithm cancels. An
  /// empty list, and a user without relevant items, give 0.
  ///
  /// - Complexity: O(k).
  ///
  /// Source: Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002,
  /// doi:10.1145/582415.582418, with the discount of Burges et al., "Learning to rank using gradient descent", ICML 2005,
  /// doi:10.1145/1102351.1102363, from which the exponential gain is taken too.
  public func ndcg(at k: Int = .max, gain: Gain = .linear) -> Double {
    checkCutoff(k)
    let ideal = discountedSum(of: idealGrades, at: k, gain: gain)
    return ideal == 0 ? 0 : discountedSum(of: grades, at: k, gain: gain) / ideal
  }
}

private func discountedSum(of grades: [Float], at k: Int, gain: Gain) -> Double {
  let discounts = rankDiscounts
  var sum = 0.0
  for rank in 0..<min(k, grades.count) where grades[rank] > 0 {
    sum += gain.value(of: grades[rank]) * (rank < discounts.count ? discounts[rank] : rankDiscount(rank))
  }
  return sum
}

/// The discounts of the first ranks: most lists are shorter than this.
private let rankDiscounts = (0..<1024).map(rankDiscount)

private func rankDiscount(_ rank: Int) -> Double { 1 / log2(Double(rank + 2)) }

import AkinEvaluation
import Testing
import TestSupport

@Suite struct AreaUnderCurveTests {
  /// The example of scikit-learn's `roc_auc_score`: 0.75. Of four pairs only (0.35, 0.4) is in the wrong order.
  @Test func `the example of scikit-learn`() {
    #expect(areaUnderCurve(positives: [0.35, 0.8], negatives: [0.1, 0.4]) == 0.75)
  }

  @Test func `corners`() {
    #expect(areaUnderCurve(positives: [], negatives: [1]) == nil)
    #expect(areaUnderCurve(positives: [1], negatives: []) == nil)
    #expect(areaUnderCurve(positives: [1, 1], negatives: [1, 1, 1]) == 0.5)
    #expect(areaUnderCurve(positiveRanks: [1, 2], candidateCount: 2) == nil)
    #expect(areaUnderCurve(positiveRanks: [1, 2], candidateCount: 5) == 1)
    #expect(areaUnderCurve(positiveRanks: [4, 5], candidateCount: 5) == 0)
  }

  @Test(arguments: UInt64(0)..<50)
  func `scores and ranks agree with counting all pairs`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    // Few distinct scores, so that ties are common.
    let positives = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      Double.random(in: 0...6, using: &random).rounded()
    }
    let negatives = (0..<Int.random(in: 1...20, using: &random)).map { _ in
      Double.random(in: -1...5, using: &random).rounded()
    }
    var wins = 0.0
    for positive in positives {
      for negative in negatives { wins += positive > negative ? 1 : positive == negative ? 0.5 : 0 }
    }
    let expected = wins / Double(positives.count * negatives.count)
    #expect(abs(areaUnderCurve(positives: positives, negatives: negatives)! - expected) < 1e-12)
    let all = positives + negatives
    let ranks = positives.map { score in
      1 + Double(all.count { $0 > score }) + Double(all.count { $0 == score } - 1) / 2
    }
    #expect(abs(areaUnderCurve(positiveRanks: ranks, candidateCount: all.count)! - expected) < 1e-12)
  }

  @Test func `a rank outside the candidates is refused`() {
    #expect(throws: EvaluationError.invalidRank(0, list: 1, candidateCount: 3)) {
      try PositiveRanks([[1], [0]], candidateCounts: [3, 3])
    }
    #expect(throws: EvaluationError.invalidRank(4, list: 0, candidateCount: 3)) {
      try PositiveRanks([[4]], candidateCounts: [3])
    }
  }
}

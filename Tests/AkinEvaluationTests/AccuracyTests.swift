import AkinEvaluation
import Testing
import TestSupport

/// What all metrics of accuracy have in common, and the plain ones by hand.
@Suite struct AccuracyTests {
  /// Hits at ranks 2 and 4 of a list of five, of three relevant items.
  let outcome = UserOutcome(hits: [false, true, false, true, false], relevantCount: 3)

  @Test func `by hand`() {
    #expect(outcome.precision(at: 4) == 2.0 / 4)
    #expect(outcome.recall(at: 4) == 2.0 / 3)
    #expect(outcome.recall(at: 2) == 1.0 / 3)
    #expect(outcome.truncatedRecall(at: 2) == 1.0 / 2)
    #expect(abs(outcome.f1(at: 4) - 2 * 2.0 / (4 + 3)) < 1e-12)
    #expect(outcome.hitRate(at: 1) == 0)
    #expect(outcome.hitRate(at: 2) == 1)
    #expect(outcome.reciprocalRank(at: 1) == 0)
    #expect(outcome.reciprocalRank(at: 2) == 1.0 / 2)
  }

  /// Wikipedia, "Mean reciprocal rank": right answers at ranks 3, 2 and 1 give 11/18.
  @Test func `the known example of reciprocal ranks`() {
    let ranks = [3, 2, 1].map { rank in
      UserOutcome(hits: (1...3).map { $0 == rank }, relevantCount: 1).reciprocalRank()
    }
    let mean: Double = ranks.reduce(0, +) / 3
    #expect(abs(mean - 11.0 / 18) < 1e-12)
  }

  @Test func `a short list has misses at the ranks it lacks`() {
    #expect(outcome.precision(at: 10) == 2.0 / 10)
    #expect(outcome.recall(at: 10) == outcome.recall())
    #expect(outcome.ndcg(at: 10) == outcome.ndcg())
  }

  @Test(arguments: [
    UserOutcome(hits: [], relevantCount: 3), UserOutcome(hits: [false, false], relevantCount: 0),
    UserOutcome(hits: [], relevantCount: 0),
  ])
  func `an empty list and a user without relevant items give zero`(outcome: UserOutcome) {
    for metric in Self.metrics { #expect(metric.value(outcome, 10) == 0) }
  }

  @Test(arguments: UInt64(0)..<20)
  func `agrees with the definitions, item by item`(seed: UInt64) throws {
    let data = RandomRankings(users: 30, items: 40, seed: seed)
    let lists = try ItemLists(data.lists, itemCount: 40)
    for grades in [nil, data.grades] {
      let truth = try GroundTruth(data.relevant, grades: grades, itemCount: 40)
      for user in 0..<30 {
        let naive = NaiveAccuracy(
          list: data.lists[user], relevant: data.relevant[user],
          grades: grades?[user] ?? data.grades[user].map { _ in 1 })
        let outcome = truth.outcome(of: lists, user: user)
        for k in [1, 2, 3, 5, 10, 20] {
          for metric in Self.metrics {
            #expect(abs(metric.value(outcome, k) - naive.value(of: metric.name, at: k)) < 1e-12, "\(metric.name)@\(k)")
          }
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `values are between 0 and 1`(seed: UInt64) {
    let outcome = randomOutcome(seed: seed)
    for metric in Self.metrics {
      for k in 1...15 { #expect((0...1 + 1e-12).contains(metric.value(outcome, k)), "\(metric.name)@\(k)") }
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `a perfect list is perfect`(seed: UInt64) {
    let relevant = randomOutcome(seed: seed).idealGrades
    guard !relevant.isEmpty else { return }
    let perfect = UserOutcome(grades: relevant, relevant: relevant)
    for k in 1...12 {
      for value in [
        perfect.ndcg(at: k), perfect.ndcg(at: k, gain: .exponential), perfect.averagePrecision(at: k),
        perfect.reciprocalRank(at: k), perfect.hitRate(at: k), perfect.truncatedRecall(at: k),
      ] { #expect(abs(value - 1) < 1e-12) }
    }
    #expect(perfect.recall() == 1)
  }

  @Test(arguments: UInt64(0)..<50)
  func `moving a hit up never lowers a metric`(seed: UInt64) {
    let outcome = randomOutcome(seed: seed)
    for rank in outcome.grades.indices.dropFirst() where outcome.grades[rank] > outcome.grades[rank - 1] {
      var grades = outcome.grades
      grades.swapAt(rank, rank - 1)
      let better = UserOutcome(grades: grades, relevant: outcome.idealGrades)
      for metric in Self.metrics {
        for k in 1...12 {
          // AP counts hits, not grades: swapping two hits leaves it as it was.
          #expect(metric.value(better, k) >= metric.value(outcome, k) - 1e-12, "\(metric.name)@\(k)")
        }
      }
      #expect(better.ndcg() > outcome.ndcg())
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `longer lists never lower recall, hit rate and reciprocal rank`(seed: UInt64) {
    let outcome = randomOutcome(seed: seed)
    for k in 1...14 {
      #expect(outcome.recall(at: k) <= outcome.recall(at: k + 1))
      #expect(outcome.hitRate(at: k) <= outcome.hitRate(at: k + 1))
      #expect(outcome.reciprocalRank(at: k) <= outcome.reciprocalRank(at: k + 1))
      #expect(outcome.recall(at: k) <= outcome.truncatedRecall(at: k))
    }
  }

  static let metrics: [(name: String, value: @Sendable (UserOutcome, Int) -> Double)] = [
    ("precision", { $0.precision(at: $1) }), ("recall", { $0.recall(at: $1) }),
    ("recall-truncated", { $0.truncatedRecall(at: $1) }), ("f1", { $0.f1(at: $1) }),
    ("hitrate", { $0.hitRate(at: $1) }), ("mrr", { $0.reciprocalRank(at: $1) }),
    ("map", { $0.averagePrecision(at: $1) }), ("ndcg", { $0.ndcg(at: $1) }),
    ("ndcg-exp", { $0.ndcg(at: $1, gain: .exponential) }),
  ]

  private func randomOutcome(seed: UInt64) -> UserOutcome {
    var random = SplitMix64(seed: seed)
    let relevant = (0..<Int.random(in: 0...9, using: &random)).map { _ in Float(Int.random(in: 1...4, using: &random)) }
    let found = relevant.prefix(Int.random(in: 0...relevant.count, using: &random))
    let grades = (found + [Float](repeating: 0, count: Int.random(in: 0...9, using: &random))).shuffled(using: &random)
    return UserOutcome(grades: grades, relevant: relevant)
  }
}

/// The definitions written down once more, over sets and dictionaries.
private struct NaiveAccuracy {
  let list: [UInt32]
  let gradeOf: [UInt32: Float]

  init(list: [UInt32], relevant: [UInt32], grades: [Float]) {
    self.list = list
    gradeOf = Dictionary(uniqueKeysWithValues: zip(relevant, grades))
  }

  func value(of name: String, at k: Int) -> Double {
    let top = Array(list.prefix(k))
    let hits = Double(Set(top).intersection(gradeOf.keys).count)
    let relevant = Double(gradeOf.count)
    if relevant == 0 { return 0 }
    switch name {
    case "precision": return hits / Double(k)
    case "recall": return hits / relevant
    case "recall-truncated": return hits / min(Double(k), relevant)
    case "f1": return hits == 0 ? 0 : 2 / (Double(k) / hits + relevant / hits)
    case "hitrate": return hits > 0 ? 1 : 0
    case "mrr": return top.firstIndex { gradeOf[$0] != nil }.map { 1 / Double($0 + 1) } ?? 0
    case "map":
      let precisions = top.indices.filter { gradeOf[top[$0]] != nil }.map { rank in
        Double(top[...rank].count { gradeOf[$0] != nil }) / Double(rank + 1)
      }
      return precisions.reduce(0, +) / min(Double(k), relevant)
    default:
      let gain: (Float) -> Double = name == "ndcg" ? { Double($0) } : { pow2($0) - 1 }
      let ideal = gradeOf.values.sorted(by: >).prefix(k).map(gain)
      return discounted(top.map { gradeOf[$0].map(gain) ?? 0 }) / discounted(Array(ideal))
    }
  }

  private func pow2(_ grade: Float) -> Double { (0..<Int(grade)).reduce(1.0) { power, _ in power * 2 } }

  private func discounted(_ gains: [Double]) -> Double {
    // log₂(r + 1) of ranks 1 to 20, from a table of logarithms.
    let logarithms = [
      1, 1.584962500721156, 2, 2.321928094887362, 2.584962500721156, 2.807354922057604, 3, 3.169925001442312,
      3.321928094887362, 3.459431618637297, 3.584962500721156, 3.700439718141092, 3.807354922057604, 3.906890595608519,
      4, 4.08746284125034, 4.169925001442312, 4.247927513443585, 4.321928094887363, 4.392317422778761,
    ]
    return zip(gains, logarithms).reduce(0) { $0 + $1.0 / $1.1 }
  }
}

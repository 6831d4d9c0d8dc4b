import AkinEvaluation
import AkinParallel
import Testing
import TestSupport

@Suite struct EvaluationTests {
  let data = RandomRankings(users: 1200, items: 60, seed: 11)
  static let metrics = try! Metric.list(
    parsing: """
      precision@3,5,recall@5,recall,recall-truncated@5,f1@5,hitrate@5,mrr,map@5,ndcg@3,5,10,ndcg-exp@5,coverage@5,\
      user-coverage@5,gini@5,diversity@5,novelty@5,serendipity@5,popularity@5,popularity-percentile@5,tail-share@5,\
      personalization@5,calibration@5,auc,rmse,mae
      """)

  private func input(_ data: RandomRankings, graded: Bool = true) throws -> EvaluationInput {
    let items = data.itemCount
    var input = EvaluationInput(
      lists: try ItemLists(data.lists, itemCount: items),
      truth: try GroundTruth(data.relevant, grades: graded ? data.grades : nil, itemCount: items))
    let history = try ItemLists(data.history, itemCount: items)
    let popularity = ItemPopularity(history: history)
    input.history = history
    input.popularity = popularity
    input.headTail = HeadTail(popularity)
    input.categories = try ItemCategories((0..<UInt32(items)).map { [$0 % 4, $0 % 3 + 4] }, categoryCount: 7)
    let favorites = (0..<UInt32(items)).sorted { popularity.counts[Int($0)] > popularity.counts[Int($1)] }
    input.baseline = try ItemLists(data.lists.map { _ in Array(favorites.prefix(5)) }, itemCount: items)
    input.positiveRanks = try PositiveRanks(
      data.relevant.map { (1...max(1, $0.count)).map { Double($0 * 2) } }, candidateCounts: data.lists.map { _ in 50 })
    input.predictions = try RatingPredictions(predicted: [1, 2], actual: [1, 4])
    return input
  }

  @Test func `every measure is covered by these tests`() {
    #expect(Set(Self.metrics.map(\.measure)) == Set(Measure.allCases))
  }

  @Test func `each value is the mean over the users who have one`() throws {
    let input = try input(data)
    let evaluation = try input.evaluate(Self.metrics)
    #expect(evaluation.values.map(\.metric) == Self.metrics)
    #expect(evaluation.usersWithoutTruth == data.relevant.count { $0.isEmpty })
    #expect(evaluation.emptyLists == data.lists.count { $0.isEmpty })
    let scored = (0..<1200).filter { !data.relevant[$0].isEmpty }
    let ndcg = try #require(evaluation[Metric(.ndcg, at: 5)]?.byUser)
    #expect(ndcg.users == scored.map { UInt32($0) })
    #expect(ndcg.values == scored.map { input.truth!.outcome(of: input.lists, user: $0).ndcg(at: 5) })
    #expect(evaluation[Metric(.ndcg, at: 5)]?.value == ndcg.mean)
    // Who got nothing has a novelty of nothing, and counts as a miss for accuracy.
    #expect(evaluation[Metric(.novelty, at: 5)]?.byUser?.users.count == data.lists.count { !$0.isEmpty })
    #expect(evaluation[Metric(.diversity, at: 5)]?.byUser?.users.count == data.lists.count { $0.count > 1 })
    #expect(evaluation[Metric(.serendipity, at: 5)]?.byUser?.users == ndcg.users)
    #expect(evaluation[Metric(.recall, at: 9)] == nil)
    #expect(evaluation.values.allSatisfy { $0.value != nil })
  }

  @Test(arguments: [2, 8])
  func `any number of threads gives the same bits`(threads: Int) throws {
    let input = try input(data)
    #expect(
      try input.evaluate(Self.metrics, execution: Execution(threads: threads))
        == input.evaluate(Self.metrics, execution: .serial))
  }

  @Test(arguments: [true, false])
  func `the order of the users does not matter`(graded: Bool) throws {
    var random = SplitMix64(seed: 5)
    let order = data.lists.indices.shuffled(using: &random)
    var shuffled = data
    shuffled.lists = order.map { data.lists[$0] }
    shuffled.relevant = order.map { data.relevant[$0] }
    shuffled.grades = order.map { data.grades[$0] }
    shuffled.history = order.map { data.history[$0] }
    let one = try input(data, graded: graded).evaluate(Self.metrics)
    let other = try input(shuffled, graded: graded).evaluate(Self.metrics)
    for (a, b) in zip(one.values, other.values) { #expect(abs(a.value! - b.value!) < 1e-12, "\(a.metric)") }
  }

  @Test func `the names of the items do not matter`() throws {
    var random = SplitMix64(seed: 6)
    let name = (0..<UInt32(60)).shuffled(using: &random)
    var renamed = data
    renamed.lists = data.lists.map { $0.map { name[Int($0)] } }
    renamed.relevant = data.relevant.map { $0.map { name[Int($0)] } }
    renamed.history = data.history.map { $0.map { name[Int($0)] } }
    let metrics = try Metric.list(
      parsing: "ndcg@5,map@5,recall,coverage@5,gini@5,novelty@5,popularity@5,personalization@5")
    let one = try input(data).evaluate(metrics)
    let other = try input(renamed).evaluate(metrics)
    for (a, b) in zip(one.values, other.values) { #expect(abs(a.value! - b.value!) < 1e-9, "\(a.metric)") }
  }

  @Test func `accuracy on head and tail covers those who have such items`() throws {
    var input = EvaluationInput(lists: try ItemLists([[0, 1], [2, 3]], itemCount: 4))
    let truth = try GroundTruth([[0, 2], [2]], itemCount: 4)
    let parts = HeadTail(ItemPopularity(counts: [9, 5, 1, 0], userCount: 10), interactionShare: 0.9)
    let recall = Metric(.recall, at: 2)
    input.truth = truth.keeping(parts.isHead)
    #expect(try input.evaluate([recall])[recall]?.byUser == UserScores(users: [0], values: [1]))
    input.truth = truth.keeping(parts.isTail)
    #expect(try input.evaluate([recall])[recall]?.byUser == UserScores(users: [0, 1], values: [0, 1]))
  }

  @Test func `what is missing or does not fit is named`() throws {
    let lists = try ItemLists([[0], [1]], itemCount: 3)
    var input = EvaluationInput(lists: lists)
    for metric in Self.metrics where !metric.measure.needs.isEmpty {
      #expect(throws: EvaluationError.missingIngredient(metric.measure.needs[0], metric: metric)) {
        try input.evaluate([metric])
      }
    }
    #expect(
      "\(EvaluationError.missingIngredient(.popularity, metric: Metric(.novelty, at: 5)))"
        == "novelty@5 needs the training popularity, which was not given")
    input.truth = try GroundTruth([[0]], itemCount: 3)
    #expect(throws: EvaluationError.userCountMismatch(.truth, found: 1, expected: 2)) { try input.evaluate([]) }
    input.truth = try GroundTruth([[0], [1]], itemCount: 4)
    #expect(throws: EvaluationError.itemCountMismatch(.truth, found: 4, expected: 3)) { try input.evaluate([]) }
  }

  @Test func `nobody to score gives no value rather than a number`() throws {
    let input = EvaluationInput(
      lists: try ItemLists([[0], [1]], itemCount: 3), truth: try GroundTruth([[], []], itemCount: 3))
    let found = try input.evaluate([Metric(.recall, at: 2), Metric(.catalogCoverage, at: 1)])
    #expect(found.values[0].value == nil)
    #expect(found.values[1].value == 2.0 / 3)
    #expect(found.usersWithoutTruth == 2)
    let empty = EvaluationInput(lists: try ItemLists([], itemCount: 0), truth: try GroundTruth([], itemCount: 0))
    #expect(try empty.evaluate([Metric(.recall, at: 2)]).values[0].value == nil)
  }
}

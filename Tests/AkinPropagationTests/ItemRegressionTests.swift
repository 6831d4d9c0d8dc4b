import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinPropagation

@Suite struct ItemRegressionTests {
  /// Weights of every item on `others(item)`, by the normal equations.
  private func weights(_ relation: SmallRelation, lambda: Double, others: (Int) -> [Int]) -> Plain {
    let gram = product(transpose(relation.matrix), relation.matrix)
    var weights = gram.map { $0.map { _ in 0.0 } }
    for item in gram.indices {
      let chosen = others(item)
      guard !chosen.isEmpty else { continue }
      let system = chosen.map { row in chosen.map { gram[row][$0] + (row == $0 ? lambda : 0) } }
      for (other, value) in zip(chosen, solve(system, chosen.map { gram[$0][item] })) { weights[other][item] = value }
    }
    return weights
  }

  private func check(_ relation: SmallRelation, _ method: ItemRegression, _ weights: Plain) throws {
    let session = method.makeSession()
    for user in 0..<relation.userCount {
      guard let query = relation.query(for: user) else { continue }
      let candidates = (0..<relation.itemCount - 1).filter {
        relation.matrix[user][$0] == 0 && relation.itemDegrees[$0] > 0
      }
      for (candidate, score) in zip(
        candidates, try session.scores(of: candidates.map { relation.node($0) }, for: query))
      {
        let expected = weights.indices.reduce(0.0) { $0 + relation.matrix[user][$1] * weights[$1][candidate] }
        #expect(abs(score! - expected) < 1e-4, "user \(user), item \(candidate)")
      }
    }
  }

  /// The closed form against a regression of each item on its own.
  @Test(arguments: UInt64(0)..<3)
  func `exact weights are those of regressing each item on all others`(seed: UInt64) throws {
    let relation = try SmallRelation(seed: seed, isWeighted: seed == 2)
    var options = ItemRegressionOptions()
    options.regularization = 3
    options.neighborhood = nil
    options.numbers = seed == 2 ? .weights : .binary
    let method = try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"))
    #expect(method.isExact)
    let all = Array(0..<relation.itemCount)
    try check(relation, method, weights(relation, lambda: 3) { item in all.filter { $0 != item } })
  }

  @Test(arguments: UInt64(0)..<3)
  func `a neighbourhood is those of the largest cosine`(seed: UInt64) throws {
    let relation = try SmallRelation(seed: seed, isWeighted: seed == 2)
    var options = ItemRegressionOptions()
    options.regularization = 2
    options.neighborhood = 5
    options.numbers = seed == 2 ? .weights : .binary
    let method = try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"))
    #expect(!method.isExact)
    let gram = product(transpose(relation.matrix), relation.matrix)
    func cosine(_ item: Int, _ other: Int) -> Double { gram[item][other] * gram[item][other] / gram[other][other] }
    try check(
      relation, method,
      weights(relation, lambda: 2) { item in
        (0..<relation.itemCount).filter { $0 != item && gram[item][$0] > 0 }
          .sorted { (cosine(item, $1), $0) < (cosine(item, $0), $1) }.prefix(5).sorted()
      })
  }

  @Test func `threads and batches make no difference, and explanations add up`() throws {
    let relation = try SmallRelation(seed: 21, users: 90, items: 40)
    for neighborhood in [nil, 6] {
      var options = ItemRegressionOptions()
      options.regularization = 5
      options.neighborhood = neighborhood
      func method(_ execution: Execution) throws -> ItemRegression {
        try ItemRegression(
          relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"), execution: execution)
      }
      try checkBatch(method(.serial), method(Execution(threads: 4)), relation)
    }
  }

  @Test func `what does not fit is refused with its size`() throws {
    let relation = try SmallRelation(seed: 1)
    var options = ItemRegressionOptions()
    options.neighborhood = nil
    options.memoryLimit = 1000
    #expect(
      throws: PropagationError.tooLarge(
        method: "ease", what: "the weights of all pairs of 20 items", needed: 20 * 32 * 4, limit: 1000)
    ) {
      try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"))
    }
    #expect(
      PropagationError.tooLarge(method: "ease", what: "weights", needed: 6_719_000_000, limit: 999).description
        == "method 'ease' needs 6.7 GB for weights, expected at most 999 bytes")
  }
}

import AkinGraph
import AkinParallel
import AkinRanking
import Glibc
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

  private func check(
    _ relation: SmallRelation, _ method: ItemRegression, _ weights: Plain, popularity: Double = 0, within: Double = 1e-4
  ) throws {
    let degrees = (0..<relation.itemCount).map { item in relation.matrix.reduce(0) { $0 + $1[item] } }
    let session = method.makeSession()
    for user in 0..<relation.userCount {
      guard let query = relation.query(for: user) else { continue }
      let candidates = (0..<relation.itemCount - 1).filter {
        relation.matrix[user][$0] == 0 && relation.itemDegrees[$0] > 0
      }
      for (candidate, score) in zip(
        candidates, try session.scores(of: candidates.map { relation.node($0) }, for: query))
      {
        let expected = weights.indices.reduce(0.0) { sum, item in
          guard relation.matrix[user][item] > 0 else { return sum }
          let dial = pow(degrees[candidate] / degrees[item], popularity)
          return sum + relation.matrix[user][item] * weights[item][candidate] * dial
        }
        #expect(abs(score! - expected) < within, "user \(user), item \(candidate)")
      }
    }
  }

  /// The closed form against a regression of each item on its own.
  @Test(arguments: UInt64(0)..<3, [true, false])
  func `exact weights are those of regressing each item on all others`(seed: UInt64, isStored: Bool) throws {
    let relation = try SmallRelation(seed: seed, isWeighted: seed == 2)
    var options = ItemRegressionOptions()
    options.regularization = 3
    options.popularityExponent = 0.25 * Double(seed)
    options.neighborhood = nil
    options.storesAllPairs = isStored
    options.numbers = seed == 2 ? .weights : .binary
    let method = try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"))
    #expect(method.isExact)
    let all = Array(0..<relation.itemCount)
    try check(
      relation, method, weights(relation, lambda: 3) { item in all.filter { $0 != item } },
      popularity: options.popularityExponent, within: isStored ? 1e-4 : 4e-4)
  }

  @Test(arguments: UInt64(0)..<3)
  func `a neighbourhood is those of the largest cosine`(seed: UInt64) throws {
    let relation = try SmallRelation(seed: seed, isWeighted: seed == 2)
    var options = ItemRegressionOptions()
    options.regularization = 2
    options.popularityExponent = -0.3 * Double(seed)
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
      }, popularity: options.popularityExponent)
  }

  @Test func `threads and batches make no difference, and explanations add up`() throws {
    let relation = try SmallRelation(seed: 21, users: 90, items: 40)
    for (neighborhood, isStored) in [(nil, true), (nil, false), (6, true)] as [(Int?, Bool)] {
      var options = ItemRegressionOptions()
      options.regularization = 5
      options.storesAllPairs = isStored
      options.neighborhood = neighborhood
      func method(_ execution: Execution) throws -> ItemRegression {
        try ItemRegression(
          relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"), execution: execution)
      }
      try checkBatch(method(.serial), method(Execution(threads: 4)), relation)
    }
  }

  @Test(arguments: [nil, 6])
  func `weights are read as they were written, and bad ones refused`(neighborhood: Int?) throws {
    let relation = try SmallRelation(seed: 8)
    let folder = TemporaryFolder()
    let provenance = Provenance(method: "ease", parameters: [:], snapshot: relation.snapshot, hop: relation.hop)
    var options = ItemRegressionOptions()
    options.neighborhood = neighborhood
    let info = relation.info("ease")
    let method = try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: info)
    let path = folder.file("model")
    try method.write(to: path, provenance: provenance)
    func read(_ path: String) throws -> ItemRegression {
      try ItemRegression(
        relation.snapshot, hop: relation.hop, model: ModelFile.open(path), options: options, info: info)
    }
    let same = try read(path)
    for user in 0..<5 {
      guard let query = relation.query(for: user) else { continue }
      #expect(try same.rank(query, k: 10) == method.rank(query, k: 10))
    }
    // What nobody of us would write, under checksums that are right.
    let rows = relation.itemCount
    let offsets = [UInt64](repeating: 0, count: rows) + [2]
    let bad: [[(name: String, column: ModelColumn)]] = [
      [("weights", .floats(Column([1, 2, 3])))],
      [("weights", .floats(Column([Float](repeating: .nan, count: rows * rows))))],
      [
        ("weights.offsets", .offsets(Column(offsets))), ("weights.columns", .indices(Column([3, 3]))),
        ("weights.values", .floats(Column([1, 1]))),
      ],
      [
        ("weights.offsets", .offsets(Column(offsets))), ("weights.columns", .indices(Column([3, UInt32(rows)]))),
        ("weights.values", .floats(Column([1, 1]))),
      ],
      [
        ("weights.offsets", .offsets(Column([5] + offsets.dropFirst()))),
        ("weights.columns", .indices(Column([1, 3]))),
        ("weights.values", .floats(Column([1, 1]))),
      ],
      [
        ("weights.offsets", .offsets(Column([0, .max] + offsets.dropFirst(2)))),
        ("weights.columns", .indices(Column([1, 3]))), ("weights.values", .floats(Column([1, 1]))),
      ],
    ]
    for columns in bad {
      try ModelFile.write(columns, provenance: provenance, to: folder.file("bad"))
      #expect(throws: GraphError.self) { try read(folder.file("bad")) }
    }
  }

  @Test func `without stored pairs a model is a diagonal, and bad ones are refused`() throws {
    let relation = try SmallRelation(seed: 8)
    let folder = TemporaryFolder()
    let provenance = Provenance(method: "ease", parameters: [:], snapshot: relation.snapshot, hop: relation.hop)
    var options = ItemRegressionOptions()
    (options.neighborhood, options.storesAllPairs, options.popularityExponent) = (nil, false, 0.2)
    let info = relation.info("ease")
    let method = try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: info)
    let path = folder.file("model")
    try method.write(to: path, provenance: provenance)
    func read(_ path: String) throws -> ItemRegression {
      try ItemRegression(
        relation.snapshot, hop: relation.hop, model: ModelFile.open(path), options: options, info: info)
    }
    let same = try read(path)
    for user in 0..<5 {
      guard let query = relation.query(for: user) else { continue }
      #expect(try same.rank(query, k: 10) == method.rank(query, k: 10))
    }
    for diagonal in [[], [0], [-1], [.nan], [.infinity]] as [[Float]] {
      let column = diagonal.isEmpty ? [1] : [Float](repeating: 1, count: relation.itemCount - 1) + diagonal
      try ModelFile.write(
        [("diagonal", .floats(Column(column)))], provenance: provenance, to: folder.file("bad"))
      #expect(throws: GraphError.self) { try read(folder.file("bad")) }
    }
  }

  @Test func `a regularisation too small to be solved for is refused`() throws {
    let relation = try SmallRelation(seed: 1)
    var options = ItemRegressionOptions()
    (options.neighborhood, options.storesAllPairs, options.regularization) = (nil, false, 1e-6)
    #expect {
      try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"))
    } throws: {
      guard case PropagationError.badOption(let name, _, _) = $0 else { return false }
      return name == "regularization"
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
    options.storesAllPairs = false
    #expect(
      throws: PropagationError.tooLarge(
        method: "ease", what: "the equations of 64 histories a thread",
        needed: (2 * 20 + relation.userCount) * 64 * 4, limit: 1000)
    ) {
      try ItemRegression(relation.snapshot, hop: relation.hop, options: options, info: relation.info("ease"))
    }
    #expect(
      PropagationError.tooLarge(method: "ease", what: "weights", needed: 6_719_000_000, limit: 999).description
        == "method 'ease' needs 6.7 GB for weights, expected at most 999 bytes")
  }
}

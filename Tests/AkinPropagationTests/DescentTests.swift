import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import Glibc
import TestSupport
import Testing

@testable import AkinPropagation

/// BPR-MF and biased matrix factorisation.
@Suite struct DescentTests {
  private func pairwise(size: Int = 6, epochs: Int = 5) -> PairwiseFactorsOptions {
    var options = PairwiseFactorsOptions()
    (options.embeddingSize, options.epochs, options.seed) = (size, epochs, 3)
    return options
  }

  private func rating(size: Int = 6, epochs: Int = 5) -> RatingFactorsOptions {
    var options = RatingFactorsOptions()
    (options.embeddingSize, options.epochs, options.seed) = (size, epochs, 3)
    return options
  }

  /// Large enough for several strata.
  private func large() throws -> SmallRelation {
    try SmallRelation(seed: 8, users: 800, items: 780, isWeighted: true)
  }

  @Test func `an epoch takes each edge once, and no two blocks at a time share a row`() throws {
    let relation = try large()
    let adjacency = try NormalizedAdjacency(
      relation.snapshot, hop: relation.hop, numbers: .weights, connectorExponent: 0, candidateExponent: 0)
    let descent = StratifiedDescent(adjacency, seed: 1)
    #expect(descent.strata == 3)
    // Every edge adds 1 to a cell of its user and of its item, where a lost update would show.
    var users = DenseMatrix(rows: relation.userCount, columns: 3)
    var items = DenseMatrix(rows: relation.itemCount, columns: 3)
    let sum = try descent.run(
      epoch: 4, connectors: &users, candidates: &items, execution: Execution(threads: 3)
    ) { edge, stratum, _, _, _ in
      #expect(relation.matrix[edge.connector][edge.candidate] == Double(edge.value))
      #expect(stratum.contains(UInt32(edge.candidate)))
      return Double(edge.value) + Double(edge.connector * 1000 + edge.candidate)
    }
    var expected = 0.0
    for user in 0..<relation.userCount {
      for item in 0..<relation.itemCount where relation.matrix[user][item] > 0 {
        expected += relation.matrix[user][item] + Double(user * 1000 + item)
      }
    }
    #expect(abs(sum * Double(adjacency.edgeCount) - expected) < 1e-9 * expected)
  }

  @Test func `threads make no difference`() throws {
    let relation = try large()
    let pairs = try [1, 2, 5].map {
      try PairwiseFactors(
        relation.snapshot, hop: relation.hop, options: pairwise(epochs: 2), execution: Execution(threads: $0))
    }
    #expect(pairs[1].candidates == pairs[0].candidates && pairs[2].candidates == pairs[0].candidates)
    #expect(pairs[1].losses == pairs[0].losses && pairs[2].losses == pairs[0].losses)
    let ratings = try [1, 2, 5].map {
      try RatingFactors(
        relation.snapshot, hop: relation.hop, options: rating(epochs: 2), execution: Execution(threads: $0))
    }
    #expect(ratings[1].candidates == ratings[0].candidates && ratings[2].candidates == ratings[0].candidates)
    #expect(ratings[1].errors == ratings[0].errors && ratings[2].errors == ratings[0].errors)
  }

  @Test func `batches make no difference, and explanations add up`() throws {
    let relation = try SmallRelation(seed: 21, users: 90, items: 40, isWeighted: true)
    let model = try PairwiseFactors(relation.snapshot, hop: relation.hop, options: pairwise())
    let isKnown = relation.itemDegrees.map { $0 > 0 }
    let biases = (0..<relation.itemCount).map { Double(model.candidates[$0, 6]) }
    let method = try EmbeddingRecommender(
      relation.snapshot, hop: relation.hop, candidates: model.candidates,
      foldIn: PairwiseFoldIn(model, isKnown: isKnown), info: relation.info("bpr-mf"))
    try check(method, relation) { biases[$0] }
    let ratings = try RatingFactors(relation.snapshot, hop: relation.hop, options: rating())
    let predictors = ratings.predictors
    let alone = (0..<relation.itemCount).map { Double(predictors[$0, 7]) }
    let predicting = try EmbeddingRecommender(
      relation.snapshot, hop: relation.hop, candidates: predictors, foldIn: RatingFoldIn(ratings),
      info: relation.info("biased-mf"))
    try check(predicting, relation) { alone[$0] }
  }

  /// - Parameter own: what a candidate has of its own, which no source explains.
  private func check(_ method: EmbeddingRecommender, _ relation: SmallRelation, own: (Int) -> Double) throws {
    let queries = (0..<relation.userCount).compactMap { relation.query(for: $0) }
    let session = try #require(method.makeSession() as? any BatchRankingSession & ExplainingSession)
    let lists = try session.rank(queries, k: 7)
    for (query, list) in zip(queries, lists) {
      #expect(try method.rank(query, k: 7) == list)
      let item = try #require(list.items.first)
      let full = try #require(try session.explanation(of: item.node, for: query, limit: 1000))
      let size = full.parts.reduce(0.01) { $0 + abs($1.amount) }
      #expect(abs(full.remainder - own(Int(item.node.index))) < 1e-4 * size, "\(full)")
      #expect(abs(full.total - item.score) <= 1e-9 * size)
    }
  }

  /// Two communities that share hardly an item: pairs are told apart, and a stranger gets what his history's community has.
  @Test func `communities are found`() throws {
    let graph = try CommunityGraph(seed: 5, users: 200, items: 60, degree: 8)
    let model = try PairwiseFactors(graph.snapshot, hop: graph.hop, options: pairwise(size: 8, epochs: 40))
    #expect(model.losses.last! < 0.5 * model.losses.first!)
    let method = try EmbeddingRecommender(
      graph.snapshot, hop: graph.hop, candidates: model.candidates,
      foldIn: PairwiseFoldIn(model, isKnown: (0..<graph.itemCount).map { $0 < 60 }),
      info: MethodInfo(name: "bpr-mf", parameters: [], fingerprint: graph.snapshot.fingerprint))
    let list = try method.rank(graph.query([0, 2, 4, 6]), k: 10)
    #expect(list.items.count { $0.node.index % 2 == 0 } >= 9)
  }

  /// Ratings made of known biases and factors are found again, far better than by the mean or biases alone.
  @Test func `made ratings are predicted`() throws {
    var random = SplitMix64(seed: 9)
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let rated = builder.addRelation("rated", from: users, to: items, duplicates: .last)
    let (userCount, itemCount) = (300, 80)
    for user in 0..<userCount { _ = try builder.intern("u\(user)", type: users) }
    for item in 0..<itemCount { _ = try builder.intern("i\(item)", type: items) }
    let taste = (0..<userCount).map { _ in (Double.random(in: -0.5...0.5, using: &random), Bool.random(using: &random))
    }
    let kind = (0..<itemCount).map { _ in (Double.random(in: -0.5...0.5, using: &random), Bool.random(using: &random)) }
    func truth(_ user: Int, _ item: Int) -> Double {
      3 + taste[user].0 + kind[item].0 + (taste[user].1 == kind[item].1 ? 0.8 : -0.8)
    }
    var hidden: [(Int, Int)] = []
    var histories = [[HistoryItem]](repeating: [], count: userCount)
    for user in 0..<userCount {
      for item in 0..<itemCount where Double.random(in: 0..<1, using: &random) < 0.4 {
        guard Double.random(in: 0..<1, using: &random) < 0.9 else {
          hidden.append((user, item))
          continue
        }
        builder.addEdge(rated, from: UInt32(user), to: UInt32(item), weight: Float(truth(user, item)))
        histories[user].append(HistoryItem(UInt32(item), weight: Float(truth(user, item))))
      }
    }
    let snapshot = try builder.build().snapshot
    var options = rating(size: 4, epochs: 60)
    (options.regularization, options.rateDecay) = (0.01, 0.98)
    let model = try RatingFactors(snapshot, hop: Hop(relation: 0, direction: .reverse), options: options)
    #expect(model.errors.last! < 0.15)
    let foldIn = RatingFoldIn(model)
    var embedding = [Float](repeating: 0, count: foldIn.embeddingSize)
    var squares = 0.0
    for (user, item) in hidden {
      try foldIn.embed(histories[user], into: &embedding)
      let predicted = zip(embedding, model.predictors.row(item)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      squares += (predicted - truth(user, item)) * (predicted - truth(user, item))
    }
    #expect((squares / Double(hidden.count)).squareRoot() < 0.2)
  }

  /// The fold-in of ratings against normal equations formed in full.
  @Test(arguments: [2, 25])
  func `folding ratings in solves the normal equations`(size: Int) throws {
    let relation = try SmallRelation(seed: 4, isWeighted: true)
    let options = rating(size: size, epochs: 4)
    let model = try RatingFactors(relation.snapshot, hop: relation.hop, options: options)
    for user in 0..<relation.userCount - 1 {
      let own = relation.matrix[user].indices.filter { relation.matrix[user][$0] > 0 }
      guard !own.isEmpty else { continue }
      var matrix = Plain(repeating: [Double](repeating: 0, count: size + 1), count: size + 1)
      var right = [Double](repeating: 0, count: size + 1)
      for position in 0...size { matrix[position][position] = options.regularization * Double(own.count) }
      for item in own {
        let row = model.candidates.row(item).map(Double.init)
        for first in 0...size {
          right[first] += row[first] * (relation.matrix[user][item] - Double(model.mean) - row[size + 1])
          for second in 0...size { matrix[first][second] += row[first] * row[second] }
        }
      }
      let expected = solve(matrix, right)
      var found: [Float] = []
      try RatingFoldIn(model).embed(
        own.map { HistoryItem(UInt32($0), weight: Float(relation.matrix[user][$0])) }, into: &found)
      #expect(found.count == size + 2 && found.last == 1)
      let largest = expected.map(abs).max()!
      #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 2e-3 * largest }, "user \(user)")
    }
  }

  @Test(arguments: 1...3)
  func `going on from a checkpoint makes no difference`(stop: Int) throws {
    let relation = try SmallRelation(seed: 5, isWeighted: true)
    let folder = TemporaryFolder()
    let provenance = Provenance(
      method: "some", parameters: ["size": "6"], snapshot: relation.snapshot, hop: relation.hop)
    let (counts, path) = ((relation.itemCount, relation.userCount), folder.file("checkpoint"))
    let pairs = try PairwiseFactors(relation.snapshot, hop: relation.hop, options: pairwise()) {
      if $0.epochs == stop { try $0.write(to: path, provenance: provenance) }
    }
    let pairState = try DescentCheckpoint(
      path: path, provenance: provenance, options: pairwise(), candidateCount: counts.0, connectorCount: counts.1)
    #expect(pairState.epochs == stop)
    let resumed = try PairwiseFactors(
      relation.snapshot, hop: relation.hop, options: pairwise(), from: pairState)
    #expect(resumed.candidates == pairs.candidates && resumed.losses == pairs.losses)
    var other = provenance
    other.parameters["size"] = "7"
    #expect(throws: GraphError.self) {
      try DescentCheckpoint(
        path: path, provenance: other, options: pairwise(), candidateCount: counts.0, connectorCount: counts.1)
    }
    let ratings = try RatingFactors(relation.snapshot, hop: relation.hop, options: rating()) {
      if $0.epochs == stop { try $0.write(to: path, provenance: provenance) }
    }
    let ratingState = try DescentCheckpoint(
      path: path, provenance: provenance, options: rating(), candidateCount: counts.0, connectorCount: counts.1)
    let again = try RatingFactors(relation.snapshot, hop: relation.hop, options: rating(), from: ratingState)
    #expect(again.candidates == ratings.candidates && again.errors == ratings.errors)
    // Written and read, both are what they were.
    try pairs.write(to: folder.file("pairs"), provenance: provenance)
    let readPairs = try PairwiseFactors(
      ModelFile.open(folder.file("pairs")), options: pairwise(), candidateCount: counts.0)
    #expect(readPairs.candidates == pairs.candidates && readPairs.losses == pairs.losses)
    try ratings.write(to: folder.file("ratings"), provenance: provenance)
    let read = try RatingFactors(ModelFile.open(folder.file("ratings")), options: rating(), candidateCount: counts.0)
    #expect(read.candidates == ratings.candidates && read.mean == ratings.mean && read.scale == ratings.scale)
    #expect(throws: GraphError.self) {
      try RatingFactors(ModelFile.open(folder.file("ratings")), options: rating(), candidateCount: counts.0 + 1)
    }
  }

  @Test func `numbers that run away are reported with their step`() throws {
    let relation = try SmallRelation(seed: 5, isWeighted: true)
    var options = rating(epochs: 50)
    options.learningRate = 1e6
    let error = #expect(throws: PropagationError.self) {
      try RatingFactors(relation.snapshot, hop: relation.hop, options: options)
    }
    guard case .diverged("biased-mf", epoch: 1, let step, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(step > 1)
    var pairs = pairwise()
    (pairs.learningRate, pairs.regularization) = (1e20, 1)
    #expect(throws: PropagationError.self) {
      try PairwiseFactors(relation.snapshot, hop: relation.hop, options: pairs)
    }
  }

  @Test func `bad options and graphs without edges are refused`() throws {
    let relation = try SmallRelation(seed: 5)
    var options = pairwise()
    options.rateDecay = 2
    #expect(
      throws: PropagationError.badOption(
        name: "rateDecay", found: "2.0", expected: "a positive number of at most 1")
    ) { try PairwiseFactors(relation.snapshot, hop: relation.hop, options: options) }
    let empty = try SmallRelation(seed: 5, users: 1, items: 1)
    #expect(throws: PropagationError.noEdges(relation: "saved")) {
      try RatingFactors(empty.snapshot, hop: empty.hop, options: rating())
    }
    var large = pairwise()
    large.embeddingSize = 1 << 40
    #expect(throws: PropagationError.self) {
      try PairwiseFactors(relation.snapshot, hop: relation.hop, options: large)
    }
  }

  @Test func `one user who has all there is is answered, with more factors than items`() throws {
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let saved = builder.addRelation("saved", from: users, to: items, duplicates: .last)
    _ = try builder.intern("u", type: users)
    for item in 0..<3 {
      _ = try builder.intern("i\(item)", type: items)
      builder.addEdge(saved, from: 0, to: UInt32(item))
    }
    let snapshot = try builder.build().snapshot
    let hop = Hop(relation: 0, direction: .reverse)
    let model = try PairwiseFactors(snapshot, hop: hop, options: pairwise(size: 40))
    #expect(model.losses.allSatisfy { $0 == 0 })
    let method = try EmbeddingRecommender(
      snapshot, hop: hop, candidates: model.candidates, foldIn: PairwiseFoldIn(model, isKnown: [true, true, true]),
      info: MethodInfo(name: "bpr-mf", parameters: [], fingerprint: snapshot.fingerprint))
    let list = try method.rank(
      Query(sources: [WeightedSource(NodeID(type: users, index: 0))], candidates: CandidateFilter(type: items)), k: 3)
    #expect(list.items.count == 3)
    #expect(try RatingFactors(snapshot, hop: hop, options: rating(size: 40)).candidates.isFinite)
  }
}

import Foundation
import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinPropagation

@Suite struct LightGCNTests {
  private let info = MethodInfo(name: "lightgcn", parameters: [], fingerprint: 0)

  private func options(epochs: Int = 6) -> LightGCNOptions {
    var options = LightGCNOptions()
    options.embeddingSize = 8
    options.epochs = epochs
    options.checkInterval = 2
    options.batch = .users(70)
    options.negatives = 30
    options.learningRate = 0.02
    return options
  }

  /// Large enough to hold a slice out.
  private func graph() throws -> CommunityGraph {
    try CommunityGraph(seed: 1, users: 210, items: 60, communities: 3, degree: 10)
  }

  private func trainer(
    _ graph: CommunityGraph, _ options: LightGCNOptions, threads: Int = 1, cancellation: Cancellation = Cancellation()
  ) throws -> LightGCNTrainer {
    try LightGCNTrainer(
      graph.snapshot, hop: graph.hop, options: options, info: info,
      execution: Execution(threads: threads, cancellation: cancellation))
  }

  /// Settings that between them take every way through the code.
  private static let variants: [@Sendable (inout LightGCNOptions) -> Void] = [
    { _ in },
    { options in
      options.hasUserEmbeddings = true
      options.loss = .bpr
      options.sampling = .hard
      options.negatives = 2
      options.isCosine = false
      options.batch = .pairs(300)
    },
    { options in
      options.hasUserEmbeddings = true
      options.isLazy = true
      options.hiddenShare = 0.3
      options.sampling = .inBatch
      options.start = .random
    },
    { options in
      options.loss = .crossEntropy
      options.sampling = .popularity
      options.negatives = 2
      options.batch = .pairs(500)
      options.hiddenShare = 0.5
    },
  ]

  @Test(arguments: variants.indices)
  func `one thread and many learn the same bits`(variant: Int) throws {
    let graph = try graph()
    var options = options(epochs: 2)
    Self.variants[variant](&options)
    var (one, many) = (try trainer(graph, options), try trainer(graph, options, threads: 4))
    try one.run()
    try many.run()
    #expect(one.state.parameters == many.state.parameters)
    #expect(one.curves["ndcg@20"]!.map(\.value) == many.curves["ndcg@20"]!.map(\.value))
    #expect(one.state.steps > 2)
  }

  @Test(arguments: variants.indices)
  func `a training that was stopped goes on to the same bits`(variant: Int) throws {
    let graph = try graph()
    var options = options(epochs: 5)
    Self.variants[variant](&options)
    var whole = try trainer(graph, options)
    try whole.run()
    let folder = TemporaryFolder()
    let cancellation = Cancellation()
    var first = try trainer(graph, options, cancellation: cancellation)
    let path = folder.file("checkpoint")
    let origin = Provenance(method: "lightgcn", parameters: [:], snapshot: graph.snapshot, hop: graph.hop)
    #expect(throws: CancellationError.self) {
      try first.run(
        progress: { if $0.epoch == 3 { cancellation.cancel() } },
        checkpoint: { try ModelFile.write($0.checkpointColumns(), provenance: origin, to: path) })
    }
    #expect(first.state.epoch == 3)
    var second = try trainer(graph, options)
    try second.restore(from: ModelFile.open(path))
    #expect(second.state.parameters == first.state.parameters)
    try second.run()
    #expect(second.state.parameters == whole.state.parameters)
    #expect(second.state.best == whole.state.best)
    #expect(second.curves.mapValues { $0.map(\.value) } == whole.curves.mapValues { $0.map(\.value) })
  }

  @Test func `learns what belongs together, and stops when it has`() throws {
    let graph = try graph()
    var options = options(epochs: 200)
    options.patience = 2
    options.start = .random
    var trainer = try trainer(graph, options)
    var told: [LightGCNTrainer.Progress] = []
    try trainer.run(progress: { told.append($0) })
    let losses = trainer.curves["loss"]!.map(\.value)
    #expect(losses[losses.count - 1] < 0.8 * losses[0])
    #expect(losses == told.map(\.loss))
    #expect(told.count < 200 && trainer.remarks.contains { $0.hasPrefix("stopped early") })
    let looks = trainer.curves["ndcg@20"]!
    #expect(looks.map(\.step) == (1...looks.count).map { $0 * 2 })
    #expect(looks.max { $0.value < $1.value }!.value == trainer.state.bestScore)
    #expect(trainer.state.bestEpoch == looks.first { $0.value == trainer.state.bestScore }!.step)
    #expect(zip(looks, looks.dropFirst()).allSatisfy { $0.0.seconds <= $0.1.seconds })
    let method = try trainer.recommender()
    #expect(method.curves == trainer.curves)
    for user in [0, 1, 2, 50] {
      let list = try method.rank(graph.query(graph.rows[user]), k: 5).items
      #expect(list.count { Int($0.node.index) % 3 == user % 3 } >= 4, "user \(user): \(list)")
    }
  }

  @Test func `a graph too small for a slice trains through all epochs`() throws {
    let graph = try CommunityGraph(seed: 2, users: 20, items: 10, degree: 4)
    var trainer = try trainer(graph, options(epochs: 3))
    try trainer.run()
    #expect(trainer.curves["loss"]!.count == 3 && trainer.curves["ndcg@20"] == nil)
    #expect(trainer.remarks.count == 1 && trainer.remarks[0].contains("too small"))
  }

  @Test func `a training that runs away says where`() throws {
    let graph = try graph()
    var options = options()
    options.learningRate = 1e30
    options.isCosine = false
    var trainer = try trainer(graph, options)
    let error = #expect(throws: PropagationError.self) { try trainer.run() }
    guard case .diverged(let method, let epoch, let step, _)? = error else {
      Issue.record("found \(String(describing: error)), expected a divergence")
      return
    }
    #expect(method == "lightgcn" && epoch == 1 && step == 2)
  }

  @Test func `options that make no sense are refused`() throws {
    let graph = try CommunityGraph(seed: 2, users: 20, items: 10, degree: 4)
    let faults: [(inout LightGCNOptions) -> Void] = [
      { $0.layerWeights = [] }, { $0.layerWeights = [1, -1] }, { $0.layerWeights = [1] }, { $0.embeddingSize = 0 },
      { $0.sampling = .hard }, { $0.temperature = 0 }, { $0.batch = .pairs(0) }, { $0.hiddenShare = 1 },
      { $0.learningRate = .nan }, { $0.regularization = -1 }, { $0.epochs = 0 }, { $0.negatives = 0 },
    ]
    for fault in faults {
      var options = options()
      fault(&options)
      let error = #expect(throws: PropagationError.self) { _ = try trainer(graph, options) }
      guard case .badOption? = error else {
        Issue.record("found \(String(describing: error)), expected a bad option")
        continue
      }
    }
    let empty = try CommunityGraph(seed: 0, users: 0, items: 3, degree: 0)
    #expect(throws: PropagationError.noEdges(relation: "saved")) { _ = try trainer(empty, options()) }
  }

  @Test func `one user, more dimensions than nodes`() throws {
    let graph = try CommunityGraph(seed: 0, users: 1, items: 3, communities: 1, degree: 3)
    for variant in Self.variants {
      var options = options(epochs: 2)
      variant(&options)
      var trainer = try trainer(graph, options)
      try trainer.run()
      #expect(try trainer.recommender().rank(graph.query([0]), k: 5).items.count == 2)
    }
  }

  // MARK: Folding in

  @Test(arguments: [false, true])
  func `a history is embedded as its user is, a stranger's by its items`(hasUsers: Bool) throws {
    let graph = try CommunityGraph(seed: 3, users: 20, items: 12, degree: 5)
    var options = options(epochs: 3)
    options.isCosine = false
    options.hasUserEmbeddings = hasUsers
    var trainer = try trainer(graph, options)
    try trainer.run()
    let method = try trainer.recommender()
    func row(_ matrix: DenseMatrix, _ index: Int) -> [Double] { matrix.row(index).map { Double($0) } }
    let (items, users) = (trainer.state.parameters.items, trainer.state.parameters.users)
    let reference = DenseLightGCN(
      rows: graph.rows + [[]], itemCount: graph.itemCount, layerWeights: options.layerWeights.map(Double.init),
      users: (0..<21).map { user in users.map { row($0, user) } ?? [Double](repeating: 0, count: 8) },
      items: (0..<graph.itemCount).map { row(items, $0) })
    let expected = reference.embeddings()
    for user in [0, 7, 19] {
      let found = try method.embedding(of: graph.rows[user].map { HistoryItem($0) })
      // Of users with the same history the first is meant.
      let first = graph.rows.firstIndex(of: graph.rows[user])!
      #expect(zip(found, expected[first]).allSatisfy { abs(Double($0) - $1) < 1e-5 })
      let doubled = try method.embedding(of: graph.rows[user].reversed().map { HistoryItem($0, weight: 2) })
      #expect(doubled == found)
    }
    // A stranger who has what user 4 has and one thing more: a graph with him, and nothing of his own.
    let history = Array(Set(graph.rows[4] + [graph.rows[5].first { !graph.rows[4].contains($0) }!])).sorted()
    let found = try method.embedding(of: history.map { HistoryItem($0) })
    let layers = sourceTable(graph, options, trainer.state.parameters)
    for column in 0..<8 {
      let sum = history.reduce(0.0) { sum, item in
        let degree = graph.rows.count { $0.contains(item) }
        return sum + Double(layers[Int(item), column]) / (Double(degree) * Double(history.count)).squareRoot()
      }
      #expect(abs(Double(found[column]) - sum) < 1e-5)
    }
  }

  private func sourceTable(
    _ graph: CommunityGraph, _ options: LightGCNOptions, _ parameters: LightGCNParameters
  ) -> DenseMatrix {
    let relation = try! NormalizedAdjacency(graph.snapshot, hop: graph.hop)
    var layers = LightGCNLayers(
      relation: relation, weights: options.layerWeights, embeddingSize: options.embeddingSize, execution: .serial)
    try! layers.propagate(parameters)
    return layers.sources
  }

  @Test(arguments: [false, true])
  func `an item folded in by its users is what it was, less its own embedding`(hasUsers: Bool) throws {
    let graph = try CommunityGraph(seed: 4, users: 20, items: 12, degree: 5)
    var options = options(epochs: 3)
    options.isCosine = false
    options.hasUserEmbeddings = hasUsers
    var trainer = try trainer(graph, options)
    try trainer.run()
    let method = try trainer.recommender()
    for item in 0..<12 {
      let users = graph.rows.indices.filter { graph.rows[$0].contains(UInt32(item)) }.map { HistoryItem(UInt32($0)) }
      guard !users.isEmpty else { continue }
      let found = try method.candidate(of: users)
      let own = trainer.state.parameters.items.row(item)
      for column in found.indices {
        let expected = method.candidates[item, column] - options.layerWeights[0] * own[column]
        #expect(abs(found[column] - expected) < 1e-5)
      }
    }
  }

  /// Training knows nothing of the dial, so directions are the same, and lengths powers of each other.
  @Test func `the dial of popularity makes candidates as long as it says`() throws {
    let graph = try graph()
    func candidates(_ exponent: Float) throws -> DenseMatrix {
      var options = options(epochs: 2)
      options.lengthExponent = exponent
      var trainer = try trainer(graph, options)
      try trainer.run()
      return try trainer.recommender().candidates
    }
    let (units, half, whole) = (try candidates(0), try candidates(0.5), try candidates(1))
    for row in 0..<units.rowCount {
      let length = whole.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
      for column in 0..<units.columnCount {
        #expect(abs(whole[row, column] - length * units[row, column]) < 1e-5 * max(1, length))
        #expect(abs(half[row, column] - length.squareRoot() * units[row, column]) < 1e-5 * max(1, length))
      }
    }
  }

  @Test(arguments: [false, true])
  func `parts of an explanation are the score`(hasUsers: Bool) throws {
    let graph = try graph()
    var options = options(epochs: 2)
    options.hasUserEmbeddings = hasUsers
    var trainer = try trainer(graph, options)
    try trainer.run()
    let session = try #require(try trainer.recommender().makeSession() as? any ExplainingSession)
    for user in [0, 3] {
      let query = graph.query(graph.rows[user])
      for item in try session.rank(query, k: 3).items {
        let whole = try #require(try session.explanation(of: item.node, for: query, limit: 100))
        #expect(whole.score == item.score)
        #expect(abs(whole.total - item.score) < 1e-9)
        #expect(Set(whole.parts.map(\.source.index)) == Set(graph.rows[user]))
        // What is left is rounding, and the user's own embedding, if any.
        if !hasUsers { #expect(abs(whole.remainder) < 1e-5) }
        let short = try #require(try session.explanation(of: item.node, for: query, limit: 2))
        #expect(short.parts == Array(whole.parts.prefix(2)) && abs(short.total - item.score) < 1e-9)
      }
    }
  }

  // MARK: Parts of a step

  @Test(arguments: [0, 0.75, 1] as [Double])
  func `negatives are drawn by degree, and never what is known`(exponent: Double) throws {
    let graph = try CommunityGraph(seed: 6, users: 30, items: 10, communities: 2, degree: 4, strangers: 0.3)
    let relation = try NormalizedAdjacency(graph.snapshot, hop: graph.hop)
    let sampler = NegativeSampler(relation, exponent: exponent)
    var random = RandomStream(seed: 1, stream: 0)
    var counts = [Double](repeating: 0, count: graph.itemCount)
    for _ in 0..<40_000 { counts[Int(sampler.draw(using: &random))] += 1 }
    let weights = relation.candidateDegrees.map { $0 > 0 ? pow(Double($0), exponent) : 0 }
    let total = weights.reduce(0, +)
    for (count, weight) in zip(counts, weights) { #expect(abs(count / 40_000 - weight / total) < 0.01) }
    for row in graph.rows {
      for _ in 0..<50 {
        let drawn = try #require(sampler.draw(avoiding: row.span, using: &random))
        #expect(!row.contains(drawn))
      }
    }
    let all = (0..<UInt32(graph.itemCount)).map { $0 }
    #expect(sampler.draw(avoiding: all.span, using: &random) == nil)
    let allButOne = all.filter { $0 != 3 }
    #expect(sampler.draw(avoiding: allButOne.span, using: &random) == 3)
  }

  @Test(arguments: [LightGCNOptions.Batch.pairs(64), .users(16)], [Float(0), 0.3])
  func `an epoch has every edge once, and histories lack what is hidden`(
    batch: LightGCNOptions.Batch, hidden: Float
  ) throws {
    let graph = try CommunityGraph(seed: 7, users: 50, items: 30, degree: 8)
    let relation = try NormalizedAdjacency(graph.snapshot, hop: graph.hop)
    var options = options()
    options.batch = batch
    options.hiddenShare = hidden
    var seen: [[UInt32]] = graph.rows.map { _ in [] }
    let plan = BatchPlan(relation, options: options, epoch: 2)
    for number in 0..<plan.count {
      let part = plan.batch(number)
      #expect(part.histories.rowCount == part.users.count)
      for (position, user) in part.users.enumerated() {
        let positives = Array(part.positives[part.offsets[position]..<part.offsets[position + 1]])
        seen[Int(user)] += positives
        let history = part.histories.elements(of: position).map { part.histories.column(at: $0) }
        let row = graph.rows[Int(user)]
        #expect(history == (hidden == 0 ? row : row.filter { !positives.contains($0) }))
        // Normalised as the row of a user with this history.
        for edge in part.histories.elements(of: position) {
          let degree = relation.candidateDegrees[Int(part.histories.column(at: edge))]
          #expect(abs(part.histories.value(at: edge) - 1 / (degree * Float(history.count)).squareRoot()) < 1e-6)
        }
      }
    }
    if case .users = batch, hidden > 0 {
      #expect(seen.allSatisfy { $0.count == 2 })
    } else {
      #expect(seen.map { $0.sorted() } == graph.rows)
    }
    // Another epoch has another order.
    #expect(BatchPlan(relation, options: options, epoch: 3).batch(0).users != plan.batch(0).users)
  }
}

import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import TestSupport
import Testing

@testable import AkinPropagation

/// Propagation, losses and gradients against dense algebra and finite differences in double precision.
@Suite struct LightGCNGradientTests {
  private func matrix(_ rows: [[Double]]) -> DenseMatrix {
    DenseMatrix(rows: rows.count, columns: rows[0].count, elements: rows.joined().map { Float($0) })
  }

  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
    var random = SplitMix64(seed: seed)
    return (0..<rows).map { _ in
      // What a Float holds exactly.
      (0..<columns).map { _ in Double(Float.random(in: -0.5...0.5, using: &random)) }
    }
  }

  private func dense(_ graph: CommunityGraph, weights: [Float], size: Int, seed: UInt64, users: Bool) -> DenseLightGCN {
    let userCount = graph.snapshot.schema.nodeTypes[0].count
    var rows = graph.rows
    while rows.count < userCount { rows.append([]) }
    return DenseLightGCN(
      rows: rows, itemCount: graph.itemCount, layerWeights: weights.map(Double.init),
      users: users
        ? random(userCount, size, seed: seed) : .init(repeating: .init(repeating: 0, count: size), count: userCount),
      items: random(graph.itemCount, size, seed: seed + 1))
  }

  @Test(
    arguments: [
      [0.5, 0.5], [0.2, 0.3, 0.5], [0.25, 0.25, 0.25, 0.25], [0, 0.4, 0, 0.1, 0.5], [0.1, 0, 0.2, 0.3, 0.2, 0.2],
    ],
    [false, true])
  func `layers are powers of the normalised adjacency`(weights: [Float], hasUsers: Bool) throws {
    for seed in UInt64(0)..<4 {
      let graph = try CommunityGraph(seed: seed, users: 7, items: 9, degree: 3)
      let reference = dense(graph, weights: weights, size: 5, seed: seed, users: hasUsers)
      let expected = reference.embeddings()
      let relation = try NormalizedAdjacency(graph.snapshot, hop: graph.hop)
      var layers = LightGCNLayers(relation: relation, weights: weights, embeddingSize: 5, execution: .serial)
      try layers.propagate(
        LightGCNParameters(items: matrix(reference.items), users: hasUsers ? matrix(reference.users) : nil))
      var users = DenseMatrix(rows: relation.connectorCount, columns: 5)
      try relation.connectors.multiply(layers.sources, into: &users)
      for user in 0..<relation.connectorCount {
        for column in 0..<5 {
          let found = Double(users[user, column]) + Double(weights[0]) * reference.users[user][column]
          #expect(abs(found - expected[user][column]) < 1e-6)
        }
      }
      for item in 0..<relation.candidateCount {
        for column in 0..<5 {
          let found = Double(layers.targets[item, column])
          #expect(abs(found - expected[relation.connectorCount + item][column]) < 1e-6)
        }
      }
    }
  }

  @Test(
    arguments: [LightGCNOptions.Loss.softmax, .bpr, .crossEntropy],
    [(false, false), (true, false), (false, true), (true, true)])
  func `loss and gradient are those of the definition`(
    loss: LightGCNOptions.Loss, variant: (isCosine: Bool, hasUsers: Bool)
  ) throws {
    let weights: [[Float]] = [[0.3, 0.2, 0.4, 0.1], [0.6, 0.4], [0.1, 0.3, 0.6], [0.1, 0.2, 0.3, 0.1, 0.3], [1]]
    for seed in weights.indices.map({ UInt64($0) }) where variant.hasUsers || weights[Int(seed)].count > 1 {
      // With the pairwise losses each user lacks one item alone, which then is the negative.
      let graph = try CommunityGraph(
        seed: seed, users: 8, items: 6, communities: 1, degree: loss == .softmax ? 3 : 5, isolated: true)
      var options = LightGCNOptions()
      options.layerWeights = weights[Int(seed)]
      options.embeddingSize = 4
      options.hasUserEmbeddings = variant.hasUsers
      options.loss = loss
      options.isCosine = variant.isCosine
      options.temperature = 0.5
      // As many draws as leave no item out.
      options.negatives = loss == .softmax ? 400 : 2
      options.regularization = 0.3
      options.batch = .users(100)
      let reference = dense(graph, weights: options.layerWeights, size: 4, seed: seed, users: variant.hasUsers)
      let relation = try NormalizedAdjacency(graph.snapshot, hop: graph.hop)
      var step = LightGCNStep(relation, options: options, execution: .serial)
      let batch = BatchPlan(relation, options: options, epoch: 0).batch(0)
      let result = try step.evaluate(
        step.prepare(batch, step: 0),
        LightGCNParameters(items: matrix(reference.items), users: variant.hasUsers ? matrix(reference.users) : nil))
      let kind: DenseLightGCN.Loss = loss == .softmax ? .softmax : loss == .bpr ? .bpr : .crossEntropy
      func value(_ model: DenseLightGCN) -> Double {
        model.loss(kind, isCosine: variant.isCosine, temperature: 0.5, regularization: 0.3)
      }
      #expect(abs(result.loss - value(reference)) < 1e-5)
      func slope(_ change: (inout DenseLightGCN, Double) -> Void) -> Double {
        var (up, down) = (reference, reference)
        change(&up, 1e-5)
        change(&down, -1e-5)
        return (value(up) - value(down)) / 2e-5
      }
      for item in 0..<graph.itemCount - 1 {
        for column in 0..<4 {
          let expected = slope { $0.items[item][column] += $1 }
          #expect(abs(Double(result.gradient.items[item, column]) - expected) < 2e-5, "item \(item), \(column)")
        }
      }
      guard let users = result.gradient.users else {
        #expect(!variant.hasUsers)
        continue
      }
      for user in graph.rows.indices {
        for column in 0..<4 {
          let expected = slope { $0.users[user][column] += $1 }
          #expect(abs(Double(users[user, column]) - expected) < 2e-5, "user \(user), \(column)")
        }
      }
    }
  }

  /// Draws and what is hidden are the same for the same step, so the loss is a smooth function that differences suit.
  @Test(
    arguments: LightGCNOptions.Sampling.allCases,
    [(LightGCNOptions.Batch.pairs(40), 3), (.users(10), 3), (.users(10), 1), (.pairs(40), 4)])
  func `the gradient is that of the loss that is told`(
    sampling: LightGCNOptions.Sampling, shape: (batch: LightGCNOptions.Batch, layers: Int)
  ) throws {
    let graph = try CommunityGraph(seed: 5, users: 20, items: 16, degree: 5)
    var options = LightGCNOptions()
    options.embeddingSize = 4
    options.hasUserEmbeddings = true
    options.loss = sampling == .hard ? .bpr : .softmax
    options.sampling = sampling
    options.negatives = sampling == .hard ? 2 : 8
    options.temperature = 0.5
    options.batch = shape.batch
    options.layerWeights = LightGCNOptions.equalWeights(layers: shape.layers)
    options.hiddenShare = 0.4
    let reference = dense(graph, weights: options.layerWeights, size: 4, seed: 3, users: true)
    let relation = try NormalizedAdjacency(graph.snapshot, hop: graph.hop)
    var step = LightGCNStep(relation, options: options, execution: .serial)
    let part = BatchPlan(relation, options: options, epoch: 1).batch(0)
    let start = LightGCNParameters(items: matrix(reference.items), users: matrix(reference.users))
    let gradient = try step.evaluate(step.prepare(part, step: 7), start).gradient
    for seed in UInt64(10)..<14 {
      let direction = LightGCNParameters(
        items: matrix(random(graph.itemCount, 4, seed: seed)), users: matrix(random(21, 4, seed: seed + 100)))
      func loss(_ factor: Float) throws -> Double {
        var moved = start
        try moved.items.scaleAccumulate(direction.items, times: factor, keeping: 1)
        try moved.users!.scaleAccumulate(direction.users!, times: factor, keeping: 1)
        return try step.evaluate(step.prepare(part, step: 7), moved).loss
      }
      let found = try (loss(2e-3) - loss(-2e-3)) / 4e-3
      let expected = zip([gradient.items, gradient.users!], [direction.items, direction.users!]).reduce(0.0) {
        $0 + $1.0.rowDots(with: $1.1).reduce(0.0) { $0 + Double($1) }
      }
      #expect(abs(found - expected) < 2e-3 * max(0.1, abs(expected)), "\(found) for \(expected)")
    }
  }
}

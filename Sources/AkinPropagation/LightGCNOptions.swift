/// How LightGCN is trained.
public struct LightGCNOptions: Sendable, Equatable {
  /// αₗ: how much each layer counts, from layer 0, which is learned, on. One more than there are layers; at least one
  /// positive.
  public var layerWeights: [Float] = Self.equalWeights(layers: 3)
  /// d, at least 1.
  public var embeddingSize = 64
  /// Whether connectors (users) have embeddings of their own at layer 0, as in the paper. Without, a user is what the items
  /// of his history are, so one whom training never saw is served as well as any other, and a step costs half.
  public var hasUserEmbeddings = false
  /// How edges count.
  public var numbers: NormalizedAdjacency.EdgeCount = .binary

  /// What is minimised.
  public var loss: Loss = .softmax
  /// Where negatives come from.
  public var sampling: Sampling = .uniform
  /// How many negatives: in all for a batch with the softmax, for each pair otherwise. At least 1.
  public var negatives = 4096
  /// Hard negatives are the highest scored of so many drawn, at least 1.
  public var hardPool = 8
  /// Whether scores are cosines rather than dot products.
  public var isCosine = true
  /// With cosines, how much the length that a candidate's embedding would have counts when lists are made, as an exponent:
  /// 0 are cosines, 1 the dot products. Popular candidates have long embeddings, so it is a dial of popularity.
  public var lengthExponent: Float = 0
  /// Scores are divided by this in the loss; positive.
  public var temperature: Float = 0.1

  /// What a step learns from; at least 1 of it.
  public var batch: Batch = .users(512)
  /// Share of a user's history, in 0..<1, that is kept from the user's embedding in a step and predicted from the rest.
  /// With 0 all of it is both, as in the paper.
  public var hiddenShare: Float = 0
  /// Learning rate of Adam; positive. It is halved at each look at the held-out slice, but the first in a row, that found
  /// nothing better.
  public var learningRate: Float = 0.005
  /// λ: the loss has λ/2 times the mean squared length of the layer-0 embeddings that a pair of the batch involves.
  public var regularization: Float = 1e-4
  /// Whether only embeddings of nodes in the batch are updated.
  public var isLazy = false
  /// Where the embeddings of layer 0 start from.
  public var start: Start = .singularVectors

  /// At most so many passes over the edges, at least 1.
  public var epochs = 200
  /// Epochs from one look at the held-out slice to the next, at least 1.
  public var checkInterval = 5
  /// Training stops when so many looks in a row brought no better NDCG@20; at least 1.
  public var patience = 4
  /// Share of the history of up to `heldOutUsers` users that is held out. Graphs of fewer than 2000 edges have no slice and
  /// train through all epochs.
  public var heldOutShare: Float = 0.2
  /// Most users whose histories give to the held-out slice.
  public var heldOutUsers = 2000
  /// Seed of everything that is drawn: start, batches, negatives, slice.
  public var seed: UInt64 = 0

  /// What is minimised: the mean over the pairs (u, i) of a batch of
  public enum Loss: Int, Sendable, CaseIterable {
    /// −log(exp sᵤᵢ / (exp sᵤᵢ + c · Σⱼ exp sᵤⱼ)) over the batch's negatives j. With uniform sampling c is how many items each
    /// of them stands for, so that few negatives lead where all would; else c is 1.
    case softmax
    /// log(1 + exp(sᵤⱼ − sᵤᵢ)), averaged over the pair's negatives j.
    case bpr
    /// log(1 + exp(−sᵤᵢ)) + log(1 + exp sᵤⱼ), averaged over the pair's negatives j.
    case crossEntropy
  }

  /// Where negatives come from; never one that the user has.
  public enum Sampling: Int, Sendable, CaseIterable {
    /// Every item that has an edge alike.
    case uniform
    /// By degree to the power ¾.
    case popularity
    /// The highest scored of several uniform draws; the softmax, which weighs negatives by their scores, has no use for it.
    case hard
    /// Items of the batch's own pairs, which is by degree.
    case inBatch
  }

  /// The pairs that a step learns from, by number.
  public enum Batch: Sendable, Equatable {
    /// Single edges.
    case pairs(Int)
    /// Whole histories. A user's share of a loss over many negatives is then computed once for all his edges.
    case users(Int)
  }

  /// What layer 0 is before the first step.
  public enum Start: Int, Sendable, CaseIterable {
    /// Normal with standard deviation 0.1.
    case random
    /// The singular vectors of the normalised relation, as long as random ones are in the mean.
    case singularVectors
  }

  /// Softmax over 4096 uniform negatives, cosines, whole histories of 512 users a step.
  public init() {}

  /// As many weights as there are layers and one more, all alike, with sum 1.
  public static func equalWeights(layers: Int) -> [Float] {
    [Float](repeating: 1 / Float(layers + 1), count: layers + 1)
  }

  /// - Throws: `PropagationError.badOption`.
  func validate() throws(PropagationError) {
    func require(_ holds: Bool, _ name: String, _ found: Any, _ expected: String) throws(PropagationError) {
      if !holds { throw .badOption(name: name, found: "\(found)", expected: expected) }
    }
    try require(
      !layerWeights.isEmpty && layerWeights.allSatisfy { $0 >= 0 && $0.isFinite } && layerWeights.contains { $0 > 0 },
      "layerWeights", layerWeights, "numbers of at least 0, one of them positive")
    try require(
      hasUserEmbeddings || layerWeights.dropFirst().contains { $0 > 0 }, "layerWeights", layerWeights,
      "a positive weight after layer 0 where users have no embeddings of their own")
    try require(embeddingSize >= 1, "embeddingSize", embeddingSize, "at least 1")
    try require(negatives >= 1 && hardPool >= 1, "negatives", min(negatives, hardPool), "at least 1")
    try require(
      loss != .softmax || sampling != .hard, "sampling", "hard negatives with the softmax",
      "another sampling, since the softmax weighs negatives by their scores")
    try require(lengthExponent.isFinite, "lengthExponent", lengthExponent, "a finite number")
    try require(temperature > 0 && temperature.isFinite, "temperature", temperature, "a positive number")
    switch batch {
    case .pairs(let count), .users(let count): try require(count >= 1, "batch", count, "at least 1")
    }
    try require((0..<1).contains(hiddenShare), "hiddenShare", hiddenShare, "a number from 0 to less than 1")
    try require(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "a positive number")
    try require(regularization >= 0 && regularization.isFinite, "regularization", regularization, "at least 0")
    try require(
      epochs >= 1 && checkInterval >= 1 && patience >= 1, "epochs", min(epochs, checkInterval, patience), "at least 1")
    try require((0..<1).contains(heldOutShare), "heldOutShare", heldOutShare, "a number from 0 to less than 1")
  }
}

import AkinGraph
import AkinPropagation
import AkinRanking

extension MethodDefinition {
  static let bprMF: MethodDefinition = {
    let parameters: [ParameterDefinition] = [
      .init(
        name: "size", defaultValue: 64, range: 1...4096, isWhole: true, help: "length of the factors",
        search: SearchRange(16...256, isLogarithmic: true)),
      .init(
        name: "rate", defaultValue: 0.1, range: 1e-6...10, isWhole: false, help: "learning rate of the first epoch",
        search: SearchRange(0.01...0.3, isLogarithmic: true)),
      .rateDecay(0.98),
      .init(
        name: "regularization", defaultValue: 0.01, range: 0...100, isWhole: false,
        help: "how much factors are held down", search: SearchRange(0.0005...0.1, isLogarithmic: true)),
      .init(
        name: "epochs", defaultValue: 60, range: 1...1e6, isWhole: true, help: "passes over the edges",
        search: SearchRange(20...200, isLogarithmic: true)),
      .init(
        name: "negatives", defaultValue: 4, range: 1...1000, isWhole: true, help: "negatives for each edge and epoch"),
      .descentSeed,
    ]
    return .descent(
      name: "bpr-mf", summary: "factors by Bayesian personalised ranking (BPR-MF)", parameters: parameters,
      measure: "loss",
      options: { context in
        var options = PairwiseFactorsOptions()
        options.embeddingSize = Int(context.values["size"]!)
        options.learningRate = context.values["rate"]!
        options.rateDecay = context.values["decay"]!
        options.regularization = context.values["regularization"]!
        options.epochs = Int(context.values["epochs"]!)
        options.negatives = Int(context.values["negatives"]!)
        options.seed = UInt64(context.values["seed"]!)
        return options
      },
      recommender: { (model: PairwiseFactors, context, info) in
        let adjacency = context.snapshot.adjacency(context.hop)
        let isKnown = try (0..<UInt32(adjacency.nodeCount)).map { try adjacency.degree(of: $0) > 0 }
        return try EmbeddingRecommender(
          context.snapshot, hop: context.hop, candidates: model.candidates,
          foldIn: PairwiseFoldIn(model, isKnown: isKnown), info: info)
      })
  }()
}

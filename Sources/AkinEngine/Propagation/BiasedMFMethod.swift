import AkinGraph
import AkinPropagation
import AkinRanking

extension MethodDefinition {
  static let biasedMF: MethodDefinition = {
    let parameters: [ParameterDefinition] = [
      .init(
        name: "size", defaultValue: 32, range: 1...4096, isWhole: true, help: "length of the factors",
        search: SearchRange(4...128, isLogarithmic: true)),
      .init(
        name: "rate", defaultValue: 0.02, range: 1e-6...10, isWhole: false, help: "learning rate of the first epoch",
        search: SearchRange(0.002...0.1, isLogarithmic: true)),
      .rateDecay(0.95),
      .init(
        name: "regularization", defaultValue: 0.06, range: 1e-9...100, isWhole: false,
        help: "how much factors and biases are held down", search: SearchRange(0.005...0.3, isLogarithmic: true)),
      .init(
        name: "epochs", defaultValue: 50, range: 1...1e6, isWhole: true, help: "passes over the ratings",
        search: SearchRange(10...100, isLogarithmic: true)),
      .descentSeed,
    ]
    var definition: MethodDefinition = .descent(
      name: "biased-mf", summary: "ratings by biased matrix factorisation", parameters: parameters, measure: "RMSE",
      options: { context in
        var options = RatingFactorsOptions()
        options.embeddingSize = Int(context.values["size"]!)
        options.learningRate = context.values["rate"]!
        options.rateDecay = context.values["decay"]!
        options.regularization = context.values["regularization"]!
        options.epochs = Int(context.values["epochs"]!)
        options.seed = UInt64(context.values["seed"]!)
        return options
      },
      recommender: { (model: RatingFactors, context, info) in
        try EmbeddingRecommender(
          context.snapshot, hop: context.hop, candidates: model.predictors, foldIn: RatingFoldIn(model), info: info,
          bounds: model.scale)
      })
    definition.predictsRatings = true
    definition.needsRatings = true
    return definition
  }()
}

import AkinGraph
import AkinPropagation
import AkinRanking

extension MethodDefinition {
  static let als: MethodDefinition = {
    let parameters: [ParameterDefinition] = [
      .init(
        name: "size", defaultValue: 128, range: 1...4096, isWhole: true, help: "length of the factors",
        search: SearchRange(32...512, isLogarithmic: true)),
      .init(
        name: "unobserved", defaultValue: 0.1, range: 1e-6...1e6, isWhole: false,
        help: "how much a pair without an edge counts against one with",
        search: SearchRange(0.003...1, isLogarithmic: true)),
      .init(
        name: "regularization", defaultValue: 0.01, range: 1e-9...1e6, isWhole: false,
        help: "how much factors are held down", search: SearchRange(0.0003...0.3, isLogarithmic: true)),
      .init(
        name: "frequency", defaultValue: 0.5, range: 0...2, isWhole: false,
        help: "how much more those of nodes with many edges are", search: SearchRange(0...1)),
      .init(name: "sweeps", defaultValue: 16, range: 1...1000, isWhole: true, help: "how often both sides are solved"),
      .edgeNumbers,
      .init(name: "seed", defaultValue: 0, range: 0...1e15, isWhole: true, help: "seed of the first factors"),
    ]
    return MethodDefinition(
      name: "als", summary: "factors by alternating least squares on implicit feedback", parameters: parameters
    ) { context in
      var options = ImplicitALSOptions()
      options.embeddingSize = Int(context.values["size"]!)
      options.unobservedWeight = context.values["unobserved"]!
      options.regularization = context.values["regularization"]!
      options.frequencyExponent = context.values["frequency"]!
      options.sweeps = Int(context.values["sweeps"]!)
      options.numbers = context.edgeCount
      options.seed = UInt64(context.values["seed"]!)
      let model = try ImplicitALS(context.snapshot, hop: context.hop, options: options, execution: context.execution)
      return try EmbeddingRecommender(
        context.snapshot, hop: context.hop, candidates: model.candidates, foldIn: ALSFoldIn(model),
        info: MethodInfo(
          name: "als", parameters: context.described(parameters), fingerprint: context.snapshot.fingerprint))
    }
  }()
}

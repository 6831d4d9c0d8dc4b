import AkinGraph
import AkinPropagation
import AkinRanking

extension MethodDefinition {
  static let ease: MethodDefinition = {
    let parameters: [ParameterDefinition] = [
      .init(
        name: "regularization", defaultValue: 100, range: 1e-6...1e9, isWhole: false,
        help: "how much weights are held down",
        search: SearchRange(5...2000, isLogarithmic: true)),
      .init(
        name: "neighborhood", defaultValue: 500, range: 0...1e6, isWhole: true,
        help: "how many similar items each item is explained by; 0: all, in memory for all pairs"),
      .edgeNumbers,
    ]
    return MethodDefinition(
      name: "ease", summary: "each item regressed on the others (EASE)", parameters: parameters
    ) { context in
      var options = ItemRegressionOptions()
      options.regularization = context.values["regularization"]!
      options.neighborhood = context.neighborhood
      options.numbers = context.edgeCount
      return try ItemRegression(
        context.snapshot, hop: context.hop, options: options,
        info: MethodInfo(
          name: "ease", parameters: context.described(parameters), fingerprint: context.snapshot.fingerprint),
        execution: context.execution)
    }
  }()
}

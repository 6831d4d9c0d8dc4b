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
        help: "how many similar items each item is explained by; 0: all"),
      .init(
        name: "stored", defaultValue: 1, range: 0...1, isWhole: true,
        help: "with all items: 1 keeps the weights of all pairs in memory, 0 solves for each history in little memory"),
      .init(
        name: "b", defaultValue: 0, range: -2...2, isWhole: false,
        help: "popularity dial: history divided and scores multiplied by degrees to this power",
        search: SearchRange(0...0.5)),
      .edgeNumbers,
    ]
    @Sendable func options(_ context: MethodContext) -> ItemRegressionOptions {
      var options = ItemRegressionOptions()
      options.regularization = context.values["regularization"]!
      options.neighborhood = context.neighborhood
      options.storesAllPairs = context.values["stored"]! == 1
      options.popularityExponent = context.values["b"]!
      options.numbers = context.edgeCount
      return options
    }
    @Sendable func info(_ context: MethodContext) -> MethodInfo {
      MethodInfo(name: "ease", parameters: context.described(parameters), fingerprint: context.snapshot.fingerprint)
    }
    @Sendable func made(
      _ context: MethodContext, progress: (@Sendable (_ items: Int) -> Void)? = nil
    ) throws -> ItemRegression {
      try ItemRegression(
        context.snapshot, hop: context.hop, options: options(context), info: info(context),
        execution: context.execution, progress: progress)
    }
    return MethodDefinition(
      name: "ease", summary: "each item regressed on the others (EASE)", parameters: parameters, make: { try made($0) },
      training: TrainingDefinition(
        train: { context, run in
          let items = context.snapshot.adjacency(context.hop).nodeCount
          let method = try made(context) { run.progress(TrainingProgress(done: $0, total: items, unit: "item")) }
          try method.write(
            to: run.output, provenance: context.provenance(of: "ease"), execution: context.execution)
          return TrainingReport()
        },
        load: { context, file in
          try ItemRegression(
            context.snapshot, hop: context.hop, model: file, options: options(context), info: info(context))
        }))
  }()
}

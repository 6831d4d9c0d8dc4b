import AkinGraph
import AkinPropagation
import AkinRanking

extension MethodDefinition {
  /// A method that is a graph filter, with what people set as its options.
  static func graphFilter(
    _ name: String, _ summary: String, parameters: [ParameterDefinition],
    options: @escaping @Sendable ([String: Double]) -> GraphFilterOptions
  ) -> MethodDefinition {
    let all = parameters + [.edgeNumbers, .filterSeed]
    return MethodDefinition(name: name, summary: summary, parameters: all) { context in
      var chosen = options(context.values)
      chosen.numbers = context.edgeCount
      return try GraphFilter(
        context.snapshot, hop: context.hop, options: chosen, seed: UInt64(context.values["seed"]!),
        info: .init(name: name, parameters: context.described(all), fingerprint: context.snapshot.fingerprint),
        execution: context.execution)
    }
  }
}

extension ParameterDefinition {
  /// How edges count in matrices.
  static let edgeNumbers = ParameterDefinition(
    name: "numbers", defaultValue: 0, range: 0...1, isWhole: true,
    help: "what edges count: 0 all alike, 1 their weights")

  static let filterSeed = ParameterDefinition(
    name: "seed", defaultValue: 0, range: 0...1e15, isWhole: true, help: "seed of the search for singular vectors")

  static let individualExponent = ParameterDefinition(
    name: "spread", defaultValue: 0, range: -20...20, isWhole: false,
    help: "added to the exponent of singular values for the most homogeneous history and candidate; 0: all alike",
    search: SearchRange(-1...3))

  static func rank(_ standard: Double) -> ParameterDefinition {
    .init(
      name: "rank", defaultValue: standard, range: 0...1e5, isWhole: true,
      help: "singular vectors of the low-pass; 0: none; no more than the graph has",
      search: SearchRange(16...512, isLogarithmic: true))
  }
}

extension MethodContext {
  var edgeCount: NormalizedAdjacency.EdgeCount { .init(rawValue: Int(values["numbers"]!))! }
}

extension GraphFilterOptions.LowPass {
  /// `nil` for a rank of 0.
  init?(
    rank: Double, weight: Double, signalExponent: Double, valueExponent: Double = 0, individualExponent: Double = 0,
    normalization: Double = 0.5
  ) {
    guard rank > 0, weight != 0 else { return nil }
    self.init(rank: Int(rank), weight: weight, signalExponent: signalExponent)
    self.valueExponent = valueExponent
    self.individualExponent = individualExponent
    self.normalization = normalization
  }
}

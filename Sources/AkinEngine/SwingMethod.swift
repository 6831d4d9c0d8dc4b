import AkinNeighbors

extension MethodDefinition {
  static let swing: MethodDefinition = {
    let parameters: [ParameterDefinition] =
      [
        .init(
          name: "alpha", defaultValue: 1, range: 0.001...1e6, isWhole: false,
          help: "how much a pair of users that agrees on little else counts at most",
          search: SearchRange(0.1...100, isLogarithmic: true)),
        .init(
          name: "userLimit", defaultValue: 500, range: 2...1e6, isWhole: true,
          help: "users of a node that are compared with each other"),
        .init(
          name: "userWeights", defaultValue: 1, range: 0...1, isWhole: true,
          help: "1: users with many edges count less; 0: all alike"),
      ] + ParameterDefinition.ofNeighbors
    return .similarNodes("swing", "pairs of users who agree on little else", parameters: parameters) { context in
      Swing(
        context.snapshot, hop: context.hop, alpha: context.values["alpha"]!,
        userLimit: Int(context.values["userLimit"]!), isUserWeighted: context.values["userWeights"]! == 1,
        options: NeighborOptions(context.values))
    }
  }()
}

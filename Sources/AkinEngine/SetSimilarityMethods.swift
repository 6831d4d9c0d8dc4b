import AkinNeighbors

extension MethodDefinition {
  static let setSimilarities: [MethodDefinition] = [
    .similarNodes("cosine", "angle between two nodes' edges", numbers: .weights) { _ in Cosine() },
    .similarNodes("jaccard", "what two nodes share of what either has") { _ in Jaccard() },
    .similarNodes("weighted-jaccard", "Jaccard of weights", numbers: .weights) { _ in WeightedJaccard() },
    .similarNodes("dice", "twice what two nodes share over what they have") { _ in Dice() },
    .similarNodes("overlap", "what two nodes share of what the smaller has", shrinkage: 10) { _ in Overlap() },
    .similarNodes(
      "conditional", "how likely who has one has the other, less what the other has anyway (alpha)",
      parameters: [
        .init(
          name: "alpha", defaultValue: ConditionalProbability().alpha, range: 0...10, isWhole: false,
          help: "popularity dial: 0 favours popular nodes, 1 takes popularity out", search: SearchRange(0...1.2))
      ]
    ) { ConditionalProbability(alpha: $0["alpha"]!) },
  ]
}

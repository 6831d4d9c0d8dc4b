import AkinNeighbors

extension MethodDefinition {
  static let correlations: [MethodDefinition] = {
    let all: [MethodDefinition] = [
      .similarNodes("pearson", "correlation of ratings", numbers: .values, shrinkage: 200) { _ in Pearson() },
      .similarNodes("adjusted-cosine", "cosine of ratings less each rater's mean", numbers: .values, shrinkage: 200) {
        _ in
        AdjustedCosine()
      },
    ]
    return all.map { definition in
      var definition = definition
      definition.needsRatings = true
      return definition
    }
  }()
}

import AkinNeighbors

extension MethodDefinition {
  static let associations: [MethodDefinition] = [
    .similarNodes("llr", "log-likelihood ratio: how surprising the overlap is") { _ in LogLikelihoodRatio() },
    .similarNodes("pmi", "pointwise mutual information", shrinkage: 200) { _ in PointwiseMutualInformation() },
    .similarNodes("npmi", "normalised pointwise mutual information", shrinkage: 200) { _ in NormalizedPMI() },
    .similarNodes(
      "lift", "how many times chance two nodes come together, few meetings held down (shrinkage)", shrinkage: 200
    ) { _ in Lift() },
  ]
}

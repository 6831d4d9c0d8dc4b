import AkinNeighbors

extension MethodDefinition {
  static let associations: [MethodDefinition] = [
    .similarNodes("llr", "log-likelihood ratio: how surprising the overlap is") { _ in LogLikelihoodRatio() },
    .similarNodes("pmi", "pointwise mutual information") { _ in PointwiseMutualInformation() },
    .similarNodes("npmi", "normalised pointwise mutual information") { _ in NormalizedPMI() },
    .similarNodes("lift", "how many times chance two nodes come together") { _ in Lift() },
  ]
}

import AkinNeighbors

extension MethodDefinition {
  static let similarUsers: [MethodDefinition] = [
    .similarUsers("user-cosine", "what users with similar edges have", numbers: .weights) { _ in Cosine() },
    .similarUsers("user-jaccard", "what users who share much have") { _ in Jaccard() },
  ]
}

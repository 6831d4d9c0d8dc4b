import AkinNeighbors

extension MethodDefinition {
  static let termWeights: [MethodDefinition] = [
    .similarNodes("tfidf", "cosine of TF-IDF weights", numbers: .weights) { _ in TFIDF() },
    .similarNodes(
      "bm25", "cosine of BM25 weights", numbers: .weights,
      parameters: [
        .init(
          name: "k1", defaultValue: BM25().k1, range: 0...1e6, isWhole: false,
          help: "how slowly repeated edges saturate", search: SearchRange(0.5...500, isLogarithmic: true)),
        .init(
          name: "b", defaultValue: BM25().b, range: 0...1, isWhole: false, help: "how much long rows are held down",
          search: SearchRange(0...1)),
        .init(
          name: "normalized", defaultValue: 1, range: 0...1, isWhole: true, help: "1: cosine; 0: plain product"),
      ]
    ) { BM25(k1: $0["k1"]!, b: $0["b"]!, isNormalized: $0["normalized"]! == 1) },
  ]
}

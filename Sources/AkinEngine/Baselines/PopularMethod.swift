import AkinGraph
import AkinRanking

extension MethodDefinition {
  /// The items with the most edges, the same for everybody: what any other method has to beat.
  static let popular = MethodDefinition(
    name: "popular", summary: "most popular first, the same for everybody", isPersonalized: false, parameters: [],
    make: { context in
      let adjacency = context.snapshot.adjacency(context.hop)
      return ScoredCandidates(
        info: context.info(of: "popular"), type: context.snapshot.origin(of: context.hop),
        scores: try (0..<UInt32(adjacency.nodeCount)).map { Double(try adjacency.degree(of: $0)) })
    })
}

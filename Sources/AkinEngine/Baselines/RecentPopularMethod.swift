import AkinGraph
import AkinRanking
import Glibc

extension MethodDefinition {
  /// Popularity of late: each edge counts 2^(−age / half-life), its age measured from the latest edge of the graph. Edges
  /// without a time count nothing.
  static let recentPopular = MethodDefinition(
    name: "recent-popular", summary: "most popular of late, the same for everybody", isPersonalized: false,
    parameters: [
      .init(
        name: "halfLife", defaultValue: 30, range: 0.001...1e6, isWhole: false,
        help: "days after which an edge counts half", search: SearchRange(1...1000, isLogarithmic: true))
    ],
    make: { context in
      let adjacency = context.snapshot.adjacency(context.hop)
      guard let times = adjacency.attributes.times,
        let latest = (0..<times.count).lazy.compactMap({ times.time(at: $0) }).max()
      else {
        let relation = context.snapshot.schema.relations[context.hop.relation].name
        throw EngineError.missingData(
          method: "recent-popular", found: "edges of '\(relation)' without times",
          expected: "a time column at the import")
      }
      let secondsPerHalf = context.values["halfLife"]! * 86_400
      let scores = try (0..<UInt32(adjacency.nodeCount)).map { index in
        try adjacency.edges(of: index).reduce(0.0) { sum, edge in
          guard let time = times.time(at: edge) else { return sum }
          return sum + exp2(-(Double(latest) - Double(time)) / secondsPerHalf)
        }
      }
      return ScoredCandidates(
        info: context.info(of: "recent-popular"), type: context.snapshot.origin(of: context.hop), scores: scores)
    })
}

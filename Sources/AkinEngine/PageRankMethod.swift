import AkinGraph
import AkinPageRank

extension MethodDefinition {
  static let pageRank: MethodDefinition = {
    let defaults = PersonalizedPageRankOptions()
    return MethodDefinition(
      name: "pagerank",
      summary: "personalized PageRank near the sources, with a statement of what is proven",
      parameters: [
        .init(
          name: "damping", defaultValue: defaults.damping, range: 0...0.9999, isWhole: false,
          help: "probability of following an edge rather than restarting",
          recommendationDefault: 0.3,
          search: SearchRange(0.2...0.95)),
        .init(
          name: "weighted", defaultValue: defaults.usesWeights ? 1 : 0, range: 0...1, isWhole: true,
          help: "1: edges count by their weight; 0: all alike"),
        .init(
          name: "edges", defaultValue: Double(defaults.edges), range: 0...1e15, isWhole: true,
          help: "most edges to follow; 0: as many as the proof takes"),
        .init(
          name: MethodRegistry.timeBudget, defaultValue: defaults.milliseconds, range: 0...1e9, isWhole: false,
          help: "most time to take; 0: no limit"),
        .init(
          name: "exact", defaultValue: 0, range: 0...1, isWhole: true,
          help: "1: all scores to within the tolerance, in passes over the whole graph that the queries of --all share"),
        .init(
          name: "tolerance", defaultValue: defaults.tolerance, range: 1e-14...1, isWhole: false,
          help: "stop when the error of all scores is at most this, proven or not"),
        .init(
          name: "hubExponent", defaultValue: defaults.hubExponent, range: 0...10, isWhole: false,
          help: "popularity dial: 0 is PageRank itself, 1 takes popularity out",
          recommendationDefault: 0.5,
          search: SearchRange(0...1.2)),
        .init(
          name: "hubSmoothing", defaultValue: defaults.hubSmoothing, range: 0...1e9, isWhole: false,
          help: "added to a popularity before it is penalised",
          search: SearchRange(1...300, isLogarithmic: true)),
        .init(
          name: "hubRank", defaultValue: 0, range: 0...1, isWhole: true,
          help: "popularity is 0: the degree; 1: the PageRank in the whole graph, on the scale of degrees"),
      ],
      texts: [
        .init(
          name: "ways", defaultValue: "there-and-back", expectation: WaysText.expectation,
          help: "where the surfer may go: \(WaysText.expectation)", accepts: { WaysText(parsing: $0) != nil })
      ],
      perRelation: [
        .init(
          name: "weight", defaultValue: 1, range: 0...1e9, isWhole: false,
          help: "what edges of a relation count where ways give a choice")
      ],
      make: { context in
        var options = PersonalizedPageRankOptions()
        options.damping = context.values["damping"]!
        options.usesWeights = context.values["weighted"]! == 1
        options.edges = Int(context.values["edges"]!)
        options.milliseconds = context.values[MethodRegistry.timeBudget]!
        options.isExact = context.values["exact"]! == 1
        options.tolerance = context.values["tolerance"]!
        options.hubExponent = context.values["hubExponent"]!
        options.hubSmoothing = context.values["hubSmoothing"]!
        options.hubMeasure = context.values["hubRank"]! == 1 ? .rank : .degree
        let text = context.texts["ways"]!
        do {
          let ways = try WaysText(parsing: text)!.ways(
            in: context.snapshot.schema, along: context.hop, weights: context.values(perRelation: "weight"))
          return try PersonalizedPageRank(
            context.snapshot, following: ways, ranking: context.snapshot.origin(of: context.hop), options: options,
            execution: context.queryExecution)
        } catch let error as PageRankError {
          throw EngineError.unfitParameter("ways", method: "pagerank", found: text, reason: "\(error)")
        }
      })
  }()
}

public import AkinGraph
public import AkinRanking
public import AkinWalks

extension MethodDefinition {
  static let pixie: MethodDefinition = {
    let defaults = PixieOptions()
    let recommending = PixieOptions.forRecommendation
    return MethodDefinition(
      name: "pixie",
      summary: "random walks with restart, popularity kept in check",
      parameters: [
        .init(
          name: "steps", defaultValue: Double(defaults.steps), range: 1...1e9, isWhole: true,
          help: "budget of the query, in steps of two hops"),
        .init(
          name: "restart", defaultValue: defaults.restart, range: 0...1, isWhole: false,
          help: "probability of going back to the source after a step",
          search: SearchRange(0.2...0.95)),
        .init(
          name: "connectorExponent", defaultValue: defaults.connectorExponent, range: 0...10, isWhole: false,
          help: "0: every shared user counts alike; 1: users with few items decide",
          recommendationDefault: recommending.connectorExponent,
          search: SearchRange(0...1.5)),
        .init(
          name: "hubExponent", defaultValue: defaults.hubExponent, range: 0...10, isWhole: false,
          help: "popularity dial: 0 favours hubs, 1 takes popularity out",
          recommendationDefault: recommending.hubExponent,
          search: SearchRange(0...1.2)),
        .init(
          name: "hubSmoothing", defaultValue: defaults.hubSmoothing, range: 0...1e9, isWhole: false,
          help: "added to a degree before it is penalised",
          search: SearchRange(1...300, isLogarithmic: true)),
        .init(
          name: "caution", defaultValue: defaults.caution, range: 0...1e6, isWhole: false,
          help: "how much scores that rest on few visits are lowered",
          search: SearchRange(0...6)),
        .init(
          name: "stopCandidates", defaultValue: 0, range: 0...1e9, isWhole: true,
          help: "stop the walk of a source once so many admitted candidates have stopVisits visits; 0: walk on"),
        .init(
          name: "stopVisits", defaultValue: PixieOptions.usualStopVisits, range: 1...1e9, isWhole: false,
          help: "visits that a candidate needs to count for stopCandidates"),
        .init(
          name: "others", defaultValue: 0.1, range: 0.001...1, isWhole: false,
          help: "how readily walks go to candidates that prefer does not name, against 1"),
      ],
      texts: [
        .init(
          name: "prefer", defaultValue: "", expectation: AttributePredicate.expectation,
          help: "candidates that walks prefer, such as language=en; none by default",
          accepts: { text in
            if text.isEmpty { return true }
            return (try? AttributePredicate(text)) != nil
          })
      ],
      make: { context in
        var options = PixieOptions()
        options.steps = Int(context.values["steps"]!)
        options.restart = context.values["restart"]!
        options.connectorExponent = context.values["connectorExponent"]!
        options.hubExponent = context.values["hubExponent"]!
        options.hubSmoothing = context.values["hubSmoothing"]!
        options.caution = context.values["caution"]!
        if let candidates = Int(exactly: context.values["stopCandidates"]!), candidates > 0 {
          options.earlyStop = PixieOptions.EarlyStop(candidates: candidates, visits: context.values["stopVisits"]!)
        }
        let preferred = context.texts["prefer"]!
        guard !preferred.isEmpty else {
          return Pixie(context.snapshot, hop: context.hop, options: options, execution: context.queryExecution)
        }
        let others = context.values["others"]!
        let bias = try NodeBias(
          preferring: AttributePredicate(preferred), others: others, of: context.snapshot.origin(of: context.hop),
          in: context.snapshot)
        return Pixie(
          context.snapshot, hop: context.hop, options: options, biases: [bias],
          notes: [.init("prefer", preferred), .init("others", others)], execution: context.queryExecution)
      })
  }()
}

extension NodeBias {
  /// Nodes that fulfil a condition count 1 and all others `others`, which is above 0.
  ///
  /// - Throws: `EngineError.unfitRule`; `GraphError.damagedData`.
  public init(preferring condition: AttributePredicate, others: Double, of type: NodeTypeID, in snapshot: Snapshot)
    throws
  {
    self.init(
      type: type, factors: Column(try condition.matches(of: type, in: snapshot).map { $0 ? 1 : Float(others) }))
  }
}

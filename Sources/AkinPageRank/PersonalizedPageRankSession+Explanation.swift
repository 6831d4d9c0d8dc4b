import AkinGraph
import AkinParallel
import AkinRanking

extension PersonalizedPageRankSession: ExplainingSession {
  /// Splits a score by source and by the node through which the mass came in at last.
  ///
  /// The scores obey π(t) = (1 − d)·r(t) + d · Σ_x π(x)·P(x, t), and π is a sum over the sources. So what source s sends
  /// to t by way of x is d · π_s(x) · P(x, t), times the share of s, and that is the amount of the part (s, [x]): mass that
  /// left s, went on to x along whatever edges, and came from there. The way is empty for an edge from s to t, and for mass
  /// that starts at t itself.
  ///
  /// With one source the π(x) are those of the search that found the score. With several, each has a search of its own,
  /// from the sources or, in reversible ways, from the nodes x, whichever are fewer; together they follow as many edges as
  /// a query may. Their amounts are lower bounds, so no way is ever given more than it brought. The remainder is what the
  /// searches leave open, and what nodes without a way on returned to the sources.
  ///
  /// - Complexity: that of two queries, and O(sources · edges into the node) time; O(`limit` + edges into the node) space.
  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    guard let score = try scores(of: [node], for: query)[0] else { return nil }
    let surface = method.surface
    let restart = try surface.restart(at: query.sources)
    let target = surface.layers[method.home].start + Int(node.index)
    let correction = method.correction(of: Int(node.index))
    let entrances = try entrances(to: node.index)
    // What nodes without a way on return makes the shares larger; as a factor it holds for all sources alike.
    let growth = growth(restart)
    var best = LargestParts(limit: limit)
    var own = 0.0
    func offer(_ source: Int, _ entrance: Entrance, mass: Double) {
      let amount = mass * entrance.factor * correction
      guard amount > 0 else { return }
      if entrance.state != source {
        best.offer(ScorePart(source: surface.node(of: source), way: [surface.node(of: entrance.state)], amount: amount))
      } else if source != target {
        best.offer(ScorePart(source: surface.node(of: source), way: [], amount: amount))
      } else {
        own += amount
      }
    }
    for source in restart where source.state == target {
      own += (1 - method.options.damping) * growth * source.share * correction
    }
    let active = restart.filter { surface.strength[$0.state] > 0 }
    if restart.count == 1 {
      for entrance in entrances {
        offer(restart[0].state, entrance, mass: try mass(at: entrance.state, restart, growth))
      }
    } else if surface.isReversible, entrances.count < active.count {
      for entrance in entrances {
        try pushAlone(from: entrance.state, edges: edgesEach(of: entrances.count))
        for source in active {
          let there = knownMass(at: source.state) * surface.strength[entrance.state] / surface.strength[source.state]
          offer(source.state, entrance, mass: there * source.share * growth)
        }
      }
    } else {
      for source in active {
        try pushAlone(from: source.state, edges: edgesEach(of: active.count))
        for entrance in entrances {
          offer(source.state, entrance, mass: knownMass(at: entrance.state) * source.share * growth)
        }
      }
    }
    if own > 0 { best.offer(ScorePart(source: surface.node(of: target), way: [], amount: own)) }
    var explanation = best.explanation(of: node, score: score)
    // The amounts are lower bounds, so what is cut off is not all that is missing.
    explanation.remainder = 0
    explanation.remainder = score - explanation.total
    return explanation
  }

  /// A state with edges to the explained node.
  private struct Entrance {
    var state: Int
    /// d · P(state, node)
    var factor: Double
  }

  /// By ascending state.
  private func entrances(to node: UInt32) throws -> [Entrance] {
    let surface = method.surface
    var found: [Entrance] = []
    for arc in surface.arcs where arc.to == method.home {
      for edge in try arc.into.edges(of: node) {
        let state = surface.layers[arc.from].start + Int(try arc.into.neighbor(at: edge))
        guard surface.strength[state] > 0 else { continue }
        let weight = arc.weight * (try arc.weight(of: edge, usesWeights: surface.usesWeights))
        found.append(Entrance(state: state, factor: method.options.damping * weight / surface.strength[state]))
      }
    }
    found.sort { $0.state < $1.state }
    return found.reduce(into: []) { merged, entrance in
      if merged.last?.state == entrance.state {
        merged[merged.count - 1].factor += entrance.factor
      } else {
        merged.append(entrance)
      }
    }
  }

  /// 1 / (1 − d·(mass of isolated sources)), or 1 + d·(mass of dangling states) / (1 − d): scores by this are linear in
  /// the shares of the sources.
  private func growth(_ restart: [(state: Int, share: Double)]) -> Double {
    let surface = method.surface
    let damping = method.options.damping
    if surface.isReversible {
      let isolated = restart.reduce(0) { $0 + (surface.strength[$1.state] > 0 ? 0 : $1.share) }
      return 1 / (1 - damping * isolated)
    }
    var dangling = 0.0
    for (layer, touched) in memory.touched.enumerated() {
      for number in 0..<touched.count {
        let state = surface.layers[layer].start + Int(touched[number])
        if surface.strength[state] == 0 { dangling += knownMass(at: state) }
      }
    }
    return 1 + damping * dangling / (1 - damping)
  }

  /// What the search of the query knows of a state's score.
  private func mass(at state: Int, _ restart: [(state: Int, share: Double)], _ growth: Double) throws -> Double {
    let surface = method.surface
    let layer = surface.layer(of: state)
    guard let descent else { return knownMass(at: state) }
    let damping = method.options.damping
    func reached(_ layer: Int, _ node: Int) -> Double {
      let state = surface.layers[layer].start + node
      return (memory.isTouched(state) ? memory.estimates[state] : 0)
        + (1 - damping) * (descent.solution[layer][node] + descent.residual[layer][node])
    }
    guard layer == descent.system.eliminated else { return reached(layer, state - surface.layers[layer].start) }
    // The descent knows the other layer alone, one step from here.
    var sum = 0.0
    for arc in surface.arcs where arc.to == layer {
      for edge in try arc.into.edges(of: UInt32(state - surface.layers[layer].start)) {
        let neighbor = Int(try arc.into.neighbor(at: edge))
        let strength = surface.strength[surface.layers[arc.from].start + neighbor]
        guard strength > 0 else { continue }
        let weight = arc.weight * (try arc.weight(of: edge, usesWeights: surface.usesWeights))
        sum += reached(arc.from, neighbor) * weight / strength
      }
    }
    let share = restart.first { $0.state == state }?.share ?? 0
    return (1 - damping) * growth * share + damping * sum
  }

  /// A lower bound on the score of a state, from the last push.
  private func knownMass(at state: Int) -> Double {
    guard memory.isTouched(state) else { return 0 }
    return memory.estimates[state] + (1 - method.options.damping) * memory.states[state].residual
  }

  private func edgesEach(of searches: Int) -> Int {
    let edges = method.options.edges > 0 ? method.options.edges : PersonalizedPageRankOptions().edges
    return max(1024, edges / searches)
  }

  /// Pushes from one state, without returns from where nothing leads on.
  private func pushAlone(from state: Int, edges: Int) throws {
    try method.execution.cancellation.check()
    memory.begin([(state, 1)], returnsMass: false)
    var threshold = memory.initialRatio
    let smallest = threshold * 1e-15
    var followed = 0
    while followed < edges, threshold > smallest, memory.residualMass > method.options.tolerance {
      threshold *= Self.roundFactor
      followed += try memory.push(threshold: threshold, limit: edges - followed)
    }
  }
}

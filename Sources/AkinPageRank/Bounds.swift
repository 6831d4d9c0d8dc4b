import AkinGraph
import AkinRanking

/// Between what the score of each candidate lies, by what a search knows so far. See `PersonalizedPageRank`.
struct Bounds {
  struct Interval {
    var score: Double
    var lower: Double
    var upper: Double
  }

  private let method: PersonalizedPageRank
  private let memory: PushMemory
  private let descent: Descent?
  private let home: Surface.Layer
  private let damping: Double
  /// What may be missing, per unit of strength, or in all where ways are not reversible.
  private var least = 0.0
  private var most = 0.0
  /// The best guess at what is missing, per unit of strength.
  private var mean = 0.0
  /// The same of candidates for which one more step was looked at, and what that step brings per unit of strength on
  /// average; see `refined`.
  private var second = (most: 0.0, mean: 0.0, step: 0.0)
  private let rounding: Double
  /// Upper bound on the L1 distance of the scores from the true ones.
  private(set) var errorBound = 0.0
  /// Whether no mass is left that could reach another candidate.
  private(set) var isExhausted = false

  init(_ method: PersonalizedPageRank, _ memory: PushMemory, _ descent: Descent?) {
    self.method = method
    self.memory = memory
    self.descent = descent
    let surface = method.surface
    home = surface.layers[method.home]
    damping = method.options.damping
    rounding = surface.isReversible ? 2e-13 * memory.initialRatio : 2e-13
    if let descent {
      boundDescent(descent)
    } else {
      boundPush()
    }
  }

  private mutating func boundDescent(_ descent: Descent) {
    var smallest = Double.infinity
    var largest = -Double.infinity
    for layer in descent.system.active {
      let range = descent.ratioRange(layer)
      smallest = min(smallest, range.least)
      largest = max(largest, range.most)
    }
    let tail = method.surface.isTwoSided ? damping * damping / (1 + damping) : damping
    least = tail * smallest
    most = tail * largest
    errorBound = damping * descent.norms.absolute
  }

  private mutating func boundPush() {
    let surface = method.surface
    let states = memory.states
    // Largest and summed residuals, of the candidates' layer and of the others.
    var own = (largest: 0.0, sum: 0.0)
    var other = own
    for (layer, touched) in memory.touched.enumerated() {
      let start = surface.layers[layer].start
      let span = states.span
      var largest = 0.0
      var sum = 0.0
      for number in 0..<touched.count {
        span.prefetch(start + Int(touched.ahead(of: number)))
        let state = span[start + Int(touched[number])]
        sum += state.residual
        largest = max(largest, state.residual / Double(state.scale))
      }
      // A scale is a strength rounded to 24 bits.
      largest *= 1 + 0x1p-23
      if layer == method.home {
        own = (largest, sum)
      } else {
        other = (max(other.largest, largest), other.sum + sum)
      }
    }
    errorBound = damping * (own.sum + other.sum)
    isExhausted = errorBound == 0
    guard surface.isReversible else {
      most = errorBound
      // The first step may return to the sources, which no edge shows.
      second.most = errorBound
      return
    }
    let near = surface.isTwoSided ? damping / (1 + damping) : damping
    if surface.isTwoSided {
      most = near * other.largest + near * damping * own.largest
      mean = near * other.sum + near * damping * own.sum
      // What starts on the other layer has taken its first step, and is back there after the second.
      second.most = near * damping * (own.largest + damping * other.largest)
      second.mean = near * damping * (own.sum + damping * other.sum)
      second.step = (1 - damping) * damping * other.sum
    } else {
      most = damping * max(own.largest, other.largest)
      mean = damping * (own.sum + other.sum)
      second = (damping * most, damping * mean, (1 - damping) * mean)
    }
    let total = method.totalStrength > 0 ? method.totalStrength : .infinity
    mean /= total
    second.mean /= total
    second.step /= total
  }

  /// The bounds of a candidate, touched or not.
  func interval(_ node: Int) -> Interval {
    if let descent {
      return interval(node, known: estimate(node) + (1 - damping) * descent.known(method.home, node))
    }
    let state = home.start + node
    return interval(
      node, known: memory.isTouched(state) ? memory.estimates[state] + (1 - damping) * memory.states[state].residual : 0
    )
  }

  private func estimate(_ node: Int) -> Double {
    memory.isTouched(home.start + node) ? memory.estimates[home.start + node] : 0
  }

  private func interval(_ node: Int, known: Double) -> Interval {
    let reach = method.surface.isReversible ? method.surface.strength[home.start + node] : 1
    let slack = 1e-12 * abs(known) + reach * rounding
    let correction = method.correction(of: node)
    return Interval(
      score: (known + reach * mean) * correction, lower: max(0, known + reach * least - slack) * correction,
      upper: (known + reach * most + slack) * correction)
  }

  /// How many edges `refined` reads.
  func refinementCost(_ node: UInt32) throws -> Int {
    var edges = 0
    for arc in method.surface.arcs where arc.to == method.home { edges += try arc.into.degree(of: node) }
    return edges
  }

  /// The bounds of a candidate after one more step of all residuals, as far as that step leads to it; no wider than
  /// `interval`, and a better guess. Of no use after a descent.
  ///
  /// With r the residuals, what is missing is Σ_k (1 − d)·dᵏ·(r·Pᵏ)(t). The term of k = 1 is a sum over the edges that lead
  /// to t, and what follows is bounded as what is missing is, with r·P² in place of r: its ratios to the strengths are
  /// means of those of r. The guess is that what follows is spread as strength is, but that where the step brought more
  /// than that, half of the difference comes once more: communities keep a part of what reaches them.
  func refined(_ node: Int) throws -> Interval {
    let before = interval(node)
    guard descent == nil, !isExhausted else { return before }
    let surface = method.surface
    var step = 0.0
    for arc in surface.arcs where arc.to == method.home {
      step += try arc.pull(UInt32(node), from: memory.states, surface: surface, mark: memory.mark)
    }
    step *= (1 - damping) * damping
    let state = home.start + node
    let known =
      step + (memory.isTouched(state) ? memory.estimates[state] + (1 - damping) * memory.states[state].residual : 0)
    let reach = surface.isReversible ? surface.strength[state] : 1
    let slack = 1e-12 * abs(known) + 0x1p-22 * step + reach * rounding
    let correction = method.correction(of: node)
    let more = surface.isReversible ? 0.5 * (step - reach * second.step) : 0
    return Interval(
      score: (known + reach * second.mean + more) * correction, lower: max(before.lower, (known - slack) * correction),
      upper: min(before.upper, (known + reach * second.most + slack) * correction))
  }

  /// Calls `body` with every candidate that mass has reached, or may have.
  @inline(__always)
  func forEachCandidate(_ body: (UInt32, Interval) -> Void) {
    if let descent {
      let solution = descent.solution[method.home]
      let residual = descent.residual[method.home]
      for node in 0..<home.count {
        let known = estimate(node) + (1 - damping) * (solution[node] + residual[node])
        body(UInt32(node), interval(node, known: known))
      }
      return
    }
    // Held for the loop only: pushing on must find them unshared.
    let states = memory.states
    let estimates = memory.estimates
    let touched = memory.touched[method.home]
    for number in 0..<touched.count {
      let next = home.start + Int(touched.ahead(of: number))
      states.span.prefetch(next)
      estimates.span.prefetch(next)
      method.surface.strength.span.prefetch(next)
      let node = touched[number]
      let state = home.start + Int(node)
      body(node, interval(Int(node), known: estimates[state] + (1 - damping) * states[state].residual))
    }
  }

  /// An upper bound on the score of every admitted candidate that `forEachCandidate` leaves out; 0 where there is none.
  func largestOfOthers(_ candidates: CandidateFilter) -> Double {
    guard descent == nil, !isExhausted else { return 0 }
    if !method.surface.isReversible { return (most + rounding) * method.largestCorrection }
    for node in method.strongest
    where !memory.isTouched(home.start + Int(node)) && candidates.admits(node) {
      return interval(Int(node)).upper
    }
    guard let last = method.strongest.last, method.strongest.count < home.count else { return 0 }
    return method.surface.strength[home.start + Int(last)] * method.correction(of: Int(last)) * (most + rounding)
  }

  /// Whether mass has reached a candidate.
  func reaches(_ node: Int) -> Bool { descent != nil || memory.isTouched(home.start + node) }
}

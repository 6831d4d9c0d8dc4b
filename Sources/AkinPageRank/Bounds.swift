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
      return
    }
    let near = surface.isTwoSided ? damping / (1 + damping) : damping
    if surface.isTwoSided {
      most = near * other.largest + near * damping * own.largest
      mean = near * other.sum + near * damping * own.sum
    } else {
      most = damping * max(own.largest, other.largest)
      mean = damping * (own.sum + other.sum)
    }
    mean = method.totalStrength > 0 ? mean / method.totalStrength : 0
  }

  /// The bounds of a candidate, touched or not.
  func interval(_ node: Int) -> Interval {
    let state = home.start + node
    let isTouched = memory.isTouched(state)
    return interval(
      node, estimate: isTouched ? memory.estimates[state] : 0, residual: isTouched ? memory.states[state].residual : 0)
  }

  private func interval(_ node: Int, estimate: Double, residual: Double) -> Interval {
    var known = estimate
    if let descent {
      known += (1 - damping) * (descent.solution[method.home][node] + descent.residual[method.home][node])
    } else {
      known += (1 - damping) * residual
    }
    let reach = method.surface.isReversible ? method.surface.strength[home.start + node] : 1
    let slack = 1e-12 * abs(known) + reach * rounding
    let correction = method.correction(of: node)
    return Interval(
      score: (known + reach * mean) * correction, lower: max(0, known + reach * least - slack) * correction,
      upper: (known + reach * most + slack) * correction)
  }

  /// Calls `body` with every candidate that mass has reached, or may have.
  func forEachCandidate(_ body: (UInt32, Interval) -> Void) {
    if descent != nil {
      for node in 0..<home.count { body(UInt32(node), interval(node)) }
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
      body(node, interval(Int(node), estimate: estimates[state], residual: states[state].residual))
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

extension Descent {
  /// The smallest and largest residual per unit of strength in a layer, of nodes with edges.
  func ratioRange(_ layer: Int) -> (least: Double, most: Double) {
    let inverse = system.pageRank.inverse[layer]
    let residual = residual[layer]
    var least = Double.infinity
    var most = -Double.infinity
    for node in residual.indices where inverse[node] > 0 {
      let ratio = residual[node] * inverse[node]
      least = min(least, ratio)
      most = max(most, ratio)
    }
    return least <= most ? (least, most) : (0, 0)
  }
}

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
  private let start: Int
  /// What may be missing, per unit of strength, or in all where ways are not reversible.
  private var least = 0.0
  private var most = 0.0
  /// The best guess at what is missing, per unit of strength.
  private var mean = 0.0
  private var rounding: Double
  /// Upper bound on the L1 distance of the scores from the true ones.
  private(set) var errorBound = 0.0

  /// Whether every candidate has bounds of its own.
  var coversAll: Bool { descent != nil }
  /// Whether no mass is left that could reach another candidate.
  private(set) var isExhausted = false

  init(_ method: PersonalizedPageRank, _ memory: PushMemory, _ descent: Descent?) {
    self.method = method
    self.memory = memory
    self.descent = descent
    let surface = method.surface
    let damping = method.options.damping
    start = surface.layers[method.home].start
    rounding = surface.isReversible ? 2e-13 * memory.initialRatio : 2e-13
    if let descent {
      var smallest = Double.infinity
      var largest = -Double.infinity
      for layer in descent.system.active {
        let range = descent.ratioRange(layer)
        smallest = min(smallest, range.least)
        largest = max(largest, range.most)
      }
      let tail = surface.isTwoSided ? damping * damping / (1 + damping) : damping
      least = tail * smallest
      most = tail * largest
      errorBound = damping * descent.norms.absolute
      return
    }
    // Largest and mean residual ratios, of the candidates' layer and of the others.
    var own = (largest: 0.0, sum: 0.0)
    var other = own
    for layer in surface.layers.indices {
      let start = surface.layers[layer].start
      var largest = 0.0
      var sum = 0.0
      for position in memory.touched[layer] {
        let state = memory.states[start + Int(position)]
        largest = max(largest, state.residual / state.scale)
        sum += state.residual
      }
      if layer == method.home {
        own = (max(own.largest, largest), own.sum + sum)
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
    if surface.isTwoSided {
      let near = damping / (1 + damping)
      most = near * other.largest + near * damping * own.largest
      let total = method.totalStrength
      mean = total > 0 ? (near * other.sum + near * damping * own.sum) / total : 0
    } else {
      most = damping * max(own.largest, other.largest)
      let total = method.totalStrength
      mean = total > 0 ? damping * (own.sum + other.sum) / total : 0
    }
  }

  func isTouched(_ node: Int) -> Bool { memory.isTouched(start + node) }

  func interval(_ node: Int) -> Interval {
    let damping = method.options.damping
    let surface = method.surface
    let correction = method.correction(of: node)
    let isTouched = memory.isTouched(start + node)
    var known = isTouched ? memory.states[start + node].estimate : 0
    if let descent {
      known += (1 - damping) * (descent.solution[method.home][node] + descent.residual[method.home][node])
    } else if isTouched {
      known += (1 - damping) * memory.states[start + node].residual
    }
    let strength = surface.strength[start + node]
    let reach = surface.isReversible ? strength : 1
    let slack = 1e-12 * abs(known) + reach * rounding
    return Interval(
      score: (known + reach * mean) * correction, lower: max(0, known + reach * least - slack) * correction,
      upper: (known + reach * most + slack) * correction)
  }

  /// An upper bound on the score of every admitted candidate that was not touched; 0 where there is none.
  func largestUntouched(_ candidates: CandidateFilter) -> Double {
    guard !isExhausted else { return 0 }
    if !method.surface.isReversible { return (most + rounding) * method.largestCorrection }
    for node in method.strongest where !memory.isTouched(start + Int(node)) && candidates.admits(node) {
      return interval(Int(node)).upper
    }
    guard let last = method.strongest.last, method.strongest.count < method.surface.layers[method.home].count else {
      return 0
    }
    return method.surface.strength[start + Int(last)] * method.correction(of: Int(last)) * (most + rounding)
  }
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

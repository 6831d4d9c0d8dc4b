import AkinGraph

/// Estimates and residuals of a local search, for all states, reused from query to query.
///
/// With p the estimates and r the residuals, π = p + Σ_v r(v)·π_v holds at any time: what is not yet in the estimates is
/// in the residuals, and both together hold all the mass, Σ p + Σ r = 1.
///
/// Nothing is cleared between queries: a state whose epoch is not the query's counts as untouched. So a query costs what
/// it touches, and after the first few allocates nothing that grows with the graph.
final class PushMemory {
  /// All that an edge needs to know of where it leads, in a quarter of a cache line.
  struct State: BitwiseCopyable, Sendable {
    var residual = 0.0
    /// What the residual is measured against: about the strength, 1 for a dangling state.
    var scale: Float
    /// Twice the epoch of the last touch, plus 1 when the state is pending.
    var mark: UInt32 = 0

    @inline(__always)
    func isWorth(_ threshold: Double) -> Bool { residual > threshold * Double(scale) }
  }

  let surface: Surface
  let damping: Double
  private(set) var states: [State]
  private(set) var estimates: [Double]
  /// Touched positions by layer, in order of first touch.
  private(set) var touched: [PositionStack]
  /// Positions by layer whose residual is worth pushing.
  private var pending: [PositionStack]
  /// Twice the number of the query.
  private(set) var mark: UInt32 = 0
  private var sources: [(layer: Int, position: UInt32, share: Double)] = []
  /// Whether mass of dangling states returns to the sources; else it is lost.
  private var returnsMass = true
  /// Positions at work, and for each what it sends along an edge of weight 1.
  private var batch: PositionStack
  private var shares: [Double] = []
  /// Largest share over strength among the sources: the unit of rounding errors.
  private(set) var initialRatio = 0.0

  init(_ surface: Surface, damping: Double) {
    self.surface = surface
    self.damping = damping
    states = surface.strength.map { State(scale: $0 > 0 ? Float($0) : 1) }
    estimates = [Double](repeating: 0, count: surface.stateCount)
    touched = surface.layers.map { PositionStack(capacity: $0.count) }
    // Batches change places with any layer's pending positions.
    let largest = surface.layers.map(\.count).max() ?? 0
    batch = PositionStack(capacity: largest)
    pending = surface.layers.map { _ in PositionStack(capacity: largest) }
  }

  /// All residuals together.
  ///
  /// - Complexity: O(touched states).
  var residualMass: Double {
    var sum = 0.0
    for (layer, touched) in touched.enumerated() {
      for number in 0..<touched.count { sum += states[surface.layers[layer].start + Int(touched[number])].residual }
    }
    return sum
  }

  /// The residuals of a layer, by position.
  func copyResiduals(of layer: Int, into residuals: inout [Double]) {
    precondition(residuals.count == surface.layers[layer].count, "not one value a state of the layer")
    let start = surface.layers[layer].start
    let touched = touched[layer]
    var residuals = residuals.mutableSpan
    for position in residuals.indices { residuals[position] = 0 }
    for number in 0..<touched.count {
      let position = Int(touched[number])
      residuals[position] = states[start + position].residual
    }
  }

  func isTouched(_ state: Int) -> Bool { states[state].mark >= mark }

  /// Whether residuals of a state are left where they are. Holds until it is set otherwise, whatever the query.
  func setHeld(_ isHeld: Bool, _ state: Int) {
    states[state].scale = isHeld ? .infinity : surface.strength[state] > 0 ? Float(surface.strength[state]) : 1
  }

  /// Forgets the query before and puts the mass on the sources.
  ///
  /// In reversible ways a dangling state is reached by no edge, so sources without edges are settled here: of their
  /// share δ they keep (1 − d)·δ / (1 − d·δ), and what they return makes the shares of the others larger.
  func begin(_ restart: [(state: Int, share: Double)], returnsMass: Bool = true) {
    self.returnsMass = returnsMass
    if mark > UInt32.max - 4 {
      for state in states.indices { states[state].mark = 0 }
      mark = 0
    }
    mark += 2
    for layer in touched.indices {
      pending[layer].count = 0
      touched[layer].count = 0
    }
    sources.removeAll(keepingCapacity: true)
    initialRatio = 0
    var isolated = 0.0
    if surface.isReversible {
      for source in restart where surface.strength[source.state] == 0 { isolated += source.share }
    }
    for source in restart {
      let strength = surface.strength[source.state]
      let layer = surface.layer(of: source.state)
      let position = UInt32(source.state - surface.layers[layer].start)
      let share = source.share / (1 - damping * isolated)
      states[source.state].mark = mark
      states[source.state].residual = 0
      estimates[source.state] = 0
      touched[layer].append(position)
      if surface.isReversible, strength == 0 {
        estimates[source.state] = (1 - damping) * share
      } else {
        states[source.state].residual = share
        initialRatio = max(initialRatio, strength > 0 ? share / strength : share)
        sources.append((layer, position, source.share))
      }
    }
  }

  /// Pushes every residual above `threshold` times its strength, until none is left or `limit` edges were followed: a
  /// share 1 − d of the residual becomes estimate, the rest goes on along the edges.
  ///
  /// - Returns: how many edges were followed.
  /// - Throws: `GraphError.damagedData`.
  ///
  /// Source: Andersen, Chung & Lang, "Local graph partitioning using PageRank vectors", FOCS 2006,
  /// doi:10.1109/FOCS.2006.44; in sweeps rather than one by one: Wu et al., "Unifying the global and local approaches: an
  /// efficient power iteration with forward push", SIGMOD 2021, doi:10.1145/3448016.3457298.
  func push(threshold: Double, limit: Int) throws(GraphError) -> Int {
    for layer in surface.layers.indices {
      Self.collect(
        touched[layer], start: surface.layers[layer].start, threshold: threshold, mark: mark, from: &states,
        into: &pending[layer])
    }
    var followed = 0
    while followed < limit, let layer = pending.indices.max(by: { pending[$0].count < pending[$1].count }),
      pending[layer].count > 0
    {
      followed += try sweep(layer, threshold: threshold, limit: limit - followed)
    }
    return followed
  }

  /// How many states a sweep takes at a time: enough to spread the cost of opening columns, few enough to heed limits.
  private static let batchSize = 256

  /// Pushes what is pending in a layer now.
  private func sweep(_ layer: Int, threshold: Double, limit: Int) throws(GraphError) -> Int {
    swap(&batch, &pending[layer])
    var followed = 0
    var done = 0
    while done < batch.count, followed < limit {
      let end = min(batch.count, done + Self.batchSize)
      let returned = Self.take(
        batch, done..<end, start: surface.layers[layer].start, damping: damping, strength: surface.strength,
        mark: mark, from: &states, estimates: &estimates, shares: &shares)
      for arc in surface.arcs where arc.from == layer {
        followed += try arc.spread(
          batch, done..<end, shares: shares, surface: surface, threshold: threshold, mark: mark, into: &states,
          estimates: &estimates, touched: &touched[arc.to], pending: &pending[arc.to])
      }
      if returned > 0, returnsMass { putBack(returned, threshold: threshold) }
      followed += end - done
      done = end
    }
    // What the limit left over waits for the next sweep.
    for number in done..<batch.count { pending[layer].append(batch[number]) }
    batch.count = 0
    return followed
  }

  private static func collect(
    _ touched: PositionStack, start: Int, threshold: Double, mark: UInt32, from states: inout [State],
    into pending: inout PositionStack
  ) {
    for number in 0..<touched.count {
      states.span.prefetch(start + Int(touched.ahead(of: number)))
      let position = touched[number]
      let state = start + Int(position)
      if states[state].mark == mark, states[state].isWorth(threshold) {
        states[state].mark = mark + 1
        pending.append(position)
      }
    }
  }

  /// Turns residuals of a batch into estimates and shares per unit of weight.
  ///
  /// - Returns: what dangling states send back to the sources.
  private static func take(
    _ batch: PositionStack, _ range: Range<Int>, start: Int, damping: Double, strength: [Double], mark: UInt32,
    from states: inout [State], estimates: inout [Double], shares: inout [Double]
  ) -> Double {
    shares.removeAll(keepingCapacity: true)
    for number in range {
      let state = start + Int(batch[number])
      states.span.prefetch(state)
      estimates.span.prefetch(state)
      strength.span.prefetch(state)
    }
    var returned = 0.0
    for number in range {
      let state = start + Int(batch[number])
      let residual = states[state].residual
      states[state].mark = mark
      states[state].residual = 0
      estimates[state] += (1 - damping) * residual
      if strength[state] > 0 {
        shares.append(damping * residual / strength[state])
      } else {
        returned += damping * residual
        shares.append(0)
      }
    }
    return returned
  }

  private func putBack(_ mass: Double, threshold: Double) {
    for source in sources {
      let state = surface.layers[source.layer].start + Int(source.position)
      states[state].residual += mass * source.share
      if states[state].mark == mark, states[state].isWorth(threshold) {
        states[state].mark = mark + 1
        pending[source.layer].append(source.position)
      }
    }
  }
}

/// Positions within a layer, each at most once, in storage that never grows.
struct PositionStack: Sendable {
  var storage: [UInt32]
  var count = 0

  /// One place more than can be filled, so that kernels may write before they know whether to keep.
  init(capacity: Int) { storage = [UInt32](repeating: 0, count: capacity + 1) }

  subscript(number: Int) -> UInt32 { storage[number] }

  /// A position that a loop will come to soon, or any that there is.
  func ahead(of number: Int) -> UInt32 { storage[min(number + 16, count)] }

  mutating func append(_ position: UInt32) {
    storage[count] = position
    count += 1
  }
}

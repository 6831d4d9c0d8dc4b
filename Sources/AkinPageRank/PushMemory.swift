import AkinGraph

/// Estimates and residuals of a local search, for all states, reused from query to query.
///
/// With p the estimates and r the residuals, π = p + Σ_v r(v)·π_v holds at any time: what is not yet in the estimates is
/// in the residuals, and both together hold all the mass, Σ p + Σ r = 1.
///
/// Nothing is cleared between queries: a state whose epoch is not the query's counts as untouched. So a query costs what
/// it touches, and after the first few allocates nothing that grows with the graph.
final class PushMemory {
  /// All that one edge needs to know of where it leads, in half a cache line.
  struct State: BitwiseCopyable, Sendable {
    var residual = 0.0
    var estimate = 0.0
    /// What the residual is measured against: the strength, or 1 for a dangling state.
    var scale: Double
    var epoch: UInt32 = 0
    var isDangling: Bool
    var isPending = false
  }

  let surface: Surface
  let damping: Double
  var states: [State]
  /// Touched positions by layer, in order of first touch.
  private(set) var touched: [[UInt32]]
  /// Positions by layer whose residual is worth pushing.
  private var pending: [[UInt32]]
  private var epoch: UInt32 = 0
  private var sources: [(layer: Int, position: UInt32, share: Double)] = []
  /// Of the batch at work.
  private var shares: [Double] = []
  /// Largest share over scale among the sources: the unit of rounding errors.
  private(set) var initialRatio = 0.0

  init(_ surface: Surface, damping: Double) {
    self.surface = surface
    self.damping = damping
    states = surface.strength.map { State(scale: $0 > 0 ? $0 : 1, isDangling: $0 == 0) }
    touched = surface.layers.map { _ in [] }
    pending = touched
  }

  func isTouched(_ state: Int) -> Bool { states[state].epoch == epoch }

  /// Forgets the query before and puts the mass on the sources.
  ///
  /// In reversible ways a dangling state is reached by no edge, so sources without edges are settled here: of their
  /// share δ they keep (1 − d)·δ / (1 − d·δ), and what they return makes the shares of the others larger.
  func begin(_ restart: [(state: Int, share: Double)]) {
    epoch &+= 1
    if epoch == 0 {
      for state in states.indices { states[state].epoch = 0 }
      epoch = 1
    }
    for layer in touched.indices {
      for position in pending[layer] { states[surface.layers[layer].start + Int(position)].isPending = false }
      pending[layer].removeAll(keepingCapacity: true)
      touched[layer].removeAll(keepingCapacity: true)
    }
    sources.removeAll(keepingCapacity: true)
    initialRatio = 0
    var isolated = 0.0
    if surface.isReversible {
      for source in restart where states[source.state].isDangling { isolated += source.share }
    }
    for source in restart {
      let layer = surface.layer(of: source.state)
      let position = UInt32(source.state - surface.layers[layer].start)
      touch(source.state, position: position, layer: layer)
      let share = source.share / (1 - damping * isolated)
      if surface.isReversible, states[source.state].isDangling {
        states[source.state].estimate = (1 - damping) * share
      } else {
        states[source.state].residual = share
        initialRatio = max(initialRatio, share / states[source.state].scale)
        sources.append((layer, position, source.share))
      }
    }
  }

  private func touch(_ state: Int, position: UInt32, layer: Int) {
    guard states[state].epoch != epoch else { return }
    states[state].epoch = epoch
    states[state].residual = 0
    states[state].estimate = 0
    touched[layer].append(position)
  }

  /// Pushes every residual above `threshold` times its scale, until none is left or `limit` edges were followed: a share
  /// 1 − d of the residual becomes estimate, the rest goes on along the edges.
  ///
  /// - Returns: how many edges were followed.
  /// - Throws: `GraphError.damagedData`.
  ///
  /// Source: Andersen, Chung & Lang, "Local graph partitioning using PageRank vectors", FOCS 2006,
  /// doi:10.1109/FOCS.2006.44; in sweeps rather than one by one: Wu et al., "Unifying the global and local approaches: an
  /// efficient power iteration with forward push", SIGMOD 2021, doi:10.1145/3448016.3457298.
  func push(threshold: Double, limit: Int) throws(GraphError) -> Int {
    for layer in touched.indices {
      let start = surface.layers[layer].start
      for position in touched[layer] {
        let state = start + Int(position)
        if !states[state].isPending, states[state].residual > threshold * states[state].scale {
          states[state].isPending = true
          pending[layer].append(position)
        }
      }
    }
    var followed = 0
    while followed < limit, let layer = pending.indices.max(by: { pending[$0].count < pending[$1].count }),
      !pending[layer].isEmpty
    {
      followed += try sweep(layer, threshold: threshold, limit: limit - followed)
    }
    return followed
  }

  /// How many states a sweep takes at a time: enough to spread the cost of opening columns, few enough to heed limits.
  private static let batchSize = 256

  /// Pushes what is pending in a layer now.
  private func sweep(_ layer: Int, threshold: Double, limit: Int) throws(GraphError) -> Int {
    var batch = pending[layer]
    pending[layer] = spare
    pending[layer].removeAll(keepingCapacity: true)
    var followed = 0
    var done = 0
    while done < batch.count, followed < limit {
      let end = min(batch.count, done + Self.batchSize)
      let returned = take(batch, done..<end, layer: layer)
      for arc in surface.arcs where arc.from == layer {
        followed += try arc.spread(
          batch, done..<end, shares: shares, surface: surface, threshold: threshold, epoch: epoch, into: &states,
          touched: &touched[arc.to], pending: &pending[arc.to])
      }
      if returned > 0 { putBack(returned, threshold: threshold) }
      followed += end - done
      done = end
    }
    // What the limit left over waits for the next sweep.
    pending[layer].append(contentsOf: batch[done...])
    batch.removeAll(keepingCapacity: true)
    spare = batch
    return followed
  }

  private var spare: [UInt32] = []

  /// Turns residuals of a batch into estimates and shares per unit of weight.
  ///
  /// - Returns: what dangling states send back to the sources.
  private func take(_ batch: [UInt32], _ range: Range<Int>, layer: Int) -> Double {
    shares.removeAll(keepingCapacity: true)
    let start = surface.layers[layer].start
    var returned = 0.0
    for number in range {
      let state = start + Int(batch[number])
      let residual = states[state].residual
      states[state].isPending = false
      states[state].residual = 0
      states[state].estimate += (1 - damping) * residual
      if states[state].isDangling {
        returned += damping * residual
        shares.append(0)
      } else {
        shares.append(damping * residual / states[state].scale)
      }
    }
    return returned
  }

  private func putBack(_ mass: Double, threshold: Double) {
    for source in sources {
      let state = surface.layers[source.layer].start + Int(source.position)
      states[state].residual += mass * source.share
      if !states[state].isPending, states[state].residual > threshold * states[state].scale {
        states[state].isPending = true
        pending[source.layer].append(source.position)
      }
    }
  }
}

import AkinParallel
import AkinRanking

/// Conjugate gradients as in `PageRank.descendConjugateGradients`, each lane with a question and coefficients of its own. A
/// lane that has come far enough stays where it is while the others go on, so that its answer is the one it gets alone.
///
/// Vectors serve one block of questions after the other. Of a layer that was eliminated there are only those that the last
/// step needs.
final class BlockDescent<Lane: LaneVector> {
  private let pageRank: PageRank
  private let system: ReversibleSystem
  private var scaled: [[Lane]]
  private(set) var solution: [[Lane]]
  private var residual: [[Lane]]
  private var direction: [[Lane]]
  private var image: [[Lane]]
  /// Shares by state, in order of state.
  private var restart: [(state: Int, share: Lane)] = []
  /// All mass of a solution, which scores are to be divided by.
  private(set) var totals = Lane.zero
  private(set) var errorBounds = Lane.zero
  private(set) var passes: [Int] = []

  private struct Norms: Sendable {
    var absolute = Lane.zero
    var energy = Lane.zero
    static func + (left: Norms, right: Norms) -> Norms {
      Norms(absolute: left.absolute + right.absolute, energy: left.energy + right.energy)
    }
  }

  init(_ pageRank: PageRank) {
    self.pageRank = pageRank
    let system = ReversibleSystem(pageRank, eliminates: nil)
    self.system = system
    let layers = pageRank.surface.layers
    scaled = layers.map { [Lane](repeating: .zero, count: $0.count) }
    solution = scaled
    let reduced = layers.indices.map { layer in
      [Lane](repeating: .zero, count: layer == system.eliminated ? 0 : layers[layer].count)
    }
    residual = reduced
    direction = reduced
    image = reduced
  }

  /// Whether the bound that was asked for holds, or there were no passes left to get there.
  func isSolved(_ column: Int) -> Bool {
    errorBounds[column] <= pageRank.options.tolerance || passes[column] >= pageRank.options.maxIterations
  }

  /// The scores of a lane, by layer.
  func scores(_ column: Int) -> [[Double]] {
    let total = totals[column]
    return solution.map { $0.map { $0[column] / total } }
  }

  /// - Parameter questions: as many as there are lanes, at most; none without sources.
  /// - Throws: `PageRankError.sourceOffTheWays`; `CancellationError`.
  func solve(_ questions: ArraySlice<[WeightedSource]>) throws {
    precondition(questions.count <= Lane.scalarCount, "\(questions.count) questions for \(Lane.scalarCount) lanes")
    let damping = pageRank.options.damping
    passes = [Int](repeating: system.reductionCost, count: Lane.scalarCount)
    let isolated = try begin(questions)
    var scales = Lane.zero
    for column in scales.indices { scales[column] = max(1 - damping, 1 - damping * isolated[column]) }
    var norms = Norms()
    for layer in system.active { norms = norms + start(layer) }
    var iterations = system.reductionCost
    // Twice the true residual bounds the error, and a good half is left to the drift.
    func goes() -> SIMDMask<Lane.MaskStorage> {
      (norms.energy .> 0) .& (2 * damping * norms.absolute .> 0.5 * pageRank.options.tolerance * scales)
    }
    while iterations + 1 < pageRank.options.maxIterations {
      let goes = goes()
      guard any(goes), try step(&norms, goes: goes) else { break }
      iterations += 1
    }
    try close()
  }

  /// Lays the shares of the sources out, and the right-hand side into `residual`.
  ///
  /// - Returns: the shares of nodes without edges.
  private func begin(_ questions: ArraySlice<[WeightedSource]>) throws -> Lane {
    let surface = pageRank.surface
    var isolated = Lane.zero
    var shares: [(state: Int, column: Int, share: Double)] = []
    for (column, sources) in questions.enumerated() {
      precondition(!sources.isEmpty, "personalized PageRank needs at least one source")
      for (state, share) in try surface.restart(at: sources) {
        shares.append((state, column, share))
        if surface.strength[state] == 0 { isolated[column] += share }
      }
    }
    shares.sort { ($0.state, $0.column) < ($1.state, $1.column) }
    restart.removeAll(keepingCapacity: true)
    for (state, column, share) in shares {
      if restart.last?.state != state { restart.append((state, .zero)) }
      restart[restart.count - 1].share[column] = share
    }
    if let eliminated = system.eliminated {
      let inverse = pageRank.inverse[eliminated]
      for node in scaled[eliminated].indices { scaled[eliminated][node] = .zero }
      forEachShare(of: eliminated) { scaled[eliminated][$0] = $1 * inverse[$0] }
      let damping = pageRank.options.damping
      let active = system.active[0]
      try pageRank.receive(active, from: scaled, into: &residual[active]) { _, run in
        for position in run.indices { run[position] *= damping }
      }
    } else {
      for layer in system.active {
        for node in residual[layer].indices { residual[layer][node] = .zero }
      }
    }
    for layer in system.active { forEachShare(of: layer) { residual[layer][$0] += $1 } }
    return isolated
  }

  private func forEachShare(of layer: Int, _ body: (Int, Lane) -> Void) {
    let range = pageRank.surface.layers[layer].range
    for (state, share) in restart where range.contains(state) { body(state - range.lowerBound, share) }
  }

  /// Sets a layer to x = 0, with the residual as the direction; a node without edges keeps what it has.
  private func start(_ layer: Int) -> Norms {
    var norms = Norms()
    for (node, inverse) in pageRank.inverse[layer].enumerated() {
      if inverse > 0 {
        let ratio = residual[layer][node] * inverse
        solution[layer][node] = .zero
        scaled[layer][node] = ratio
        norms.absolute += residual[layer][node].magnitudes
        norms.energy += residual[layer][node] * ratio
      } else {
        solution[layer][node] = residual[layer][node]
        residual[layer][node] = .zero
        scaled[layer][node] = .zero
      }
      direction[layer][node] = residual[layer][node]
    }
    return norms
  }

  /// One pass over all edges, for the lanes that go on.
  ///
  /// - Returns: whether any did; rounding ends the way at the latest.
  private func step(_ norms: inout Norms, goes asked: SIMDMask<Lane.MaskStorage>) throws -> Bool {
    let damping = pageRank.options.damping
    let execution = pageRank.execution
    if let eliminated = system.eliminated {
      let inverse = pageRank.inverse[eliminated]
      var passed: [Lane] = []
      swap(&passed, &scaled[eliminated])
      try pageRank.receive(eliminated, from: scaled, into: &passed) { rows, run in
        for row in rows { run[row - rows.lowerBound] *= damping * inverse[row] }
      }
      swap(&passed, &scaled[eliminated])
    }
    var curvature = Lane.zero
    for layer in system.active {
      let direction = direction[layer]
      let inverse = pageRank.inverse[layer]
      curvature += try pageRank.receive(layer, from: scaled, into: &image[layer], summing: Lane.zero, +) { rows, run in
        var sum = Lane.zero
        for row in rows {
          let value = direction[row] - damping * run[row - rows.lowerBound]
          run[row - rows.lowerBound] = value
          sum += value * direction[row] * inverse[row]
        }
        return sum
      }
    }
    let goes = asked .& (curvature .> 0)
    if !any(goes) { return false }
    let length = Lane.zero.replacing(with: norms.energy / curvature, where: goes)
    var next = Norms()
    for layer in system.active {
      let direction = direction[layer]
      let image = image[layer]
      let inverse = pageRank.inverse[layer]
      _ = try concurrentFill(
        &solution[layer], chunkSize: PageRank.chunkSize, execution: execution, folding: 0, +
      ) { rows, run in
        for row in rows { run[row - rows.lowerBound] += length * direction[row] }
        return 0
      }
      next = try concurrentFill(
        &residual[layer], chunkSize: PageRank.chunkSize, execution: execution, folding: next, +
      ) { rows, run in
        var norms = Norms()
        for row in rows {
          let value = run[row - rows.lowerBound] - length * image[row]
          run[row - rows.lowerBound] = value
          norms.absolute += value.magnitudes
          norms.energy += value * value * inverse[row]
        }
        return norms
      }
    }
    let turn = Lane.zero.replacing(with: next.energy / norms.energy, where: goes)
    // A lane that stays has nothing to go any more, whatever its residual.
    norms.energy = Lane.zero.replacing(with: next.energy, where: goes)
    norms.absolute = next.absolute
    for column in passes.indices where goes[column] { passes[column] += 1 }
    for layer in system.active {
      let residual = residual[layer]
      _ = try concurrentFill(
        &direction[layer], chunkSize: PageRank.chunkSize, execution: execution, folding: 0, +
      ) { rows, run in
        for row in rows { run[row - rows.lowerBound] = residual[row] + turn * run[row - rows.lowerBound] }
        return 0
      }
      scale(direction[layer], layer)
    }
    return true
  }

  private func scale(_ values: [Lane], _ layer: Int) {
    let inverse = pageRank.inverse[layer]
    var output: [Lane] = []
    swap(&output, &scaled[layer])
    for row in values.indices { output[row] = values[row] * inverse[row] }
    swap(&output, &scaled[layer])
  }

  /// A last step, whose change is the true residual; see `ReversibleSystem.close`.
  private func close() throws {
    let damping = pageRank.options.damping
    for layer in system.active {
      var values: [Lane] = []
      swap(&values, &solution[layer])
      for row in values.indices { values[row].replace(with: 0, where: values[row] .< 0) }
      swap(&values, &solution[layer])
      scale(solution[layer], layer)
    }
    if let eliminated = system.eliminated {
      _ = try update(eliminated)
      scale(solution[eliminated], eliminated)
    }
    var change = Lane.zero
    for layer in system.active { change += try update(layer) }
    for column in passes.indices { passes[column] += 1 }
    totals = .zero
    for layer in solution { for value in layer { totals += value } }
    errorBounds = 2 * damping * change / ((1 - damping) * totals)
    errorBounds.replace(with: 2, where: errorBounds .> 2)
  }

  /// x ← d·Pᵀx + r for a layer.
  ///
  /// - Returns: Σ |change|, by lane.
  private func update(_ layer: Int) throws -> Lane {
    let damping = pageRank.options.damping
    // The direction is not needed any more; an eliminated layer has none, and nobody asks how much it changed.
    let isActive = layer != system.eliminated
    if isActive { swap(&direction[layer], &solution[layer]) }
    let old = direction[layer]
    let shares = restart
    let start = pageRank.surface.layers[layer].start
    return try pageRank.receive(layer, from: scaled, into: &solution[layer], summing: Lane.zero, +) { rows, run in
      for position in run.indices { run[position] *= damping }
      for (state, share) in shares where rows.contains(state - start) { run[state - start - rows.lowerBound] += share }
      var sum = Lane.zero
      guard isActive else { return sum }
      for row in rows { sum += (run[row - rows.lowerBound] - old[row]).magnitudes }
      return sum
    }
  }
}

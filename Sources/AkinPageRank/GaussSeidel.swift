import AkinParallel

extension PageRank {
  /// Repeats x ← r + d·Pᵀx in place, layer by layer: a layer sees what the layers before it just received, and rows of a
  /// layer that an arc joins to itself see the rows before them.
  ///
  /// After a sweep the residual r − (x − d·Pᵀx) is d times what the not yet seen changes bring, so at most d times the
  /// change of the sweep. Layers without an arc to themselves are swept on all threads.
  func sweepGaussSeidel(_ restart: [[Double]]) throws -> LayerSolution {
    let damping = options.damping
    var mass = restart
    var scaled = zeros
    for layer in mass.indices {
      for index in mass[layer].indices { scaled[layer][index] = mass[layer][index] * inverse[layer][index] }
    }
    var received = zeros
    var iterations = 0
    var errorBound = Double.infinity
    while errorBound > options.tolerance, iterations < options.maxIterations {
      try execution.cancellation.check()
      var change = 0.0
      for layer in mass.indices {
        let loops = surface.arcs.filter { $0.from == layer && $0.to == layer }
        let restart = restart[layer]
        if loops.count == 1 {
          try receiveFromOthers(layer, from: scaled, into: &received[layer])
          change += loops[0].sweep(
            &mass[layer], scaled: &scaled[layer], received: received[layer], restart: restart,
            inverse: inverse[layer], damping: damping, usesWeights: surface.usesWeights)
        } else {
          // Rows see the layer's own mass of the sweep before, where several arcs join it to itself.
          let old = mass[layer]
          change += try receive(layer, from: scaled, into: &mass[layer], summing: 0.0, +) { rows, run in
            var sum = 0.0
            for row in rows {
              let value = restart[row] + damping * run[row - rows.lowerBound]
              sum += abs(value - old[row])
              run[row - rows.lowerBound] = value
            }
            return sum
          }
          let mass = mass[layer]
          let inverse = inverse[layer]
          _ = try concurrentFill(&scaled[layer], chunkSize: Self.chunkSize, execution: execution) { rows, run in
            for row in rows { run[row - rows.lowerBound] = mass[row] * inverse[row] }
          }
        }
      }
      iterations += 1
      let total = mass.reduce(0) { $0 + $1.reduce(0, +) }
      // ‖residual‖₁ and |Σ residual|, each at most d · change, over the scale of the scores.
      errorBound = min(2, 2 * damping * change / ((1 - damping) * total))
    }
    return LayerSolution(scores: normalized(mass), iterations: iterations, errorBound: errorBound)
  }

  func normalized(_ mass: [[Double]]) -> [[Double]] {
    let total = mass.reduce(0) { $0 + $1.reduce(0, +) }
    return mass.map { $0.map { $0 / total } }
  }

  /// As `receive`, without the arcs that join the layer to itself.
  private func receiveFromOthers(_ layer: Int, from scaled: [[Double]], into output: inout [Double]) throws {
    let arcs = surface.arcs.filter { $0.to == layer && $0.from != layer }
    guard !arcs.isEmpty else { return }
    _ = try concurrentFill(&output, chunkSize: Self.chunkSize, execution: execution) { rows, run in
      for (number, arc) in arcs.enumerated() {
        arc.gatherRows(rows, from: scaled[arc.from], usesWeights: surface.usesWeights, adds: number > 0, into: &run)
      }
    }
  }
}

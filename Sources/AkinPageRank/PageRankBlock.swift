import AkinParallel
public import AkinRanking

/// One value for each of the sources that share a pass.
typealias Lane = SIMD16<Double>

extension Lane: Gatherable {
  @inline(__always)
  func plus(_ other: Lane) -> Lane { self + other }
  @inline(__always)
  func times(_ factor: Double) -> Lane { self * factor }
  static func gather(
    _ arc: Surface.Arc, _ rows: Range<Int>, from scaled: [Lane], usesWeights: Bool, adds: Bool,
    into run: inout MutableSpan<Lane>
  ) { arc.gatherRows(rows, from: scaled, usesWeights: usesWeights, adds: adds, into: &run) }
}

extension PageRank {
  /// How many questions share the passes over the graph.
  public static let blockWidth = Lane.scalarCount

  /// As `scores(from:)`, for many questions: sixteen at a time share each pass over the graph, which reads its edges once for
  /// all of them.
  ///
  /// - Parameter body: called with the number of a question and its answer, in order; so no more than a block of answers
  ///   is held at a time.
  /// - Throws: `PageRankError.sourceOffTheWays`; `CancellationError`; what `body` throws.
  /// - Complexity: O((n + m) · iterations) a question, 16 · 8 bytes a node for each of six vectors.
  public func forEachScores(
    from questions: [[WeightedSource]], _ body: (Int, PageRankResult) throws -> Void
  ) throws {
    guard surface.isReversible, options.solver == .automatic || options.solver == .conjugateGradients else {
      for (number, sources) in questions.enumerated() { try body(number, try scores(from: sources)) }
      return
    }
    for start in stride(from: 0, to: questions.count, by: Self.blockWidth) {
      let end = min(start + Self.blockWidth, questions.count)
      let results = try solveBlock(Array(questions[start..<end]))
      for number in start..<end { try body(number, results[number - start]) }
    }
  }

  /// Conjugate gradients as in `descendConjugateGradients`, each column with coefficients of its own. Columns that do
  /// not converge together with the others are solved again alone.
  private func solveBlock(_ questions: [[WeightedSource]]) throws -> [PageRankResult] {
    let system = ReversibleSystem(self, eliminates: nil)
    let damping = options.damping
    var restart = surface.layers.map { [Lane](repeating: .zero, count: $0.count) }
    var isolated = Lane.zero
    for (column, sources) in questions.enumerated() {
      precondition(!sources.isEmpty, "personalized PageRank needs at least one source")
      for (state, share) in try surface.restart(at: sources) {
        let layer = surface.layer(of: state)
        restart[layer][state - surface.layers[layer].start][column] = share
        if surface.strength[state] == 0 { isolated[column] += share }
      }
    }
    let zeros = surface.layers.map { [Lane](repeating: .zero, count: $0.count) }
    var scaled = zeros
    var solution = zeros
    var residual = zeros
    var iterations = 0
    // The right-hand side, with a layer eliminated where ways are two-sided.
    if let eliminated = system.eliminated {
      scale(restart[eliminated], eliminated, into: &scaled[eliminated])
      let active = system.active[0]
      let own = restart[active]
      try receive(active, from: scaled, into: &residual[active]) { rows, run in
        for row in rows { run[row - rows.lowerBound] = own[row] + damping * run[row - rows.lowerBound] }
      }
      iterations += 1
    } else {
      residual = restart
    }
    var energy = Lane.zero
    for layer in system.active {
      for row in residual[layer].indices {
        if inverse[layer][row] > 0 {
          energy += residual[layer][row] * residual[layer][row] * inverse[layer][row]
        } else {
          solution[layer][row] = residual[layer][row]
          residual[layer][row] = .zero
        }
      }
    }
    var direction = residual
    var image = zeros
    for layer in system.active { scale(direction[layer], layer, into: &scaled[layer]) }
    var scales = Lane.zero
    for column in 0..<Lane.scalarCount { scales[column] = max(1 - damping, 1 - damping * isolated[column]) }
    while iterations + 1 < options.maxIterations {
      if let eliminated = system.eliminated {
        let inverse = inverse[eliminated]
        var passed = scaled[eliminated]
        scaled[eliminated] = []
        try receive(eliminated, from: scaled, into: &passed) { rows, run in
          for row in rows { run[row - rows.lowerBound] *= damping * inverse[row] }
        }
        scaled[eliminated] = passed
      }
      var curvature = Lane.zero
      for layer in system.active {
        let direction = direction[layer]
        let inverse = inverse[layer]
        curvature += try receive(layer, from: scaled, into: &image[layer], summing: Lane.zero, +) { rows, run in
          var sum = Lane.zero
          for row in rows {
            let value = direction[row] - damping * run[row - rows.lowerBound]
            run[row - rows.lowerBound] = value
            sum += value * direction[row] * inverse[row]
          }
          return sum
        }
      }
      // Columns that are done have nothing to go; they stay where they are.
      let goes = (curvature .> 0) .& (energy .> 0)
      if !any(goes) { break }
      let length = Lane.zero.replacing(with: energy / curvature, where: goes)
      var next = Lane.zero
      var absolute = Lane.zero
      for layer in system.active {
        let direction = direction[layer]
        let image = image[layer]
        let inverse = inverse[layer]
        _ = try concurrentFill(&solution[layer], chunkSize: Self.chunkSize, execution: execution) { rows, run in
          for row in rows { run[row - rows.lowerBound] += length * direction[row] }
        }
        let norms = try concurrentFill(&residual[layer], chunkSize: Self.chunkSize, execution: execution) { rows, run in
          var norms = BlockNorms()
          for row in rows {
            let value = run[row - rows.lowerBound] - length * image[row]
            run[row - rows.lowerBound] = value
            norms.absolute += value.replacing(with: -value, where: value .< 0)
            norms.energy += value * value * inverse[row]
          }
          return norms
        }
        for part in norms {
          next += part.energy
          absolute += part.absolute
        }
      }
      iterations += 1
      if all(2 * damping * absolute .<= 0.5 * options.tolerance * scales) { break }
      let turn = Lane.zero.replacing(with: next / energy, where: goes)
      energy = next
      for layer in system.active {
        let residual = residual[layer]
        _ = try concurrentFill(&direction[layer], chunkSize: Self.chunkSize, execution: execution) { rows, run in
          for row in rows { run[row - rows.lowerBound] = residual[row] + turn * run[row - rows.lowerBound] }
        }
        scale(direction[layer], layer, into: &scaled[layer])
      }
    }
    // A last step, whose change is the true residual; see `ReversibleSystem.close`.
    for layer in system.active {
      for row in solution[layer].indices {
        solution[layer][row].replace(with: 0, where: solution[layer][row] .< 0)
      }
    }
    var change = Lane.zero
    for layer in system.active { scale(solution[layer], layer, into: &scaled[layer]) }
    if let eliminated = system.eliminated {
      _ = try step(eliminated, scaled, restart[eliminated], into: &solution[eliminated])
      scale(solution[eliminated], eliminated, into: &scaled[eliminated])
    }
    for layer in system.active { change += try step(layer, scaled, restart[layer], into: &solution[layer]) }
    iterations += 1
    return try questions.indices.map { column in
      let mass = solution.map { $0.map { $0[column] } }
      let total = mass.reduce(0) { $0 + $1.reduce(0, +) }
      let errorBound = min(2, 2 * damping * change[column] / ((1 - damping) * total))
      guard errorBound <= options.tolerance || iterations >= options.maxIterations else {
        return try scores(from: questions[column])
      }
      return PageRankResult(
        scores: byType(normalized(mass)), iterations: iterations, errorBound: errorBound,
        converged: errorBound <= options.tolerance)
    }
  }

  private struct BlockNorms: Sendable {
    var absolute = Lane.zero
    var energy = Lane.zero
  }

  private func scale(_ values: [Lane], _ layer: Int, into output: inout [Lane]) {
    let inverse = inverse[layer]
    for row in values.indices { output[row] = values[row] * inverse[row] }
  }

  /// output ← d·Pᵀx + r for a layer.
  ///
  /// - Returns: Σ |change|, by column.
  private func step(
    _ layer: Int, _ scaled: [[Lane]], _ restart: [Lane], into output: inout [Lane]
  ) throws -> Lane {
    let old = output
    let damping = options.damping
    return try receive(layer, from: scaled, into: &output, summing: Lane.zero, +) { rows, run in
      var sum = Lane.zero
      for row in rows {
        let value = restart[row] + damping * run[row - rows.lowerBound]
        let change = value - old[row]
        sum += change.replacing(with: -change, where: change .< 0)
        run[row - rows.lowerBound] = value
      }
      return sum
    }
  }
}

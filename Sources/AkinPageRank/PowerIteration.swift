import AkinParallel

extension PageRank {
  /// Repeats s ← d·Pᵀs + (1 − Σ d·Pᵀs)·r, which is the equation of the scores with the mass of dangling nodes found as
  /// what is missing.
  ///
  /// The map shrinks L1 distances by d, so the error after a step is at most d / (1 − d) times its change.
  func iteratePower(_ restart: [[Double]]) throws -> LayerSolution {
    let damping = options.damping
    var scores = restart
    var next = zeros
    var scaled = zeros
    var iterations = 0
    var errorBound = Double.infinity
    while errorBound > options.tolerance, iterations < options.maxIterations {
      for layer in scaled.indices {
        let scores = scores[layer]
        let inverse = inverse[layer]
        _ = try concurrentFill(&scaled[layer], chunkSize: Self.chunkSize, execution: execution) { rows, run in
          for row in rows { run[row - rows.lowerBound] = scores[row] * inverse[row] }
        }
      }
      var followed = 0.0
      for layer in next.indices {
        followed += try receive(layer, from: scaled, into: &next[layer], summing: 0.0, +) { _, run in
          var sum = 0.0
          for position in run.indices {
            run[position] *= damping
            sum += run[position]
          }
          return sum
        }
      }
      let restarted = 1 - followed
      var change = 0.0
      for layer in next.indices {
        let scores = scores[layer]
        let restart = restart[layer]
        change += try concurrentFill(&next[layer], chunkSize: Self.chunkSize, execution: execution) { rows, run in
          var sum = 0.0
          for row in rows {
            run[row - rows.lowerBound] += restarted * restart[row]
            sum += abs(run[row - rows.lowerBound] - scores[row])
          }
          return sum
        }.reduce(0, +)
      }
      swap(&scores, &next)
      iterations += 1
      errorBound = min(2, change * damping / (1 - damping))
    }
    return LayerSolution(scores: scores, iterations: iterations, errorBound: errorBound)
  }
}

import AkinParallel

extension PageRank {
  /// Solves x = d·Pᵀx + r by conjugate gradients, for ways that are as likely walked back.
  ///
  /// With D the strengths, I − d·Pᵀ is self-adjoint and positive definite in the inner product ⟨u, v⟩ = Σ u·v / D, with
  /// eigenvalues in [1 − d, 1 + d]: the error falls by (√κ − 1)/(√κ + 1), κ = (1 + d)/(1 − d), or faster with each pass,
  /// against d in power iteration (0.56 against 0.85). Where all arcs run between two layers a and b, x_b is put into the
  /// equation of x_a, which leaves I − d²·M with eigenvalues in [1 − d², 1] and 0.31 a pass.
  ///
  /// The residual of the recurrence drifts by rounding, so the bound that is returned comes from a last step
  /// x ← d·Pᵀx + r, whose change is the true residual; should it not do, the descent starts again from there.
  ///
  /// Source: Hestenes & Stiefel, "Methods of conjugate gradients for solving linear systems", J. Res. NBS 49(6), 1952;
  /// on the two-sided form, Reid, "The use of conjugate gradients for systems of linear equations possessing
  /// 'Property A'", SIAM J. Numer. Anal. 9(2), 1972, doi:10.1137/0709032.
  func descendConjugateGradients(_ restart: [[Double]]) throws -> LayerSolution {
    let system = ReversibleSystem(self, eliminates: nil)
    var mass = zeros
    var residual = try system.reduced(restart)
    // A node without edges keeps its own share and takes no part.
    let isolated = system.isolatedMass(restart)
    var iterations = system.reductionCost
    var errorBound = Double.infinity
    let descent = Descent(system)
    repeat {
      descent.begin(residual)
      let scale = max(1 - options.damping, 1 - options.damping * isolated)
      while iterations + 1 < options.maxIterations {
        // Twice the true residual bounds the error, and a good half is left to the drift.
        if 2 * options.damping * descent.norms.absolute <= 0.5 * options.tolerance * scale { break }
        guard try descent.step() else { break }
        iterations += 1
      }
      for layer in system.active {
        for index in mass[layer].indices {
          mass[layer][index] = max(0, mass[layer][index] + descent.solution[layer][index])
        }
      }
      let before = mass
      errorBound = try system.close(&mass, restart: restart)
      iterations += 1
      if errorBound <= options.tolerance || iterations >= options.maxIterations { break }
      // What the last step changed is the residual of where it started from.
      let change = zip(mass, before).map { zip($0, $1).map { $0 - $1 } }
      guard iterations + 2 < options.maxIterations else { break }
      mass = before
      residual = system.active.count == mass.count ? change : zeros
      for layer in system.active { residual[layer] = change[layer] }
    } while true
    return LayerSolution(scores: normalized(mass), iterations: iterations, errorBound: errorBound)
  }
}

/// (I − d·Pᵀ)x = b for reversible ways, or its two-sided form with one layer eliminated.
struct ReversibleSystem: Sendable {
  let pageRank: PageRank
  /// The layers whose mass is unknown.
  let active: [Int]
  /// The layer that was put into the equation of the other.
  let eliminated: Int?

  /// - Parameter eliminates: the layer to eliminate where ways are two-sided; the larger where `nil`.
  init(_ pageRank: PageRank, eliminates: Int?) {
    self.pageRank = pageRank
    let layers = pageRank.surface.layers
    if pageRank.surface.isTwoSided {
      let eliminated = eliminates ?? (layers[0].count > layers[1].count ? 0 : 1)
      self.eliminated = eliminated
      active = [1 - eliminated]
    } else {
      eliminated = nil
      active = Array(layers.indices)
    }
  }

  /// Passes over the edges that `reduced` takes, rounded up.
  var reductionCost: Int { eliminated == nil ? 0 : 1 }

  func isolatedMass(_ restart: [[Double]]) -> Double {
    var sum = 0.0
    for layer in restart.indices {
      for index in restart[layer].indices where pageRank.inverse[layer][index] == 0 { sum += restart[layer][index] }
    }
    return sum
  }

  /// The right-hand side for a restart: r_a + d·Pᵀr_b where layer b was eliminated.
  func reduced(_ restart: [[Double]]) throws -> [[Double]] {
    guard let eliminated else { return restart }
    let damping = pageRank.options.damping
    var result = pageRank.zeros
    let own = restart[active[0]]
    result[active[0]] = own
    if restart[eliminated].contains(where: { $0 != 0 }) {
      var scaled = pageRank.zeros
      for index in restart[eliminated].indices {
        scaled[eliminated][index] = restart[eliminated][index] * pageRank.inverse[eliminated][index]
      }
      _ = try pageRank.receive(active[0], from: scaled, into: &result[active[0]]) { rows, run in
        for row in rows { run[row - rows.lowerBound] = own[row] + damping * run[row - rows.lowerBound] }
      }
    }
    return result
  }

  /// One step x ← d·Pᵀx + r; where layers are two, x_b from x_a and then x_a from x_b.
  ///
  /// - Returns: a bound on the L1 error of the new x, scaled to scores: its residual is d·Pᵀ times the change.
  func close(_ mass: inout [[Double]], restart: [[Double]]) throws -> Double {
    let damping = pageRank.options.damping
    var scaled = pageRank.zeros
    func scale(_ layer: Int, _ mass: [[Double]]) {
      for index in mass[layer].indices { scaled[layer][index] = mass[layer][index] * pageRank.inverse[layer][index] }
    }
    func update(_ layer: Int, _ mass: inout [[Double]]) throws -> Double {
      let old = mass[layer]
      let own = restart[layer]
      return try pageRank.receive(layer, from: scaled, into: &mass[layer]) { rows, run in
        var sum = 0.0
        for row in rows {
          let value = own[row] + damping * run[row - rows.lowerBound]
          sum += abs(value - old[row])
          run[row - rows.lowerBound] = value
        }
        return sum
      }.reduce(0, +)
    }
    var change = 0.0
    for layer in active { scale(layer, mass) }
    if let eliminated {
      _ = try update(eliminated, &mass)
      scale(eliminated, mass)
    }
    for layer in active { change += try update(layer, &mass) }
    let total = mass.reduce(0) { $0 + $1.reduce(0, +) }
    return min(2, 2 * damping * change / ((1 - damping) * total))
  }
}

/// Conjugate gradients on the way down, from x = 0. Its vectors serve one descent after the other.
final class Descent {
  struct Norms: Sendable {
    /// Σ |ρ|
    var absolute = 0.0
    /// Σ ρ² / D
    var energy = 0.0
    static func + (left: Norms, right: Norms) -> Norms {
      Norms(absolute: left.absolute + right.absolute, energy: left.energy + right.energy)
    }
  }

  let system: ReversibleSystem
  /// By layer; zero in an eliminated one.
  private(set) var solution: [[Double]]
  private(set) var residual: [[Double]]
  private(set) var norms = Norms()
  private var direction: [[Double]]
  private var scaled: [[Double]]
  private var image: [[Double]]

  init(_ system: ReversibleSystem) {
    self.system = system
    let zeros = system.pageRank.zeros
    solution = zeros
    residual = zeros
    direction = zeros
    scaled = zeros
    image = zeros
  }

  /// Starts anew.
  ///
  /// - Parameter right: the right-hand side; what it holds for nodes without edges is taken over as their solution.
  func begin(_ right: [[Double]]) {
    norms = Norms()
    for layer in system.active {
      let inverse = system.pageRank.inverse[layer]
      for index in right[layer].indices {
        let value = right[layer][index]
        let hasEdges = inverse[index] > 0
        let moving = hasEdges ? value : 0
        solution[layer][index] = hasEdges ? 0 : value
        residual[layer][index] = moving
        direction[layer][index] = moving
        scaled[layer][index] = moving * inverse[index]
        norms.absolute += abs(moving)
        norms.energy += moving * moving * inverse[index]
      }
    }
  }

  /// One pass over all edges.
  ///
  /// - Returns: whether there was anything left to go; rounding ends the way at the latest.
  func step() throws -> Bool {
    guard norms.energy > 0 else { return false }
    let pageRank = system.pageRank
    let execution = pageRank.execution
    let damping = pageRank.options.damping
    if let eliminated = system.eliminated {
      let inverse = pageRank.inverse[eliminated]
      var passed = scaled[eliminated]
      scaled[eliminated] = []
      _ = try pageRank.receive(eliminated, from: scaled, into: &passed) { rows, run in
        for row in rows { run[row - rows.lowerBound] *= damping * inverse[row] }
      }
      scaled[eliminated] = passed
    }
    var curvature = 0.0
    for layer in system.active {
      let direction = direction[layer]
      let inverse = pageRank.inverse[layer]
      curvature += try pageRank.receive(layer, from: scaled, into: &image[layer]) { rows, run in
        var sum = 0.0
        for row in rows {
          let value = direction[row] - damping * run[row - rows.lowerBound]
          run[row - rows.lowerBound] = value
          sum += value * direction[row] * inverse[row]
        }
        return sum
      }.reduce(0, +)
    }
    guard curvature > 0, curvature.isFinite else { return false }
    let length = norms.energy / curvature
    var next = Norms()
    for layer in system.active {
      let direction = direction[layer]
      let image = image[layer]
      let inverse = pageRank.inverse[layer]
      _ = try concurrentFill(&solution[layer], chunkSize: PageRank.chunkSize, execution: execution) { rows, run in
        for row in rows { run[row - rows.lowerBound] += length * direction[row] }
      }
      next =
        try concurrentFill(&residual[layer], chunkSize: PageRank.chunkSize, execution: execution) { rows, run in
          var norms = Norms()
          for row in rows {
            let value = run[row - rows.lowerBound] - length * image[row]
            run[row - rows.lowerBound] = value
            norms.absolute += abs(value)
            norms.energy += value * value * inverse[row]
          }
          return norms
        }.reduce(next, +)
    }
    let turn = next.energy / norms.energy
    norms = next
    for layer in system.active {
      let residual = residual[layer]
      _ = try concurrentFill(&direction[layer], chunkSize: PageRank.chunkSize, execution: execution) { rows, run in
        for row in rows { run[row - rows.lowerBound] = residual[row] + turn * run[row - rows.lowerBound] }
      }
      let direction = direction[layer]
      let inverse = pageRank.inverse[layer]
      _ = try concurrentFill(&scaled[layer], chunkSize: PageRank.chunkSize, execution: execution) { rows, run in
        for row in rows { run[row - rows.lowerBound] = direction[row] * inverse[row] }
      }
    }
    return true
  }
}

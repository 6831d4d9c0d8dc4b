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
      try pageRank.receive(active[0], from: scaled, into: &result[active[0]]) { rows, run in
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
      return try pageRank.receive(layer, from: scaled, into: &mass[layer], summing: 0.0, +) { rows, run in
        var sum = 0.0
        for row in rows {
          let value = own[row] + damping * run[row - rows.lowerBound]
          sum += abs(value - old[row])
          run[row - rows.lowerBound] = value
        }
        return sum
      }
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

import AkinParallel

/// Conjugate gradients on the way down, from x = 0; see `PageRank.descendConjugateGradients`. Its vectors serve one descent
/// after the other, and on one thread nothing is allocated but when it is made.
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
    for layer in system.active { begin(layer, right[layer]) }
  }

  /// Starts with what a push left, as `ReversibleSystem.reduced` would make a right-hand side of it.
  func begin(_ memory: PushMemory) throws {
    let pageRank = system.pageRank
    for layer in pageRank.surface.layers.indices {
      memory.copyResiduals(of: layer, into: &direction[layer])
      if layer == system.eliminated {
        Self.multiply(direction[layer], pageRank.inverse[layer], into: &scaled[layer])
      }
    }
    norms = Norms()
    for layer in system.active {
      // The images are of the descent before, and are not needed until the first step.
      if system.eliminated == nil {
        swap(&image[layer], &direction[layer])
      } else {
        let damping = pageRank.options.damping
        let own = direction[layer]
        try pageRank.receive(layer, from: scaled, into: &image[layer]) { rows, run in
          Self.combine(rows, own, damping, run: &run)
        }
      }
      begin(layer, image[layer])
    }
  }

  private func begin(_ layer: Int, _ right: [Double]) {
    let inverse = system.pageRank.inverse[layer]
    norms =
      norms
      + Self.start(
        right, inverse, solution: &solution[layer], residual: &residual[layer], direction: &direction[layer],
        scaled: &scaled[layer])
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
      var passed: [Double] = []
      swap(&passed, &scaled[eliminated])
      try pageRank.receive(eliminated, from: scaled, into: &passed) { rows, run in
        Self.scale(rows, inverse, damping, run: &run)
      }
      swap(&passed, &scaled[eliminated])
    }
    var curvature = 0.0
    for layer in system.active {
      let direction = direction[layer]
      let inverse = pageRank.inverse[layer]
      curvature += try pageRank.receive(layer, from: scaled, into: &image[layer], summing: 0.0, +) { rows, run in
        Self.curve(rows, direction, inverse, damping, run: &run)
      }
    }
    guard curvature > 0, curvature.isFinite else { return false }
    let length = norms.energy / curvature
    var next = Norms()
    for layer in system.active {
      let direction = direction[layer]
      let image = image[layer]
      let inverse = pageRank.inverse[layer]
      _ = try concurrentFill(
        &solution[layer], chunkSize: PageRank.chunkSize, execution: execution, folding: 0, +
      ) { rows, run in
        Self.advance(rows, direction, length, run: &run)
        return 0
      }
      next = try concurrentFill(
        &residual[layer], chunkSize: PageRank.chunkSize, execution: execution, folding: next, +
      ) { rows, run in
        Self.lower(rows, image, inverse, length, run: &run)
      }
    }
    let turn = next.energy / norms.energy
    norms = next
    for layer in system.active {
      let residual = residual[layer]
      _ = try concurrentFill(
        &direction[layer], chunkSize: PageRank.chunkSize, execution: execution, folding: 0, +
      ) { rows, run in
        Self.turn(rows, residual, turn, run: &run)
        return 0
      }
      Self.multiply(direction[layer], pageRank.inverse[layer], into: &scaled[layer])
    }
    return true
  }

  /// What is known of x at a node: the solution so far, and what of the residual stays where it is.
  func known(_ layer: Int, _ node: Int) -> Double { solution[layer][node] + residual[layer][node] }

  /// The smallest and largest residual per unit of strength in a layer, of nodes with edges.
  func ratioRange(_ layer: Int) -> (least: Double, most: Double) {
    Self.ratioRange(residual[layer], system.pageRank.inverse[layer])
  }
}

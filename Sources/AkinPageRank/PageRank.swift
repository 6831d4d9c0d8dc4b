public import AkinGraph
public import AkinParallel
public import AkinRanking

/// How often a random surfer visits each node, exactly.
///
/// The surfer starts at the sources. At each step, with probability *d* (the damping) they follow an edge, drawn in
/// proportion to its weight, else they start again; from a node where nothing leads on they start again, too. With P the
/// row-normalised matrix of the ways, r the shares of the sources and δ(s) the score of the dangling nodes, the scores
/// are the one solution of
///
///     s = d · (Pᵀs + δ(s) · r) + (1 − d) · r,    Σ s = 1.
///
/// Solvers other than power iteration solve x = d·Pᵀx + r and scale: s = x / Σx, since mass that returns to the sources
/// only adds to r. Whatever the solver, the bound on the error comes from the residual of what is returned: the L1 error
/// of any s with Σ s = 1 is at most ‖s − (d·(Pᵀs + δ(s)·r) + (1 − d)·r)‖₁ / (1 − d).
///
/// - Complexity: O(n + m) time an iteration, O(n) space. Scores have the same bits on any number of threads.
///
/// Source: Haveliwala, "Topic-sensitive PageRank", WWW 2002, doi:10.1145/511446.511513; on the scaling, Gleich,
/// "PageRank beyond the web", SIAM Review 57(3), 2015, doi:10.1137/140976649.
public struct PageRank: Sendable {
  /// Damping, tolerance and solver.
  public let options: PageRankOptions
  let surface: Surface
  let execution: Execution
  /// 1 / strength by layer and node; 0 for a dangling one.
  let inverse: [[Double]]

  /// Reads every edge once to make sure that a damaged file cannot mislead the solvers.
  ///
  /// - Throws: `PageRankError`; `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, following ways: Ways, options: PageRankOptions = PageRankOptions(),
    execution: Execution = .serial
  ) throws {
    let surface = try Surface(snapshot, following: ways, usesWeights: options.usesWeights, execution: execution)
    try self.init(surface, options: options, execution: execution)
  }

  init(_ surface: Surface, options: PageRankOptions, execution: Execution) throws {
    options.check()
    try surface.validate(execution: execution)
    self.surface = surface
    self.options = options
    self.execution = execution
    inverse = surface.layers.map { layer in
      layer.range.map { surface.strength[$0] > 0 ? 1 / surface.strength[$0] : 0 }
    }
  }

  /// Ranks every node with every node as a source alike: the PageRank of the graph.
  ///
  /// - Throws: `CancellationError`.
  public func scores() throws -> PageRankResult {
    var restart = zeros
    var layers: [Int] = []
    for layer in surface.layers.indices
    where !layers.contains(where: { surface.layers[$0].type == surface.layers[layer].type }) {
      layers.append(layer)
    }
    let count = layers.reduce(0) { $0 + surface.layers[$1].count }
    guard count > 0 else {
      return PageRankResult(scores: byType(restart), iterations: 0, errorBound: 0, converged: true)
    }
    for layer in layers {
      for index in restart[layer].indices { restart[layer][index] = 1 / Double(count) }
    }
    return result(try solve(restart))
  }

  /// Ranks every node by nearness to the sources: personalized PageRank.
  ///
  /// - Precondition: there is a source, and each is a node of the snapshot.
  /// - Throws: `PageRankError.sourceOffTheWays`; `CancellationError`.
  public func scores(from sources: [WeightedSource]) throws -> PageRankResult {
    result(try layerScores(from: sources))
  }

  /// As `scores(from:)`, by layer.
  func layerScores(from sources: [WeightedSource]) throws -> LayerSolution {
    precondition(!sources.isEmpty, "personalized PageRank needs at least one source")
    var restart = zeros
    for (state, share) in try surface.restart(at: sources) {
      let layer = surface.layer(of: state)
      restart[layer][state - surface.layers[layer].start] = share
    }
    return try solve(restart)
  }

  /// A zero for each state, by layer.
  var zeros: [[Double]] { surface.layers.map { [Double](repeating: 0, count: $0.count) } }

  private func solve(_ restart: [[Double]]) throws -> LayerSolution {
    switch options.solver {
    case .powerIteration: try iteratePower(restart)
    case .gaussSeidel: try sweepGaussSeidel(restart)
    case .automatic, .conjugateGradients:
      surface.isReversible ? try descendConjugateGradients(restart) : try sweepGaussSeidel(restart)
    }
  }

  private func result(_ solution: LayerSolution) -> PageRankResult {
    PageRankResult(
      scores: byType(solution.scores), iterations: solution.iterations, errorBound: solution.errorBound,
      converged: solution.errorBound <= options.tolerance)
  }

  /// Scores of layers that are copies of one type are added up.
  func byType(_ scores: [[Double]]) -> [[Double]] {
    var result = [[Double]](repeating: [], count: surface.snapshot.schema.nodeTypes.count)
    for (layer, scores) in zip(surface.layers, scores) {
      let type = Int(layer.type.rawValue)
      if result[type].isEmpty {
        result[type] = scores
      } else {
        for index in scores.indices { result[type][index] += scores[index] }
      }
    }
    return result
  }

  /// What all arcs bring to a layer: `output[v]` becomes Σ over edges (u, v) of weight · `scaled[u]`, passed through
  /// `finish` with the position of the first row, chunk by chunk.
  ///
  /// - Returns: what `finish` made of each chunk, added up in order.
  func receive<Value: Gatherable, Summary: Sendable>(
    _ layer: Int, from scaled: [[Value]], into output: inout [Value], summing zero: Summary,
    _ add: (Summary, Summary) -> Summary, _ finish: @Sendable (Range<Int>, inout MutableSpan<Value>) -> Summary
  ) throws -> Summary {
    let surface = surface
    return try concurrentFill(
      &output, chunkSize: Self.chunkSize, execution: execution, folding: zero, add
    ) { rows, run in
      var isFirst = true
      for arc in surface.arcs where arc.to == layer {
        Value.gather(arc, rows, from: scaled[arc.from], usesWeights: surface.usesWeights, adds: !isFirst, into: &run)
        isFirst = false
      }
      if isFirst { for position in run.indices { run[position] = .zero } }
      return finish(rows, &run)
    }
  }

  /// As above, with nothing to add up.
  func receive<Value: Gatherable>(
    _ layer: Int, from scaled: [[Value]], into output: inout [Value],
    _ finish: @Sendable (Range<Int>, inout MutableSpan<Value>) -> Void
  ) throws {
    _ = try receive(layer, from: scaled, into: &output, summing: 0, +) { rows, run in
      finish(rows, &run)
      return 0
    }
  }

  static let chunkSize = 4096
}

/// Scores by layer, with how they were found.
struct LayerSolution {
  var scores: [[Double]]
  var iterations: Int
  var errorBound: Double
}

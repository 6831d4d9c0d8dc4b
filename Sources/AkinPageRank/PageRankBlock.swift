public import AkinRanking

extension PageRank {
  /// How many questions share the passes over the graph.
  public static let blockWidth = ManyLanes.scalarCount

  /// As `scores(from:)`, for many questions: sixteen at a time share each pass over the graph, which reads its edges once for
  /// all of them. An answer does not depend on which other questions it shares passes with.
  ///
  /// - Parameter body: called with the number of a question and its answer, in order; so no more than a block of answers
  ///   is held at a time.
  /// - Throws: `PageRankError.sourceOffTheWays`; `CancellationError`; what `body` throws.
  /// - Complexity: O((n + m) · iterations) a question; 16 · 8 bytes a node for each of two vectors, and for each of three
  ///   more a node of the smaller layer, where ways are two-sided.
  public func forEachScores(
    from questions: [[WeightedSource]], _ body: (Int, PageRankResult) throws -> Void
  ) throws {
    guard solvesInBlocks else {
      for (number, sources) in questions.enumerated() { try body(number, try scores(from: sources)) }
      return
    }
    let descent = BlockDescent<ManyLanes>(self)
    for start in stride(from: 0, to: questions.count, by: Self.blockWidth) {
      let block = questions[start..<min(start + Self.blockWidth, questions.count)]
      try descent.solve(block)
      for number in block.indices {
        let column = number - start
        guard descent.isSolved(column) else {
          try body(number, try scores(from: questions[number]))
          continue
        }
        let errorBound = descent.errorBounds[column]
        try body(
          number,
          PageRankResult(
            scores: byType(descent.scores(column)), iterations: descent.passes[column], errorBound: errorBound,
            converged: errorBound <= options.tolerance))
      }
    }
  }

  /// Whether conjugate gradients are there for many questions at once.
  var solvesInBlocks: Bool {
    surface.isReversible && (options.solver == .automatic || options.solver == .conjugateGradients)
  }
}

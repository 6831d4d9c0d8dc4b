import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct PageRankBlockTests {
  @Test(arguments: UInt64(0)..<30)
  func `many questions at once get the answers that each gets alone`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 9)
    let snapshot = try RandomGraph(seed: seed).snapshot
    for ways in someWays(snapshot.schema, few: seed) {
      let dense = DensePageRank(snapshot, following: ways)
      let options = PageRankOptions(tolerance: [1e-4, 1e-10].randomElement(using: &random)!)
      let pageRank = try PageRank(snapshot, following: ways, options: options)
      // More than two blocks, the last one partly filled.
      let questions = (0..<35).map { _ in someSources(dense, using: &random) }
      var next = 0
      try pageRank.forEachScores(from: questions) { number, result in
        #expect(number == next)
        next += 1
        let expected = dense.byType(dense.scores(restart: dense.restart(questions[number]), damping: 0.85))
        #expect(result.converged)
        #expect(distance(result.scores, expected) <= result.errorBound + 1e-13)
        #expect(result.errorBound <= options.tolerance)
      }
      #expect(next == questions.count)
    }
  }

  @Test(arguments: [2, 3, 5])
  func `the same bits on any number of threads`(threads: Int) throws {
    let snapshot = try bipartiteSnapshot((0..<30_000).map { ("u\($0 % 7001)", "i\($0 * 37 % 5003)") })
    let ways = Ways.thereAndBack(Hop(relation: 0, direction: .reverse))
    let questions = (0..<3).map { [WeightedSource(NodeID(type: NodeTypeID(rawValue: 1), index: UInt32($0)))] }
    func results(_ execution: Execution) throws -> [PageRankResult] {
      var results: [PageRankResult] = []
      let pageRank = try PageRank(
        snapshot, following: ways, options: PageRankOptions(tolerance: 1e-2), execution: execution)
      try pageRank.forEachScores(from: questions) { results.append($1) }
      return results
    }
    #expect(try results(.serial) == results(Execution(threads: threads)))
  }

  @Test func `what does not converge says so`() throws {
    let pageRank = try PageRank(
      try bipartiteSnapshot(southernWomen()), following: .thereAndBack(Hop(relation: 0, direction: .forward)),
      options: PageRankOptions(tolerance: 1e-12, maxIterations: 3))
    try pageRank.forEachScores(from: [[WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 0))]]) {
      #expect(!$1.converged && $1.errorBound > 1e-12 && $1.iterations == 3)
    }
  }
}

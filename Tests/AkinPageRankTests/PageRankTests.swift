import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct PageRankTests {
  @Test(arguments: UInt64(0)..<100)
  func `agrees with a dense linear solve within the bound that it states`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 1000)
    let snapshot = try RandomGraph(seed: seed, duplicates: seed % 2 == 0 ? .keep : .last).snapshot
    for ways in someWays(snapshot.schema, few: seed) {
      let usesWeights = Bool.random(using: &random)
      let dense = DensePageRank(snapshot, following: ways, usesWeights: usesWeights)
      let damping = [0.85, 0.5, 0.99, 0][Int.random(in: 0..<4, using: &random)]
      let sources = someSources(dense, using: &random)
      let personal = dense.byType(dense.scores(restart: dense.restart(sources), damping: damping))
      let global = dense.byType(dense.scores(restart: dense.everywhere, damping: damping))
      for solver in PageRankOptions.Solver.allCases {
        let tolerance = [1e-3, 1e-6, 1e-11].randomElement(using: &random)!
        let options = PageRankOptions(
          damping: damping, tolerance: tolerance, maxIterations: 100_000, usesWeights: usesWeights, solver: solver)
        let pageRank = try PageRank(snapshot, following: ways, options: options)
        for (result, expected) in [(try pageRank.scores(from: sources), personal), (try pageRank.scores(), global)] {
          #expect(result.converged)
          #expect(result.errorBound <= tolerance)
          #expect(distance(result.scores, expected) <= result.errorBound + 1e-13)
          #expect(abs(result.scores.joined().reduce(0, +) - 1) < 1e-12)
          #expect(result.scores.joined().allSatisfy { $0 >= 0 })
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `in a graph walked both ways strength times score is symmetric`(seed: UInt64) throws {
    let snapshot = try RandomGraph(seed: seed).snapshot
    let ways = Ways.wholeGraph(snapshot.schema)
    let dense = DensePageRank(snapshot, following: ways)
    let pageRank = try PageRank(snapshot, following: ways, options: PageRankOptions(tolerance: 1e-13))
    let nodes = (0..<12).flatMap { index in
      (0..<2).filter { index < snapshot.nodes[$0].count }
        .map { NodeID(type: NodeTypeID(rawValue: UInt16($0)), index: UInt32(index)) }
    }.filter { dense.strength[dense.state(of: $0)] > 0 }
    let results = try nodes.map { try pageRank.scores(from: [WeightedSource($0)]) }
    for (first, left) in nodes.enumerated() {
      for (second, right) in nodes.enumerated() {
        let there = dense.strength[dense.state(of: left)] * results[first][right]
        let back = dense.strength[dense.state(of: right)] * results[second][left]
        #expect(abs(there - back) < 1e-9)
      }
    }
  }

  @Test(arguments: PageRankOptions.Solver.allCases)
  func `what does not converge says so`(solver: PageRankOptions.Solver) throws {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let options = PageRankOptions(tolerance: 1e-10, maxIterations: 3, solver: solver)
    let pageRank = try PageRank(
      snapshot, following: .thereAndBack(Hop(relation: 0, direction: .forward)), options: options)
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 0))
    let result = try pageRank.scores(from: [source])
    #expect(!result.converged)
    #expect(result.iterations <= 3)
    #expect(result.errorBound > 1e-10)
    let dense = DensePageRank(snapshot, following: .thereAndBack(Hop(relation: 0, direction: .forward)))
    let exact = dense.byType(dense.scores(restart: dense.restart([source]), damping: 0.85))
    #expect(distance(result.scores, exact) <= result.errorBound)
  }

  @Test(arguments: [2, 3, 7])
  func `the same bits on any number of threads`(threads: Int) throws {
    // Enough nodes for several chunks.
    var random = SplitMix64(seed: 5)
    var pairs: [(String, String)] = []
    for user in 0..<9000 {
      for _ in 0..<4 { pairs.append(("u\(user)", "i\(Int.random(in: 0..<6000, using: &random))")) }
    }
    let snapshot = try bipartiteSnapshot(pairs)
    let hop = Hop(relation: 0, direction: .forward)
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 7))
    for (ways, solver) in [
      (Ways.thereAndBack(hop), PageRankOptions.Solver.conjugateGradients), (.thereAndBack(hop), .powerIteration),
      (.thereAndBack(hop), .gaussSeidel), (.wholeGraph(snapshot.schema), .automatic),
      (.hops([WeightedHop(hop)]), .automatic),
    ] {
      let options = PageRankOptions(tolerance: 1e-4, solver: solver)
      let serial = try PageRank(snapshot, following: ways, options: options).scores(from: [source])
      let parallel = try PageRank(
        snapshot, following: ways, options: options, execution: Execution(threads: threads)
      ).scores(from: [source])
      #expect(serial == parallel)
    }
  }

  @Test func `corner cases`() throws {
    // A source without edges keeps all the mass.
    let snapshot = try bipartiteSnapshot([("a", "b"), ("b", "c")], sourceType: "package", targetType: "package")
    let package = NodeTypeID(rawValue: 0)
    func node(_ index: UInt32) -> WeightedSource { WeightedSource(NodeID(type: package, index: index)) }
    let forward = Ways.hops([WeightedHop(Hop(relation: 0, direction: .forward))])
    for solver in PageRankOptions.Solver.allCases {
      let options = PageRankOptions(tolerance: 1e-12, solver: solver)
      let pageRank = try PageRank(snapshot, following: forward, options: options)
      let alone = try pageRank.scores(from: [node(2)])
      #expect(distance(alone.scores, [[0, 0, 1]]) < 1e-12)
      // a → b → c, then back to a: 1, d, d² over their sum.
      let chain = try pageRank.scores(from: [node(0)])
      let sum = 1 + 0.85 + 0.85 * 0.85
      #expect(distance(chain.scores, [[1 / sum, 0.85 / sum, 0.85 * 0.85 / sum]]) < 1e-12)
      // Sources given twice add up.
      #expect(try pageRank.scores(from: [node(0), node(0)]) == chain)
    }
    let both = try PageRank(snapshot, following: .wholeGraph(snapshot.schema))
    #expect(both.options == PageRankOptions())
  }

  @Test func `wrong questions are named`() throws {
    let snapshot = try RandomGraph(seed: 1).snapshot
    func hop(_ relation: Int) -> Hop { Hop(relation: relation, direction: .forward) }
    #expect(throws: PageRankError.openMetapath(endsOn: "item", beginsOn: "user")) {
      try PageRank(snapshot, following: .metapath([hop(0)]))
    }
    #expect(throws: PageRankError.brokenMetapath(hop: 1, leavesFrom: "user", arrivedAt: "item")) {
      try PageRank(snapshot, following: .metapath([hop(0), hop(1)]))
    }
    #expect(throws: PageRankError.nothingToFollow) { try PageRank(snapshot, following: .hops([])) }
    #expect(throws: PageRankError.badHopWeight(-1, hop: 0)) {
      try PageRank(snapshot, following: .hops([WeightedHop(hop(0), weight: -1)]))
    }
    let pageRank = try PageRank(snapshot, following: .thereAndBack(hop(0)))
    let tag = WeightedSource(NodeID(type: NodeTypeID(rawValue: 2), index: 0))
    #expect(throws: PageRankError.sourceOffTheWays(type: "tag", expected: ["user", "item"])) {
      try pageRank.scores(from: [tag])
    }
  }

  @Test func `a damaged row is refused before a kernel reads it`() throws {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let folder = TemporaryFolder()
    try snapshot.write(to: folder.file("good.akin"))
    let good = bytes(of: folder.file("good.akin"))
    var refused = 0
    // Every section in turn gets bytes of 0xFF at its start.
    for section in snapshot.sections where section.byteCount > 16 {
      var bad = good
      for offset in 8..<16 { bad[Int(section.offset) + offset] = 0xFF }
      folder.write(bad, to: "bad.akin")
      do {
        let opened = try Snapshot.open(folder.file("bad.akin"))
        _ = try PageRank(opened, following: .thereAndBack(Hop(relation: 0, direction: .forward))).scores()
      } catch is GraphError {
        refused += 1
      }
    }
    // Offsets and neighbours of both directions, and the schema.
    #expect(refused == 5)
  }
}

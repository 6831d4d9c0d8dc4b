import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct PairPageRankTests {
  /// The certain bounds always hold; the estimate is off by more than ε no more often than allowed.
  @Test(arguments: [0.02, 0.3], [1e-7, 0.02])
  func `bounds hold, and estimates are within the relative error`(relativeError: Double, threshold: Double) throws {
    var random = SplitMix64(seed: 4)
    var options = PairPageRankOptions()
    options.relativeError = relativeError
    options.threshold = threshold
    options.failure = 0.05
    var checked = 0
    var missed = 0
    var walked = 0
    for seed in UInt64(0)..<40 {
      let snapshot = try RandomGraph(seed: seed, duplicates: .keep).snapshot
      for ways in someWays(snapshot.schema, few: seed) {
        options.damping = [0.85, 0.5].randomElement(using: &random)!
        options.usesWeights = Bool.random(using: &random)
        let dense = DensePageRank(snapshot, following: ways, usesWeights: options.usesWeights)
        let method = try PairPageRank(snapshot, following: ways, options: options)
        let sources = someSources(dense, using: &random)
        let exact = dense.byType(dense.scores(restart: dense.restart(sources), damping: options.damping))
        for _ in 0..<4 {
          let target = someSources(dense, using: &random)[0].node
          let truth = exact[Int(target.type.rawValue)][Int(target.index)]
          let found = try method.score(of: target, from: sources, seed: seed)
          #expect(found.lower <= truth + 1e-12 && truth <= found.upper + 1e-12)
          #expect(found.lower <= found.score && found.score <= found.upper)
          if found.walks > 0 { walked += 1 }
          guard truth >= threshold else { continue }
          let isOff = abs(found.score - truth) > relativeError * truth + 1e-12
          if found.walks == 0 { #expect(!isOff) }
          checked += 1
          if isOff { missed += 1 }
        }
      }
    }
    #expect(checked > 100)
    #expect(relativeError < 0.1 || walked > 20)
    #expect(Double(missed) <= options.failure * Double(checked))
  }

  /// Over many seeds the mean comes close to the truth: an error of the walks would stay.
  @Test func `estimates are unbiased`() throws {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let ways = Ways.thereAndBack(Hop(relation: 0, direction: .forward))
    var options = PairPageRankOptions()
    options.threshold = 0.04
    options.relativeError = 0.9
    options.failure = 0.5
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 4))
    let target = NodeID(type: NodeTypeID(rawValue: 0), index: 11)
    let method = try PairPageRank(snapshot, following: ways, options: options)
    let exact = try PageRank(snapshot, following: ways, options: PageRankOptions(tolerance: 1e-13))
      .scores(from: [source])[target]
    var sum = 0.0
    var walks = 0
    for seed in 0..<UInt64(4000) {
      let found = try method.score(of: target, from: [source], seed: seed)
      sum += found.score
      walks += found.walks
    }
    #expect(walks > 4000)
    #expect(abs(sum / 4000 - exact) < 0.01 * exact)
  }

  @Test(arguments: [2, 5])
  func `the same bits on any number of threads`(threads: Int) throws {
    let snapshot = try bipartiteSnapshot((0..<30_000).map { ("u\($0 % 7001)", "i\($0 * 37 % 5003)") })
    let ways = Ways.thereAndBack(Hop(relation: 0, direction: .forward))
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 4))
    let target = NodeID(type: NodeTypeID(rawValue: 1), index: 77)
    var options = PairPageRankOptions()
    options.relativeError = 0.2
    let serial = try PairPageRank(snapshot, following: ways, options: options).score(
      of: target, from: [source], seed: 3)
    let parallel = try PairPageRank(snapshot, following: ways, options: options, execution: Execution(threads: threads))
      .score(of: target, from: [source], seed: 3)
    #expect(serial.walks > 512)
    #expect(parallel == serial)
  }

  @Test func `a target off the ways is named`() throws {
    let snapshot = try RandomGraph(seed: 1).snapshot
    let method = try PairPageRank(snapshot, following: .thereAndBack(Hop(relation: 0, direction: .forward)))
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 0))
    #expect(throws: PageRankError.candidateOffTheWays(type: "tag", expected: ["user", "item"])) {
      try method.score(of: NodeID(type: NodeTypeID(rawValue: 2), index: 0), from: [source])
    }
  }
}

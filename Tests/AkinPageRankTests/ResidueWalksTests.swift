import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct ResidueWalksTests {
  /// The guarantee measured: of all scores of at least δ in many runs, no larger part may miss ε than p allows.
  @Test(arguments: [0.1, 0.3])
  func `scores are met to within the relative error but for the failures allowed`(relativeError: Double) throws {
    var random = SplitMix64(seed: 4)
    var options = ResidueWalkOptions()
    options.relativeError = relativeError
    options.threshold = 0.02
    options.failure = 0.05
    var checked = 0
    var missed = 0
    for seed in UInt64(0)..<25 {
      let snapshot = try RandomGraph(seed: seed).snapshot
      for ways in someWays(snapshot.schema) {
        let dense = DensePageRank(snapshot, following: ways)
        let method = try ResidueWalks(snapshot, following: ways, options: options)
        let sources = someSources(dense, using: &random)
        let exact = dense.byType(dense.scores(restart: dense.restart(sources), damping: 0.85))
        let result = try method.scores(from: sources, seed: seed)
        #expect(abs(result.scores.reduce(0) { $0 + $1.score } - 1) < 1e-9)
        var found: [NodeID: Double] = [:]
        for item in result.scores { found[item.node] = item.score }
        for (type, scores) in exact.enumerated() {
          for (index, score) in scores.enumerated() where score >= options.threshold {
            checked += 1
            let node = NodeID(type: NodeTypeID(rawValue: UInt16(type)), index: UInt32(index))
            if abs((found[node] ?? 0) - score) > relativeError * score { missed += 1 }
          }
        }
      }
    }
    #expect(checked > 1500)
    #expect(Double(missed) <= options.failure * Double(checked))
  }

  /// Over many seeds the mean comes close to the truth: an error of the walks would stay.
  @Test func `estimates are unbiased`() throws {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let ways = Ways.thereAndBack(Hop(relation: 0, direction: .forward))
    var options = ResidueWalkOptions()
    options.threshold = 0.2
    options.relativeError = 1
    options.failure = 0.5
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 4))
    let method = try ResidueWalks(snapshot, following: ways, options: options)
    let dense = DensePageRank(snapshot, following: ways)
    let exact = dense.byType(dense.scores(restart: dense.restart([source]), damping: 0.85))
    var sums = [[Double]](repeating: [Double](repeating: 0, count: 18), count: 2)
    let runs = 3000
    var walks = 0
    for seed in 0..<UInt64(runs) {
      let result = try method.scores(from: [source], seed: seed)
      walks += result.walks
      for item in result.scores { sums[Int(item.node.type.rawValue)][Int(item.node.index)] += item.score }
    }
    #expect(walks > 3 * runs)
    for type in 0..<2 {
      for index in exact[type].indices { #expect(abs(sums[type][index] / Double(runs) - exact[type][index]) < 0.01) }
    }
  }

  @Test(arguments: [2, 3, 8])
  func `the same bits on any number of threads`(threads: Int) throws {
    let snapshot = try bipartiteSnapshot((0..<4000).map { ("u\($0 % 701)", "i\($0 * 37 % 503)") })
    let ways = Ways.thereAndBack(Hop(relation: 0, direction: .forward))
    let source = WeightedSource(NodeID(type: NodeTypeID(rawValue: 0), index: 4))
    let serial = try ResidueWalks(snapshot, following: ways).scores(from: [source], seed: 3)
    let parallel = try ResidueWalks(snapshot, following: ways, execution: Execution(threads: threads))
    #expect(try parallel.scores(from: [source], seed: 3) == serial)
    #expect(try parallel.scores(from: [source], seed: 4) != serial)
  }
}

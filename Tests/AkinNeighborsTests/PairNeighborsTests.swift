import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

/// Each pair counted once, against rows that are counted from both sides and rows of the definition.
@Suite struct PairNeighborsTests {
  private static let symmetric: [any CountMeasure] = [BinaryCosine(), Jaccard(), Dice(), Overlap()]

  /// Items with sizes that differ much, and some with the same users, so that many scores are equal.
  private func graph(seed: UInt64, items: Int, users: Int, largest: Int) throws -> Snapshot {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let relation = builder.addRelation("saved", from: user, to: item, duplicates: .last)
    var random = SplitMix64(seed: seed)
    // Some of each have no edges, and indices are in no order of size.
    for number in 0..<items + 3 { _ = try builder.intern("i\(number)", type: item) }
    for number in 0..<users + 2 { _ = try builder.intern("u\(number)", type: user) }
    var last: Set<UInt32> = [0]
    for number in (0..<UInt32(items)).shuffled(using: &random) {
      if Int.random(in: 0..<4, using: &random) > 0 {
        let size = Int(Double(largest) * Double.random(in: 0...1, using: &random).squared.squared)
        last = Set((0...size).map { _ in UInt32.random(in: 0..<UInt32(users), using: &random) })
      }
      for member in last { builder.addEdge(relation, from: member, to: number) }
    }
    return try builder.build().snapshot
  }

  private func check(
    _ snapshot: Snapshot, _ measure: some CountMeasure, _ options: NeighborOptions, k: Int, threads: [Int] = [1, 2, 3]
  ) throws {
    let similarity = try GraphSimilarity(snapshot, hop: RatedGraph.hop, measure: measure, options: options)
    let expected = try similarity.rowNeighbors(k: k, execution: .serial)
    let counted = try measure.countedNeighbors(
      over: similarity.relation, k: k, share: .all, execution: .serial)
    // Tables of thousands of numbers are no good message.
    let isCounted = counted == expected
    #expect(isCounted, "\(measure), k \(k), \(options)")
    for threads in threads {
      let pairs = try measure.pairNeighbors(
        over: similarity.relation, k: k, share: .all, execution: Execution(threads: threads))
      let isPaired = pairs == expected
      #expect(isPaired, "\(measure), k \(k), \(options), \(threads) threads")
    }
  }

  @Test(arguments: UInt64(0)..<6)
  func `lists are those of rows counted from both sides`(seed: UInt64) throws {
    let snapshot = try graph(seed: seed, items: 150 + 40 * Int(seed), users: 90, largest: 80)
    for measure in Self.symmetric {
      for k in [1, 7, 500] { try check(snapshot, measure, NeighborOptions(), k: k, threads: [1 + Int(seed) % 3]) }
    }
  }

  @Test(arguments: UInt64(0)..<2)
  func `options that look at overlaps hold for pairs`(seed: UInt64) throws {
    let snapshot = try graph(seed: 20 + seed, items: 200, users: 300, largest: 290)
    for change in 0..<4 {
      var options = NeighborOptions()
      switch change {
      case 0: options.minOverlap = 3
      case 1: options.shrinkage = 5
      case 2: options.significance = 6
      default: options.minOverlap = 260
      }
      for measure in Self.symmetric { try check(snapshot, measure, options, k: 9, threads: [1, 3]) }
    }
  }

  /// Overlaps beyond a byte.
  @Test func `hubs and rare items are counted in one product`() throws {
    let snapshot = try graph(seed: 31, items: 300, users: 900, largest: 800)
    try check(snapshot, BinaryCosine(), NeighborOptions(), k: 12, threads: [2])
    try check(snapshot, Jaccard(), NeighborOptions(), k: 3, threads: [1])
  }

  @Test func `scores of symmetric measures are the same from both sides and fall with the degrees`() {
    let population = Population(nodes: 5000, connectors: 5000)
    var random = SplitMix64(seed: 5)
    for measure in Self.symmetric {
      #expect(measure.isSymmetric)
      for _ in 0..<2000 {
        let left = Int.random(in: 1...2000, using: &random)
        let right = Int.random(in: 1...2000, using: &random)
        let overlap = Int.random(in: 1...min(left, right), using: &random)
        let score = measure.score(overlap: overlap, left: left, right: right, in: population)
        #expect(score == measure.score(overlap: overlap, left: right, right: left, in: population))
        #expect(measure.score(overlap: overlap, left: left + 1, right: right, in: population) <= score * (1 + 1e-14))
      }
    }
    #expect(!LogLikelihoodRatio().isSymmetric)
    #expect(!ConditionalProbability().isSymmetric)
  }

  @Test func `a share has lists of its rows alone`() throws {
    let snapshot = try graph(seed: 40, items: 1500, users: 800, largest: 60)
    let similarity = try GraphSimilarity(snapshot, hop: RatedGraph.hop, measure: BinaryCosine())
    let all = try similarity.allNeighbors(k: 5, execution: .serial)
    let part = try similarity.allNeighbors(k: 5, share: RowShare(oneIn: 4), execution: .serial)
    let lists = (0..<part.nodeCount).count { !part.row($0).isEmpty }
    #expect(lists > 150 && lists < 550)
    #expect((0..<part.nodeCount).allSatisfy { part.row($0).count <= all.row($0).count })
    #expect(try similarity.allNeighbors(k: 5, share: .none, execution: .serial).neighbors.isEmpty)
  }

  @Test func `lists that no edge leads to are empty`() throws {
    for sets in [[[]], [[], [0]], [[0], [1]]] as [[[Int]]] {
      let graph = try RatedGraph(
        sets.map { set in (0..<2).map { set.contains($0) ? 1 : nil } }, content: .binary)
      try check(graph.snapshot, BinaryCosine(), NeighborOptions(), k: 3)
    }
  }
}

extension Double {
  fileprivate var squared: Double { self * self }
}

import AkinGraph
import AkinParallel
import AkinRanking
import AkinWalks
import TestSupport
import Foundation
import Testing

@Suite struct PixieTests {
  let event = NodeTypeID(rawValue: 1)
  let back = Hop(relation: 0, direction: .reverse)

  func women() throws -> Snapshot { try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event") }

  func query(_ sources: [UInt32], seed: UInt64, excluded: [UInt32]? = nil) -> Query {
    Query(
      sources: sources.map { WeightedSource(NodeID(type: event, index: $0)) },
      candidates: CandidateFilter(type: event, excluded: NodeSet(excluded ?? sources)), seed: seed)
  }

  /// The exact distribution of the visited event, by dense algebra: with M the two-hop transition matrix and r the
  /// restart probability, a step's start is distributed as s = r·q·(I − (1 − r)M)⁻¹ and its end as s·M. The first block
  /// starts at q, as every restart does.
  func exactVisits(source: Int, restart: Double) throws -> [Double] {
    let pairs = try southernWomen()
    let women = Array(Set(pairs.map(\.0))).sorted()
    var events: [String] = []
    for pair in pairs where !events.contains(pair.1) { events.append(pair.1) }
    var attends = [[Double]](repeating: [Double](repeating: 0, count: events.count), count: women.count)
    for (woman, event) in pairs { attends[women.firstIndex(of: woman)!][events.firstIndex(of: event)!] = 1 }
    let womanDegree = attends.map { $0.reduce(0, +) }
    var transition = [[Double]](repeating: [Double](repeating: 0, count: events.count), count: events.count)
    for from in events.indices {
      let degree = women.indices.reduce(0.0) { $0 + attends[$1][from] }
      for woman in women.indices where attends[woman][from] > 0 {
        for to in events.indices { transition[from][to] += attends[woman][to] / womanDegree[woman] / degree }
      }
    }
    var total = [Double](repeating: 0, count: events.count)
    var position = [Double](repeating: 0, count: events.count)
    position[source] = 1
    var alive = 1.0
    while alive > 1e-15 {
      var next = [Double](repeating: 0, count: events.count)
      for from in events.indices { for to in events.indices { next[to] += position[from] * transition[from][to] } }
      position = next
      for to in events.indices { total[to] += alive * restart * position[to] }
      alive *= 1 - restart
      if restart == 1 { break }
    }
    return total
  }

  /// Chi-square of the visit counts against the exact distribution. Steps of one walk depend on each other, so with
  /// restart below 1 the statistic is not exactly chi-square; the bound for 13 degrees of freedom at probability 1e-4,
  /// 41.3, is widened by the factor (2 − r)/r that the correlation of a walk of mean length 1/r can add.
  @Test(arguments: [1.0, 0.5, 0.15], UInt64(0)..<4)
  func `visits follow the exact distribution`(restart: Double, seed: UInt64) throws {
    let snapshot = try women()
    var options = PixieOptions()
    options.restart = restart
    options.connectorExponent = 1
    options.steps = 50_000
    let pixie = Pixie(snapshot, hop: back, options: options)
    for source in [UInt32(0), 7, 13] {
      let visits = try pixie.visits(for: query([source], seed: seed)).candidates
      let expected = try exactVisits(source: Int(source), restart: restart)
      var counts = [Double](repeating: 0, count: expected.count)
      for count in visits { counts[Int(count.node.index)] = Double(count.visits) }
      #expect(counts.reduce(0, +) == 50_000)
      #expect(zip(counts, expected).allSatisfy { $0 == 0 || $1 > 0 })
      #expect(chiSquare(counts, expected) < 41.3 * (2 - restart) / restart)
    }
  }

  private func chiSquare(_ counts: [Double], _ expected: [Double]) -> Double {
    let total = counts.reduce(0, +)
    return zip(counts, expected).reduce(0) { sum, pair in
      let mean = total * pair.1
      return mean > 0 ? sum + (pair.0 - mean) * (pair.0 - mean) / mean : sum
    }
  }

  /// The walk itself is biased, and the test above must find it: one event is gone to less readily, or walks go home a
  /// little too often.
  @Test(arguments: [1.0, 0.5, 0.15])
  func `a bias planted in the walk is found`(restart: Double) throws {
    let snapshot = try women()
    var options = PixieOptions()
    options.connectorExponent = 1
    options.steps = 50_000
    func statistic(_ restartWalked: Double, _ biases: [NodeBias]) throws -> Double {
      options.restart = restartWalked
      let pixie = Pixie(snapshot, hop: back, options: options, biases: biases)
      let expected = try exactVisits(source: 7, restart: restart)
      var counts = [Double](repeating: 0, count: expected.count)
      for count in try pixie.visits(for: query([7], seed: 1)).candidates {
        counts[Int(count.node.index)] = count.visits
      }
      return chiSquare(counts, expected)
    }
    let limit = 41.3 * (2 - restart) / restart
    #expect(try statistic(restart, []) < limit)
    let avoided = NodeBias(type: NodeTypeID(rawValue: 1), factors: Column((0..<14).map { $0 == 7 ? 0.7 : 1 }))
    #expect(try statistic(restart, [avoided]) > limit)
    #expect(try statistic(restart == 1 ? 0.7 : restart + 0.2, []) > limit)
  }

  /// With restart 1 all steps are first steps, and those are counted exactly: the score is the probability itself.
  @Test(arguments: [0.0, 0.25, 1.0])
  func `first steps have no error`(connectorExponent: Double) throws {
    let snapshot = try women()
    var options = PixieOptions()
    options.restart = 1
    options.connectorExponent = connectorExponent
    options.hubExponent = 0
    options.caution = 0
    let pixie = Pixie(snapshot, hop: back, options: options)
    let pairs = try southernWomen()
    let events = pairs.map(\.1).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var expected = [Double](repeating: 0, count: events.count)
    let women = Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }.filter { $0.value.contains("E3") }.map(
      \.value)
    // Each woman of event 3 by the number of her events to the power 1 − e, then one of her events.
    var total = 0.0
    for attended in women { total += exp((1 - connectorExponent) * log(Double(attended.count))) }
    for attended in women {
      let probability = exp((1 - connectorExponent) * log(Double(attended.count))) / total
      for event in attended { expected[events.firstIndex(of: event)!] += probability / Double(attended.count) }
    }
    var shares: [[Double]] = []
    for seed in UInt64(0)..<2 {
      let list = try pixie.rank(query([2], seed: seed, excluded: []), k: 14)
      var scores = [Double](repeating: 0, count: events.count)
      for item in list.items { scores[Int(item.node.index)] = item.score }
      let sum = scores.reduce(0, +)
      shares.append(scores.map { $0 / sum })
      #expect(zip(scores, expected).allSatisfy { abs($0 / sum - $1) < 1e-12 })
    }
    #expect(zip(shares[0], shares[1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(arguments: [1, 2, 3, 7])
  func `the same bits on any number of threads`(threads: Int) throws {
    let snapshot = try women()
    let serial = Pixie(snapshot, hop: back)
    let parallel = Pixie(snapshot, hop: back, execution: Execution(threads: threads))
    for seed in UInt64(0)..<5 {
      let query = query([2, 5, 11], seed: seed)
      #expect(try parallel.rank(query, k: 14) == serial.rank(query, k: 14))
      #expect(try parallel.visits(for: query) == serial.visits(for: query))
    }
  }

  @Test func `the seed matters, the order of sources does not`() throws {
    let pixie = Pixie(try women(), hop: back)
    let first = try pixie.rank(query([2, 5, 11], seed: 1), k: 14)
    #expect(try pixie.rank(query([11, 2, 5], seed: 1), k: 14) == first)
    #expect(try pixie.rank(query([2, 5, 11], seed: 2), k: 14) != first)
  }

  @Test func `a reused session answers as a new one`() throws {
    let pixie = Pixie(try women(), hop: back)
    let session = pixie.makeSession()
    for seed in UInt64(0)..<10 {
      let query = query([UInt32(seed)], seed: seed)
      #expect(try session.rank(query, k: 5) == pixie.rank(query, k: 5))
      let nodes = (0..<14).map { NodeID(type: event, index: UInt32($0)) }
      let scores = try session.scores(of: nodes, for: query)
      for item in try session.rank(query, k: 14).items { #expect(scores[Int(item.node.index)] == item.score) }
      #expect(scores[Int(seed)] == nil)
    }
  }

  /// Two communities that share no edge: nothing of one may appear in the list of the other.
  @Test func `walks stay in their component, and a short list says why`() throws {
    var pairs: [(String, String)] = []
    for user in 0..<20 { for item in 0..<10 where user % 2 == item % 2 { pairs.append(("u\(user)", "i\(item)")) } }
    let snapshot = try bipartiteSnapshot(pairs)
    let even = NodeID(type: event, index: try #require(try snapshot.nodes[1].index(ofID: "i0")))
    let query = Query(
      sources: [WeightedSource(even)], candidates: CandidateFilter(type: event, excluded: NodeSet([even.index])))
    let list = try Pixie(snapshot, hop: back).rank(query, k: 1_000_000_000)
    #expect(Set(try list.items.map { try snapshot.name(of: $0.node) }) == ["i2", "i4", "i6", "i8"])
    #expect(list.shortfall == .reachedOnly(4, filtered: 1))
  }

  @Test func `a source without edges gives an empty list with its reason`() throws {
    let snapshot = try bipartiteSnapshot([("a", "b"), ("b", "c")], sourceType: "package", targetType: "package")
    let package = NodeTypeID(rawValue: 0)
    let query = Query(
      sources: [WeightedSource(NodeID(type: package, index: 0))], candidates: CandidateFilter(type: package))
    let list = try Pixie(snapshot, hop: back).rank(query, k: 3)
    #expect(list == RankedList(items: [], shortfall: .isolatedSources, effort: .walk(steps: 0, budget: 200_000)))
  }

  @Test func `the popularity dial lowers hubs`() throws {
    // "hub" is saved by all; "kin" only by those who saved the source.
    var pairs: [(String, String)] = []
    for user in 0..<40 { pairs.append(("u\(user)", "hub")) }
    for user in 0..<8 { pairs += [("u\(user)", "source"), ("u\(user)", "kin")] }
    let snapshot = try bipartiteSnapshot(pairs)
    func first(_ exponent: Double) throws -> String {
      var options = PixieOptions()
      options.hubExponent = exponent
      // A step meets both alike, longer walks meet the hub more often.
      options.restart = 0.5
      let source = NodeID(type: event, index: try #require(try snapshot.nodes[1].index(ofID: "source")))
      let query = Query(
        sources: [WeightedSource(source)], candidates: CandidateFilter(type: event, excluded: NodeSet([source.index])))
      return try snapshot.name(of: Pixie(snapshot, hop: back, options: options).rank(query, k: 1).items[0].node)
    }
    #expect(try first(0) == "hub")
    #expect(try first(0.7) == "kin")
  }

  @Test func `walks may start at a connector`() throws {
    let snapshot = try women()
    let evelyn = NodeID(type: NodeTypeID(rawValue: 0), index: 0)
    let query = Query(sources: [WeightedSource(evelyn)], candidates: CandidateFilter(type: event))
    var options = PixieOptions()
    options.restart = 1
    let visits = try Pixie(snapshot, hop: back, options: options).visits(for: query)
    // Only the eight events that she attended, and nobody but her in between.
    #expect(visits.candidates.count == 8)
    #expect(visits.connectors.map(\.node) == [evelyn])
    #expect(visits.connectors.map(\.visits) == [200_000])
  }

  @Test func `a query of another type is refused`() throws {
    let woman = NodeTypeID(rawValue: 0)
    let query = Query(
      sources: [WeightedSource(NodeID(type: event, index: 0))], candidates: CandidateFilter(type: woman))
    #expect(throws: WalkError.candidateTypeMismatch(found: "woman", expected: "event")) {
      try Pixie(try women(), hop: back).rank(query, k: 1)
    }
  }
}

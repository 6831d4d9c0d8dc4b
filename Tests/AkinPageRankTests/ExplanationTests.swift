import AkinGraph
import AkinPageRank
import AkinRanking
import TestSupport
import Testing

@Suite struct ExplanationTests {
  struct Pair: Hashable {
    var source: NodeID
    var way: [NodeID]
  }

  /// What each source brings by each last node, from power series on the dense matrix.
  struct ExpectedParts {
    let dense: DensePageRank
    let restart: [Double]
    let damping: Double
    /// What dangling nodes return makes all shares larger.
    let unit: Double
    /// By state of a source: visits to each state by a surfer who starts there once and never again.
    var visits: [Int: [Double]] = [:]

    init(_ dense: DensePageRank, _ sources: [WeightedSource], damping: Double) {
      self.dense = dense
      self.damping = damping
      restart = dense.restart(sources)
      let scores = dense.scores(restart: restart, damping: damping)
      let dangling = scores.indices.filter { dense.strength[$0] == 0 }.reduce(0) { $0 + scores[$1] }
      unit = 1 - damping + damping * dangling
      let leads = dense.transition.map { row in row.indices.filter { row[$0] > 0 } }
      for state in restart.indices where restart[state] > 0 {
        var mass = [Double](repeating: 0, count: dense.count)
        mass[state] = 1
        var sum = mass
        for _ in 0..<200 {
          var next = [Double](repeating: 0, count: dense.count)
          for from in 0..<dense.count where mass[from] > 0 {
            for to in leads[from] { next[to] += damping * mass[from] * dense.transition[from][to] }
          }
          mass = next
          for to in 0..<dense.count { sum[to] += mass[to] }
        }
        visits[state] = sum
      }
    }

    func parts(of node: NodeID, layer: Int) -> [Pair: Double] {
      let target = dense.starts[layer] + Int(node.index)
      var parts: [Pair: Double] = [:]
      for (state, visits) in visits {
        let source = dense.node(of: state)
        for last in 0..<dense.count {
          let amount = unit * restart[state] * visits[last] * damping * dense.transition[last][target]
          guard amount > 0 else { continue }
          parts[Pair(source: source, way: last == state ? [] : [dense.node(of: last)]), default: 0] += amount
        }
        if state == target { parts[Pair(source: source, way: []), default: 0] += unit * restart[state] }
      }
      return parts
    }
  }

  @Test(arguments: UInt64(0)..<40)
  func `parts are what each source brings by each last node`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 5)
    let snapshot = try RandomGraph(seed: seed).snapshot
    for ways in someWays(snapshot.schema, few: seed) {
      let dense = DensePageRank(snapshot, following: ways)
      guard
        let home = dense.types.indices.filter({ snapshot.table(of: dense.types[$0]).count > 0 }).randomElement(
          using: &random)
      else { continue }
      let type = dense.types[home]
      let layer = dense.types.firstIndex(of: type)!
      var options = PersonalizedPageRankOptions()
      options.edges = 0
      options.tolerance = 1e-12
      options.damping = [0.85, 0.6].randomElement(using: &random)!
      let method = try PersonalizedPageRank(snapshot, following: ways, ranking: type, options: options)
      let session = try #require(method.makeSession() as? any ExplainingSession)
      let sources = someSources(dense, using: &random)
      let query = Query(sources: sources, candidates: CandidateFilter(type: type))
      let nodes = (0..<UInt32(snapshot.table(of: type).count)).map { NodeID(type: type, index: $0) }
      let scores = try session.scores(of: nodes, for: query)
      let expected = ExpectedParts(dense, sources, damping: options.damping)
      for (node, score) in zip(nodes, scores) {
        let found = try session.explanation(of: node, for: query, limit: 10_000)
        #expect((found == nil) == (score == nil))
        guard let found, let score else { continue }
        #expect(found.node == node && found.score == score)
        #expect(abs(found.total - score) <= 1e-9 * score)
        #expect(abs(found.remainder) < 1e-9)
        var left = expected.parts(of: node, layer: layer)
        for part in found.parts {
          let expected = left.removeValue(forKey: Pair(source: part.source, way: part.way))
          #expect(abs(part.amount - (expected ?? 0)) < 1e-10)
        }
        #expect(left.values.allSatisfy { $0 < 1e-10 })
      }
    }
  }

  /// Items far enough apart that passes over the whole graph must help, and histories longer than their items are popular.
  @Test(arguments: [0, 200, 4000], [1, 3, 30])
  func `parts add up at any budget, and never say too much`(budget: Int, sourceCount: Int) throws {
    var random = SplitMix64(seed: 8)
    var pairs: [(String, String)] = []
    for user in 0..<60 {
      for _ in 0..<6 { pairs.append(("u\(user)", "i\(Int.random(in: 0..<(user % 3 == 0 ? 5 : 40), using: &random))")) }
    }
    let snapshot = try bipartiteSnapshot(pairs)
    let item = NodeTypeID(rawValue: 1)
    let ways = Ways.thereAndBack(Hop(relation: 0, direction: .reverse))
    let dense = DensePageRank(snapshot, following: ways)
    var options = PersonalizedPageRankOptions()
    options.edges = budget
    options.hubExponent = 0.5
    let method = try PersonalizedPageRank(snapshot, following: ways, ranking: item, options: options)
    let session = try #require(method.makeSession() as? any ExplainingSession)
    let sources = (0..<sourceCount).map {
      WeightedSource(NodeID(type: item, index: UInt32($0)), weight: Double($0 + 1))
    }
    let query = Query(
      sources: sources, candidates: CandidateFilter(type: item, excluded: NodeSet(sources.map(\.node.index))))
    let expected = ExpectedParts(dense, sources, damping: 0.85)
    for index in UInt32(sourceCount)..<UInt32(snapshot.table(of: item).count) {
      let node = NodeID(type: item, index: index)
      guard let all = try session.explanation(of: node, for: query, limit: 10_000) else { continue }
      let degree = try snapshot.relations[0].reverse.degree(of: index)
      let correction = 1 / (Double(degree) + 10).squareRoot()
      let truths = expected.parts(of: node, layer: 0)
      #expect(abs(all.total - all.score) <= 1e-9 * all.score)
      #expect(!all.parts.isEmpty)
      #expect(
        zip(all.parts, all.parts.dropFirst()).allSatisfy { left, right in
          left.amount > right.amount || (left.amount == right.amount && left.source <= right.source)
        })
      #expect(Set(all.parts.map { Pair(source: $0.source, way: $0.way) }).count == all.parts.count)
      for part in all.parts {
        let truth = try #require(truths[Pair(source: part.source, way: part.way)]) * correction
        #expect(part.amount <= truth + 1e-9)
        if budget == 0 { #expect(abs(part.amount - truth) < 1e-8) }
      }
      let few = try #require(try session.explanation(of: node, for: query, limit: 3))
      #expect(few.score == all.score && few.parts == Array(all.parts.prefix(3)))
      #expect(abs(few.total - few.score) <= 1e-9 * few.score)
    }
    let source = sources[0].node
    #expect(try session.explanation(of: source, for: query, limit: 1) == nil)
    let user = NodeID(type: NodeTypeID(rawValue: 0), index: 0)
    #expect(try session.explanation(of: user, for: query, limit: 1) == nil)
  }
}

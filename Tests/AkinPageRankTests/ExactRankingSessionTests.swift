import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct ExactRankingSessionTests {
  /// Scores by the dense solve, and bit for bit the same alone, in any company and on any number of threads.
  @Test(arguments: UInt64(0)..<30)
  func `lists are those of all scores, in any company`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 5)
    let snapshot = try RandomGraph(seed: seed).snapshot
    for ways in someWays(snapshot.schema, few: seed) {
      let dense = DensePageRank(snapshot, following: ways)
      guard let type = dense.types.filter({ snapshot.table(of: $0).count > 0 }).randomElement(using: &random) else {
        continue
      }
      var options = PersonalizedPageRankOptions()
      options.isExact = true
      let session = try PersonalizedPageRank(snapshot, following: ways, ranking: type, options: options).makeSession()
      let parallel = try PersonalizedPageRank(
        snapshot, following: ways, ranking: type, options: options, execution: Execution(threads: 3)
      ).makeSession()
      let queries = (0..<19).map { _ in
        let sources = someSources(dense, using: &random)
        let excluded = NodeSet(sources.filter { $0.node.type == type }.map(\.node.index))
        return Query(sources: sources, candidates: CandidateFilter(type: type, excluded: excluded))
      }
      let lists = try session.lists(for: queries, k: 6)
      #expect(try parallel.lists(for: queries, k: 6) == lists)
      #expect(try session.lists(for: queries.reversed(), k: 6).reversed() == lists)
      for (query, list) in zip(queries, lists) {
        #expect(try session.rank(query, k: 6) == list)
        let all = dense.scores(restart: dense.restart(query.sources), damping: 0.85)
        let start = dense.starts[dense.types.firstIndex(of: type)!]
        let count = snapshot.table(of: type).count
        let scores = (0..<count).map { query.candidates.admits(UInt32($0)) ? all[start + $0] : 0 }
        let hasEdges = query.sources.contains { source in
          dense.strength[dense.starts[dense.types.firstIndex(of: source.node.type)!] + Int(source.node.index)] > 0
        }
        #expect(list.items.count == (hasEdges ? min(6, scores.filter { $0 > 0 }.count) : 0))
        let best = scores.sorted(by: >)
        for (item, expected) in zip(list.items, best) {
          #expect(abs(item.score - scores[Int(item.node.index)]) < 1e-10)
          #expect(abs(item.score - expected) < 2e-10)
        }
        guard case .search(_, _, let errorBound, let proof) = list.effort else {
          Issue.record("found effort \(list.effort)")
          return
        }
        #expect(errorBound <= options.tolerance)
        #expect(proof.certainMembers <= list.items.count)
        let found = try session.scores(of: list.items.map(\.node), for: query)
        #expect(found == list.items.map(\.score))
      }
    }
  }

  @Test func `parts of an explanation add up to the exact score`() throws {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let type = NodeTypeID(rawValue: 1)
    var options = PersonalizedPageRankOptions()
    options.isExact = true
    let method = try PersonalizedPageRank(
      snapshot, following: .thereAndBack(Hop(relation: 0, direction: .reverse)), ranking: type, options: options)
    let query = Query(
      sources: [WeightedSource(NodeID(type: type, index: 2))],
      candidates: CandidateFilter(type: type, excluded: NodeSet([2])))
    let session = try #require(method.makeSession() as? any ExplainingSession)
    for item in try session.rank(query, k: 5).items {
      let explanation = try #require(try session.explanation(of: item.node, for: query, limit: 100))
      #expect(explanation.score == item.score)
      #expect(abs(explanation.total - item.score) < 1e-12 && abs(explanation.remainder) < 1e-6)
    }
  }
}

import AkinGraph
import AkinPageRank
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct PersonalizedPageRankTests {
  /// Scores of the candidates' first layer by the dense solve, corrected for hubs.
  func expected(
    _ dense: DensePageRank, _ sources: [WeightedSource], type: NodeTypeID, options: PersonalizedPageRankOptions
  ) -> [Double] {
    let all = dense.scores(restart: dense.restart(sources), damping: options.damping)
    let start = dense.starts[dense.types.firstIndex(of: type)!]
    return (0..<dense.snapshot.table(of: type).count).map { all[start + $0] }
  }

  /// Random graphs, ways, sources, budgets and lengths: whatever is claimed must hold, and without a budget everything
  /// that does not tie must be claimed.
  @Test(arguments: UInt64(0)..<150)
  func `what is called certain is true`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 77)
    let snapshot = try RandomGraph(seed: seed, duplicates: .keep).snapshot
    for ways in someWays(snapshot.schema) {
      var options = PersonalizedPageRankOptions()
      options.usesWeights = Bool.random(using: &random)
      options.damping = [0.85, 0.5, 0.97][Int.random(in: 0..<3, using: &random)]
      let dense = DensePageRank(snapshot, following: ways, usesWeights: options.usesWeights)
      guard let type = dense.types.filter({ snapshot.table(of: $0).count > 0 }).randomElement(using: &random) else {
        continue
      }
      for budget in [0, 1, 20, 100, 400, 2000] {
        options.edges = budget
        let method = try PersonalizedPageRank(snapshot, following: ways, ranking: type, options: options)
        let session = method.makeSession()
        for _ in 0..<2 {
          let sources = someSources(dense, using: &random)
          let scores = expected(dense, sources, type: type, options: options)
          let excluded = NodeSet(sources.filter { $0.node.type == type }.map(\.node.index))
          let k = Int.random(in: 1...8, using: &random)
          let query = Query(sources: sources, candidates: CandidateFilter(type: type, excluded: excluded))
          let list = try session.rank(query, k: k)
          check(list, scores, excluded: excluded, k: k)
          guard case .search(_, _, let errorBound, let proof) = list.effort else { continue }
          for item in list.items {
            #expect(abs(item.score - scores[Int(item.node.index)]) <= 2 * errorBound + 1e-12)
          }
          if budget == 0 {
            #expect(proof.certainMembers == list.items.count || errorBound <= options.tolerance || list.items.count < k)
          }
        }
      }
    }
  }

  private func check(_ list: RankedList, _ scores: [Double], excluded: NodeSet, k: Int) {
    guard case .search(_, _, _, let proof) = list.effort else {
      Issue.record("found effort \(list.effort)")
      return
    }
    let truth = scores.indices.filter { !excluded.contains(UInt32($0)) }.sorted { (scores[$0], $1) > (scores[$1], $0) }
    // The dense solve has errors of its own, so nodes this close count as tied, and a tie as favourable to the claim.
    let margin = 1e-11
    var possibleMembers = 0
    var possibleRanks = 0
    for (position, item) in list.items.enumerated() {
      let own = scores[Int(item.node.index)]
      if truth.filter({ $0 != Int(item.node.index) && scores[$0] > own + margin }).count < k { possibleMembers += 1 }
      let better = truth.filter { $0 != Int(item.node.index) && scores[$0] > own + margin }.count
      let notWorse = truth.filter { $0 != Int(item.node.index) && scores[$0] >= own - margin }.count
      if better <= position, notWorse >= position { possibleRanks += 1 }
    }
    #expect(proof.certainMembers <= possibleMembers)
    #expect(proof.certainRanks <= possibleRanks)
    #expect(proof.certainMembers <= list.items.count && proof.certainRanks <= list.items.count)
  }
}

import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinPageRank

@Suite struct PushMemoryTests {
  /// π = p + Σ_v r(v)·π_v, with π and every π_v from the dense solve, and Σ p + Σ r = 1.
  @Test(arguments: UInt64(0)..<60)
  func `estimates and residuals account for all mass`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 3)
    let snapshot = try RandomGraph(seed: seed, duplicates: .keep).snapshot
    let ways = someWays(snapshot.schema).randomElement(using: &random)!
    let dense = DensePageRank(snapshot, following: ways)
    let surface = try Surface(snapshot, following: ways, usesWeights: true, execution: .serial)
    let memory = PushMemory(surface, damping: 0.85)
    let sources = someSources(dense, using: &random)
    let restart = dense.restart(sources)
    let exact = dense.scores(restart: restart, damping: 0.85)
    // The scores that mass at a single state goes on to, while dangling states still return to the sources.
    let onward = (0..<dense.count).map { state in dense.onward(from: state, restart: restart, damping: 0.85) }
    for _ in 0..<2 {
      memory.begin(try surface.restart(at: sources))
      var threshold = memory.initialRatio
      for limit in [3, 10, Int.max, 25, Int.max, Int.max] {
        threshold *= 0.3
        _ = try memory.push(threshold: threshold, limit: limit)
        var found = [Double](repeating: 0, count: dense.count)
        var mass = 0.0
        for state in 0..<dense.count where memory.isTouched(state) {
          let residual = memory.states[state].residual
          #expect(residual >= 0)
          mass += memory.estimates[state] + residual
          found[state] += memory.estimates[state]
          for target in 0..<dense.count { found[target] += residual * onward[state][target] }
          if limit == .max, dense.strength[state] > 0 {
            #expect(residual <= threshold * dense.strength[state] * 1.000001)
          }
        }
        #expect(abs(mass - 1) < 1e-12)
        #expect(zip(found, exact).allSatisfy { abs($0 - $1) < 1e-11 })
      }
    }
  }

  @Test func `a damaged row stops the push`() throws {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let folder = TemporaryFolder()
    try snapshot.write(to: folder.file("good.akin"))
    let good = bytes(of: folder.file("good.akin"))
    var refused = 0
    for section in snapshot.sections where section.byteCount > 64 {
      var bad = good
      for offset in 8..<40 { bad[Int(section.offset) + offset] = 0xFF }
      folder.write(bad, to: "bad.akin")
      do {
        let opened = try Snapshot.open(folder.file("bad.akin"))
        let item = NodeTypeID(rawValue: 1)
        let method = try PersonalizedPageRank(
          opened, following: .thereAndBack(Hop(relation: 0, direction: .reverse)), ranking: item)
        let query = Query(
          sources: (0..<14).map { WeightedSource(NodeID(type: item, index: $0)) },
          candidates: CandidateFilter(type: item))
        _ = try method.rank(query, k: 3)
      } catch is GraphError {
        refused += 1
      }
    }
    // Offsets and neighbours of both directions, and the schema.
    #expect(refused == 5)
  }
}

extension DensePageRank {
  /// Scores by state when all mass is put on one state now, and restarts lead nowhere but from dangling states.
  func onward(from state: Int, restart: [Double], damping: Double) -> [Double] {
    var mass = [Double](repeating: 0, count: count)
    mass[state] = 1
    var scores = [Double](repeating: 0, count: count)
    for _ in 0..<200 {
      var next = [Double](repeating: 0, count: count)
      for from in 0..<count where mass[from] > 0 {
        scores[from] += (1 - damping) * mass[from]
        for to in 0..<count {
          next[to] += damping * mass[from] * (strength[from] > 0 ? transition[from][to] : restart[to])
        }
      }
      mass = next
    }
    return scores
  }
}

import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinWalks

@Suite struct HeldVisitsTests {
  private struct Sums: Equatable {
    var visits = 0.0
    var squares = 0.0
  }

  private struct Stop: Error {}

  /// Added up in order, candidate by candidate, one after the other; so bits are the same.
  @Test(arguments: [1, 7, 2048, 32_768, 32_769, 100_000, 3_000_000])
  func `sums are those of a dictionary`(candidates: Int) throws {
    var random = SplitMix64(seed: UInt64(candidates))
    var held = HeldVisits(candidateCount: candidates)
    for round in 0..<6 {
      var expected: [UInt32: Sums] = [:]
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        // Half of them at few candidates, the last among them.
        let visits = (0..<Int.random(in: 0...3000, using: &random)).map { _ in
          let near = Bool.random(using: &random) ? min(candidates, 20) : candidates
          return Visit(
            candidate: UInt32(candidates - Int.random(in: 1...near, using: &random)), connector: 0,
            worth: round % 2 == 0 ? 1 : Double.random(in: 1...5, using: &random))
        }
        held.add(visits.span)
        for visit in visits {
          expected[visit.candidate, default: Sums()].visits += visit.worth
          expected[visit.candidate, default: Sums()].squares += visit.worth * visit.worth
        }
        let mean = Double.random(in: 0.1...9, using: &random)
        let candidate = UInt32.random(in: 0..<UInt32(candidates), using: &random)
        held.add(expected: mean, at: candidate)
        expected[candidate, default: Sums()].visits += mean
      }
      var found: [UInt32: VisitSum] = [:]
      if round == 3 {
        #expect(throws: Stop.self, performing: { _ = try held.drain { (_, _) throws in throw Stop() } })
        #expect(held.isEmpty)
        continue
      }
      let passedOver = held.drain { candidate, sum in
        #expect(found[candidate] == nil)
        found[candidate] = sum
        return -.infinity
      }
      #expect(passedOver == 0)
      #expect(held.isEmpty && found.count == expected.count)
      for (candidate, sums) in expected {
        let right = VisitSum(visits: sums.visits, squares: sums.squares)
        #expect(found[candidate]?.root == right.root && found[candidate]?.variance == right.variance)
        #expect(right.root == sums.visits.squareRoot() && right.variance == sums.squares / sums.visits / 4)
      }
    }
  }

  /// Visits that count 1, after a while others, and what is known in the mean at the end of each source.
  @Test(arguments: [1, 2048, 40_000, 3_000_000])
  func `roots of several sources are those of a dictionary`(candidates: Int) throws {
    var random = SplitMix64(seed: UInt64(candidates) &+ 5)
    var held = HeldVisits(candidateCount: candidates)
    for round in 0..<4 {
      held.begin(hasSources: true)
      var expected: [UInt32: VisitCounts.Counter] = [:]
      for source in 0..<5 {
        var own: [UInt32: Sums] = [:]
        for _ in 0..<Int.random(in: 0...300, using: &random) {
          let near = Bool.random(using: &random) ? min(candidates, 20) : candidates
          let worth = source < 2 ? 1 : Double.random(in: 1...5, using: &random)
          let visit = Visit(
            candidate: UInt32(candidates - Int.random(in: 1...near, using: &random)), connector: 0, worth: worth)
          held.add([visit].span)
          own[visit.candidate, default: Sums()].visits += worth
          own[visit.candidate, default: Sums()].squares += worth * worth
        }
        if source % 2 == 0 {
          held.add(expected: 0.5, at: 0)
          own[0, default: Sums()].visits += 0.5
        }
        held.finishSource()
        for (candidate, sums) in own {
          expected[candidate, default: VisitCounts.Counter()].root += sums.visits.squareRoot()
          expected[candidate, default: VisitCounts.Counter()].variance += sums.squares / sums.visits / 4
        }
      }
      if round == 1 {
        #expect(throws: Stop.self, performing: { _ = try held.drain { (_, _) throws in throw Stop() } })
        #expect(held.isEmpty)
        continue
      }
      var found: [UInt32: VisitSum] = [:]
      let passedOver = held.drain { candidate, sum in
        #expect(found[candidate] == nil)
        found[candidate] = sum
        return -.infinity
      }
      #expect(passedOver == 0)
      #expect(held.isEmpty && found.count == expected.count)
      for (candidate, counter) in expected {
        #expect(found[candidate]?.root == counter.root && found[candidate]?.variance == counter.variance)
      }
    }
  }

  @Test(arguments: [false, true])
  func `what is below the bar is counted only`(hasSources: Bool) {
    var held = HeldVisits(candidateCount: 10_000)
    held.begin(hasSources: hasSources)
    // Candidate i is visited i % 7 + 1 times.
    for candidate in UInt32(0)..<10_000 {
      for _ in 0...candidate % 7 { held.add([Visit(candidate: candidate, connector: 0)].span) }
    }
    held.finishSource()
    var found: [UInt32] = []
    let passedOver = held.drain { candidate, sum in
      found.append(candidate)
      return 4.5
    }
    #expect(passedOver + found.count == 10_000)
    #expect(found.dropFirst().sorted() == (1..<10_000).filter { $0 % 7 >= 4 })
  }

  /// More visits than are held are counted one by one, wherever in a source that happens.
  @Test func `beyond what is held the sums are the same`() throws {
    var random = SplitMix64(seed: 8)
    let parts = HeldVisits.limit * 3 / 8
    let visits = (0..<5).map { source in
      (0..<parts).map { _ in
        Visit(
          candidate: UInt32.random(in: 0..<5000, using: &random), connector: 0, worth: source % 2 == 0 ? 1 : 1.5)
      }
    }
    func sums(asks: Bool) throws -> [[Double]] {
      var counts = VisitCounts(candidateCount: 5000)
      counts.begin(sources: visits.count, asks: asks)
      for own in visits {
        counts.add(own.span)
        counts.add(expected: 0.25, at: 7)
        counts.finishSource()
      }
      var sums = [[Double]](repeating: [], count: 5000)
      let passedOver = try counts.drain(prefetch: { _ in }) { candidate, sum in
        sums[Int(candidate)] = [sum.root, sum.variance]
        return -.infinity
      }
      #expect(passedOver == 0)
      return sums
    }
    #expect(try sums(asks: false) == sums(asks: true))
  }

  /// A query that may stop early holds nothing.
  @Test(arguments: [1.0, 0.25], [1, 4])
  func `held or not, a list has the same bits`(exponent: Double, sources: UInt32) throws {
    var random = SplitMix64(seed: 77)
    let snapshot = try bipartiteSnapshot(
      (0..<9000).map { ("u\($0 / 30)", "i\(Int.random(in: 0..<40_000, using: &random))") })
    var options = PixieOptions()
    options.connectorExponent = exponent
    // Fewer than there are between two looks, so that what is known in the mean is added once.
    options.steps = 30_000
    let item = NodeTypeID(rawValue: 1)
    let back = Hop(relation: 0, direction: .reverse)
    let held = Pixie(snapshot, hop: back, options: options).makeSession()
    options.earlyStop = PixieOptions.EarlyStop(candidates: .max, visits: 1)
    let counted = Pixie(snapshot, hop: back, options: options).makeSession()
    for number in UInt32(0)..<6 {
      let query = Query(
        sources: (0..<sources).map { WeightedSource(NodeID(type: item, index: number * 97 + $0)) },
        candidates: CandidateFilter(type: item, excluded: NodeSet([number * 97])), seed: UInt64(number))
      for k in [1, 50, 100_000] {
        #expect(try held.rank(query, k: k) == counted.rank(query, k: k))
      }
      let nodes = try held.rank(query, k: 30).items.map(\.node)
      #expect(try held.scores(of: nodes, for: query) == counted.scores(of: nodes, for: query))
    }
  }
}

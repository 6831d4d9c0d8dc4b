import AkinEvaluation
import Testing
import TestSupport

@Suite struct ListPairTests {
  private func pair(_ before: String, _ after: String) throws -> ListPair {
    try ListPair(
      before: before.unicodeScalars.map { UInt32($0.value) }, after: after.unicodeScalars.map { UInt32($0.value) })
  }

  @Test func `overlap and jaccard by hand`() throws {
    let pair = try pair("abcde", "bafgc")
    #expect(pair.overlap(at: 1) == 0)
    #expect(pair.overlap(at: 2) == 1)
    #expect(pair.overlap(at: 3) == 2.0 / 3)
    #expect(pair.overlap() == 3.0 / 5)
    #expect(pair.jaccard(at: 3) == 2.0 / 4)
    #expect(pair.jaccard() == 3.0 / 7)
    #expect(try self.pair("", "").overlap() == 1)
    #expect(try self.pair("", "").jaccard(at: 5) == 1)
    #expect(try self.pair("", "a").overlap() == 0)
    #expect(try self.pair("ab", "abcd").overlap(at: 4) == 0.5)
  }

  /// 12345 and 23415 at 0.9: 0.828, from the README of the Scala library rankmeasures. By hand: the overlaps are 0, 1/2,
  /// 2/3, 1, 1, so 0.1/0.9·(0.5·0.81 + 0.66667·0.729 + 0.6561 + 0.59049) + 0.59049 = 0.23751 + 0.59049.
  /// abcdefg and bacdefg: 0.900, from the tests of the Python library of D. Lukeš: 1 − (1 − p) at the first rank.
  @Test func `published values of rank-biased overlap`() throws {
    #expect(abs(try pair("12345", "23415").rankBiasedOverlap(persistence: 0.9) - 0.828) < 1e-9)
    #expect(abs(try pair("abcdefg", "bacdefg").rankBiasedOverlap(persistence: 0.9) - 0.9) < 1e-12)
    #expect(abs(try pair("abcdefg", "abcdefg").rankBiasedOverlap(persistence: 0.9) - 1) < 1e-12)
  }

  @Test func `a list and its continuation agree fully`() throws {
    #expect(abs(try pair("abcde", "abcdefg").rankBiasedOverlap() - 1) < 1e-12)
    #expect(try pair("abc", "xyz").rankBiasedOverlap() == 0)
    #expect(try pair("", "").rankBiasedOverlap() == 1)
    #expect(try pair("", "a").rankBiasedOverlap() == 0)
  }

  /// abcde against cdabe has the four inversions ca, cb, da, db among ten pairs: (6 − 4) / 10.
  @Test func `Kendall's tau by hand`() throws {
    #expect(abs(try pair("abcde", "cdabe").kendallTau()! - 0.2) < 1e-12)
    #expect(try pair("abc", "abc").kendallTau() == 1)
    #expect(try pair("abc", "cba").kendallTau() == -1)
    #expect(try pair("axb", "ybza").kendallTau() == -1)
    #expect(try pair("abc", "cxy").kendallTau() == nil)
  }

  @Test func `what entered, left and moved`() throws {
    let pair = try ListPair(before: [1, 2, 3, 4], after: [1, 3, 9, 2])
    #expect(
      pair.changes()
        == ListChanges(
          entered: [RankChange(item: 9, before: nil, after: 3)], left: [RankChange(item: 4, before: 4, after: nil)],
          moved: [RankChange(item: 3, before: 3, after: 2), RankChange(item: 2, before: 2, after: 4)], unchanged: 1))
    #expect(
      pair.changes(at: 2)
        == ListChanges(
          entered: [RankChange(item: 3, before: nil, after: 2)], left: [RankChange(item: 2, before: 2, after: nil)],
          moved: [], unchanged: 1))
  }

  @Test func `an item twice is refused`() {
    #expect(throws: EvaluationError.duplicateItem(item: 5, list: 1, ranks: [1, 3])) {
      try ListPair(before: [5], after: [5, 6, 5])
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `agrees with the definitions over sets`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func list() -> [UInt32] {
      Array((0..<UInt32(14)).shuffled(using: &random).prefix(Int.random(in: 0...12, using: &random)))
    }
    let (a, b) = (list(), list())
    let pair = try ListPair(before: a, after: b)
    let back = try ListPair(before: b, after: a)
    for k in [1, 2, 5, 20] {
      let (topA, topB) = (Set(a.prefix(k)), Set(b.prefix(k)))
      let common = topA.intersection(topB).count
      #expect(pair.commonCount(at: k) == common)
      if !topA.isEmpty || !topB.isEmpty {
        #expect(pair.jaccard(at: k) == Double(common) / Double(topA.union(topB).count))
        #expect(pair.overlap(at: k) == Double(common) / Double(max(topA.count, topB.count)))
      }
      let changes = pair.changes(at: k)
      #expect(Set(changes.entered.map(\.item)) == topB.subtracting(topA))
      #expect(Set(changes.left.map(\.item)) == topA.subtracting(topB))
      #expect(changes.moved.count + changes.unchanged == common)
    }
    for p in [0.3, 0.9, 0.98] {
      let rbo = pair.rankBiasedOverlap(persistence: p)
      #expect(abs(rbo - naiveRankBiasedOverlap(a, b, p)) < 1e-12)
      #expect(abs(rbo - back.rankBiasedOverlap(persistence: p)) < 1e-12)
      #expect((0...1).contains(rbo))
    }
    let shared = a.filter { b.contains($0) }
    var balance = 0
    for i in shared.indices {
      for j in shared.indices where j > i {
        balance += b.firstIndex(of: shared[i])! < b.firstIndex(of: shared[j])! ? 1 : -1
      }
    }
    let pairs = shared.count * (shared.count - 1) / 2
    if pairs > 0 {
      #expect(abs(pair.kendallTau()! - Double(balance) / Double(pairs)) < 1e-12)
      #expect(pair.kendallTau() == back.kendallTau())
    } else {
      #expect(pair.kendallTau() == nil)
    }
  }

  /// Equation 32 with the overlap of each depth counted afresh.
  private func naiveRankBiasedOverlap(_ a: [UInt32], _ b: [UInt32], _ p: Double) -> Double {
    let (s, l) = (min(a.count, b.count), max(a.count, b.count))
    if s == 0 { return l == 0 ? 1 : 0 }
    func x(_ depth: Int) -> Double { Double(Set(a.prefix(depth)).intersection(b.prefix(depth)).count) }
    func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { value, _ in value * p } }
    var sum = 0.0
    for d in 1...l {
      sum += x(d) / Double(d) * power(d)
      if d > s { sum += x(s) * Double(d - s) / Double(s * d) * power(d) }
    }
    return (1 - p) / p * sum + ((x(l) - x(s)) / Double(l) + x(s) / Double(s)) * power(l)
  }
}

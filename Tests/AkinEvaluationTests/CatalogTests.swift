import AkinEvaluation
import Testing
import TestSupport

/// Coverage, inequality and personalisation: what all lists together do to the catalogue.
@Suite struct CatalogTests {
  @Test func `coverage by hand`() throws {
    let lists = try ItemLists([[0, 1], [0, 2], []], itemCount: 8)
    #expect(lists.catalogCoverage(at: 1) == 1.0 / 8)
    #expect(lists.catalogCoverage(at: 2) == 3.0 / 8)
    #expect(lists.userCoverage() == 2.0 / 3)
    #expect(lists.userCoverage(atLeast: 3) == 0)
    let none = try ItemLists([], itemCount: 0)
    #expect(none.catalogCoverage() == 0 && none.userCoverage() == 0 && none.giniIndex() == nil)
  }

  /// Counts 0, 1, 1, 2: half the mean absolute difference over the mean is (1 + 1 + 2 + 0 + 1 + 1)·2/16 / 2 = 0.375.
  @Test func `gini by hand`() throws {
    #expect(abs(try ItemLists([[0, 1], [0, 2]], itemCount: 4).giniIndex()! - 0.375) < 1e-12)
    #expect(abs(try ItemLists([[0], [1], [2]], itemCount: 3).giniIndex()!) < 1e-12)
    #expect(abs(try ItemLists([[0], [0], [0]], itemCount: 5).giniIndex()! - 0.8) < 1e-12)
  }

  @Test func `personalisation by hand`() throws {
    #expect(try ItemLists([[0, 1], [1, 0], [0, 1]], itemCount: 4).personalization() == 0)
    #expect(try ItemLists([[0, 1], [2, 3]], itemCount: 4).personalization() == 1)
    // Pairs share 1, 0 and 1 of 2 items.
    #expect(abs(try ItemLists([[0, 1], [1, 2], [2, 3]], itemCount: 4).personalization()! - (1 - 2.0 / 6)) < 1e-12)
    #expect(try ItemLists([[0, 1], []], itemCount: 4).personalization() == nil)
    #expect(try ItemLists([[0, 1], [1, 0]], itemCount: 4).personalization(at: 10) == 0)
  }

  @Test(arguments: UInt64(0)..<20)
  func `agrees with all pairs`(seed: UInt64) throws {
    let data = RandomRankings(users: 25, items: 30, seed: seed)
    let lists = try ItemLists(data.lists, itemCount: 30)
    for k in [1, 3, 8] {
      let tops = data.lists.filter { !$0.isEmpty }.map { Set($0.prefix(k)) }
      let longest = tops.map(\.count).max()!
      var shared: [Double] = []
      for first in tops.indices {
        for second in tops.indices where second > first {
          shared.append(Double(tops[first].intersection(tops[second]).count) / Double(longest))
        }
      }
      let expected = 1 - shared.reduce(0, +) / Double(shared.count)
      #expect(abs(lists.personalization(at: k)! - expected) < 1e-12)

      let counts = (0..<30).map { item in Double(tops.count { $0.contains(UInt32(item)) }) }
      let differences = counts.flatMap { a in counts.map { abs(a - $0) } }.reduce(0, +)
      #expect(abs(lists.giniIndex(at: k)! - differences / (2 * 30 * counts.reduce(0, +))) < 1e-12)
      #expect(lists.catalogCoverage(at: k) == Double(counts.count { $0 > 0 }) / 30)
    }
  }
}

import AkinEvaluation
import Testing
import TestSupport

@Suite struct SerendipityTests {
  @Test func `hits that the baseline has do not count`() throws {
    let lists = try ItemLists([[0, 1, 2, 3]], itemCount: 6)
    let baseline = try ItemLists([[0, 5, 2]], itemCount: 6)
    let truth = try GroundTruth([[0, 1, 2]], itemCount: 6)
    #expect(truth.serendipity(at: 4, of: lists, baseline: baseline, user: 0) == 1.0 / 4)
    // At 2 the baseline's third item is not expected yet, and the list's third not recommended yet.
    #expect(truth.serendipity(at: 2, of: lists, baseline: baseline, user: 0) == 1.0 / 2)
  }

  @Test(arguments: UInt64(0)..<20)
  func `between zero and precision, and nothing against oneself`(seed: UInt64) throws {
    let data = RandomRankings(users: 20, items: 30, seed: seed)
    let other = RandomRankings(users: 20, items: 30, seed: seed + 100)
    let lists = try ItemLists(data.lists, itemCount: 30)
    let baseline = try ItemLists(other.lists, itemCount: 30)
    let truth = try GroundTruth(data.relevant, itemCount: 30)
    for user in 0..<20 {
      for k in [1, 4, 15] {
        let surprises = Set(data.lists[user].prefix(k)).subtracting(other.lists[user].prefix(k))
          .intersection(data.relevant[user])
        let found = truth.serendipity(at: k, of: lists, baseline: baseline, user: user)
        #expect(found == Double(surprises.count) / Double(k))
        #expect(found <= truth.outcome(of: lists, user: user).precision(at: k))
        #expect(truth.serendipity(at: k, of: lists, baseline: lists, user: user) == 0)
      }
    }
  }
}

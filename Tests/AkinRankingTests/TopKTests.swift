import AkinRanking
import Testing
import TestSupport

@Suite struct TopKTests {
  @Test(arguments: UInt64(0)..<50)
  func `agrees with a full sort, ties by index`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let type = NodeTypeID(rawValue: 1)
    let count = Int.random(in: 0...60, using: &random)
    // Few distinct scores, so that ties are common.
    let scores = (0..<count).map { _ in Double(Int.random(in: 0...5, using: &random)) }
    var again = TopK(3)
    again.offer(0, score: 1)
    for k in [0, 1, 5, 60, 1_000_000_000] {
      var top = TopK(k)
      again.begin(k)
      for index in scores.indices.shuffled(using: &random) {
        top.offer(UInt32(index), score: scores[index])
        again.offer(UInt32(index), score: scores[index])
      }
      let expected = scores.indices
        .sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(k)
        .map { RankedNode(node: NodeID(type: type, index: UInt32($0)), score: scores[$0]) }
      #expect(top.ranked(type: type) == expected)
      #expect(again.takeRanked(type: type) == expected)
      #expect(again.takeRanked(type: type) == [])
    }
  }
}

import AkinRanking
import Testing

@Suite struct QueryTests {
  let item = NodeTypeID(rawValue: 1)

  @Test func `repeated sources are merged and keep their order`() {
    let a = NodeID(type: item, index: 5)
    let b = NodeID(type: item, index: 2)
    let query = Query(
      sources: [WeightedSource(a), WeightedSource(b, weight: 3), WeightedSource(a, weight: 0.5)],
      candidates: CandidateFilter(type: item))
    #expect(query.sources == [WeightedSource(a, weight: 1.5), WeightedSource(b, weight: 3)])
  }

  @Test func `a node set holds what it was given`() {
    let set = NodeSet([9, 3, 3, 7, 9])
    #expect(set.indices == [3, 7, 9])
    #expect((0..<12).filter { set.contains($0) } == [3, 7, 9])
    #expect(!NodeSet().contains(0))
  }

  @Test func `a filter applies exclusion and permission`() {
    let filter = CandidateFilter(type: item, excluded: NodeSet([1]), allowed: NodeSet([1, 2]))
    #expect((0..<4).filter { filter.admits($0) } == [2])
  }
}

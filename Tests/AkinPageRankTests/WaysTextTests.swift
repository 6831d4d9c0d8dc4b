import AkinGraph
import AkinPageRank
import AkinRanking
import TestSupport
import Testing

@Suite struct WaysTextTests {
  private func hop(_ relation: Int, _ direction: Direction = .forward) -> Hop {
    Hop(relation: relation, direction: direction)
  }

  @Test func `texts and the ways that they mean`() throws {
    let schema = try RandomGraph(seed: 1).snapshot.schema
    func ways(_ text: String, _ weights: [String: Double] = [:]) throws -> Ways {
      try #require(WaysText(parsing: text)).ways(in: schema, along: hop(0, .reverse), weights: weights)
    }
    #expect(try ways("there-and-back") == .thereAndBack(hop(0, .reverse)))
    #expect(try ways("all") == .wholeGraph(schema))
    #expect(try ways("all", ["saved": 2.5, "tagged": 0]) == .wholeGraph(schema, weights: ["saved": 2.5, "tagged": 0]))
    #expect(
      try ways("directed", ["follows": 3])
        == .hops([WeightedHop(hop(0)), WeightedHop(hop(1), weight: 3), WeightedHop(hop(2))]))
    #expect(try ways("^saved/saved") == .metapath([hop(0, .reverse), hop(0)]))
    #expect(try ways("follows") == .metapath([hop(1)]))
    #expect(
      try ways("saved|^saved|tagged|^saved", ["tagged": 0.5])
        == .hops([WeightedHop(hop(0)), WeightedHop(hop(0, .reverse)), WeightedHop(hop(2), weight: 0.5)]))
    #expect(try ways("follows|follows") == .hops([WeightedHop(hop(1))]))
  }

  @Test(arguments: ["", "/", "saved/", "^", "saved||tagged", "^/saved", "|"])
  func `what is no way`(text: String) { #expect(WaysText(parsing: text) == nil) }

  @Test func `what does not fit the graph is named`() throws {
    let schema = try RandomGraph(seed: 1).snapshot.schema
    func ways(_ text: String, _ weights: [String: Double] = [:]) throws -> Ways {
      try #require(WaysText(parsing: text)).ways(in: schema, along: hop(0), weights: weights)
    }
    let known = ["saved", "follows", "tagged"]
    #expect(throws: PageRankError.unknownRelation("bought", known: known)) { try ways("saved/bought") }
    #expect(throws: PageRankError.unknownRelation("bought", known: known)) { try ways("all", ["bought": 1]) }
    #expect(throws: PageRankError.weightWithoutChoice(relation: "saved")) { try ways("^saved/saved", ["saved": 2]) }
    #expect(throws: PageRankError.weightWithoutChoice(relation: "saved")) { try ways("there-and-back", ["saved": 2]) }
    #expect(throws: PageRankError.nothingToFollow) { try ways("saved|^saved", ["saved": 0]) }
  }

  /// What `info` says of the ways makes the same ways again.
  @Test func `the description can be read back`() throws {
    let snapshot = try RandomGraph(seed: 1).snapshot
    for ways in someWays(snapshot.schema) {
      // The description has one weight a relation.
      if case .hops(let hops) = ways, hops.contains(where: { $0.hop == hop(1) && $0.weight == 0.5 }) { continue }
      let types = DensePageRank(snapshot, following: ways).types
      let method = try PersonalizedPageRank(snapshot, following: ways, ranking: types[0])
      let parameters = Dictionary(uniqueKeysWithValues: method.info.parameters.map { ($0.name, $0.value) })
      var weights: [String: Double] = [:]
      for (name, value) in parameters where name.hasPrefix("weight.") {
        weights[String(name.dropFirst(7))] = Double(value)
      }
      let description = try #require(parameters["ways"])
      let text = try #require(WaysText(parsing: description))
      var along = hop(0)
      if case .thereAndBack(let own) = ways { along = own }
      #expect(try text.ways(in: snapshot.schema, along: along, weights: weights) == ways)
    }
  }
}

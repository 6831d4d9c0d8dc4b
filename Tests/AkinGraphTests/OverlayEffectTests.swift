import AkinGraph
import Testing

@Suite struct OverlayEffectTests {
  /// ann and bob have films 1 and 2, which are called Dune and Emma.
  private func snapshot() throws -> Snapshot {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let film = builder.addNodeType("film")
    let seen = builder.addRelation("seen", from: user, to: film, duplicates: .last)
    for (source, target) in [("ann", "1"), ("ann", "2"), ("bob", "1")] {
      let from = try builder.intern(source, type: user)
      let to = try builder.intern(target, type: film)
      builder.addEdge(seen, from: from, to: to)
      builder.setLabel(target == "1" ? "Dune" : "Emma", of: to, type: film)
    }
    return try builder.build().snapshot
  }

  @Test func `what is new, repeated, taken out or suspicious is counted`() throws {
    func edge(_ source: String, _ target: String) -> OverlayOperation {
      .addEdge(relation: 0, source: source, target: target, weight: nil, value: nil, time: nil)
    }
    let effect = try OverlayEffect(
      of: [
        edge("ann", "1"), edge("cyn", "2"), edge("cyn", "2"), edge("cyn", "emma"), edge("ann", "3"),
        .removeEdge(relation: 0, source: "bob", target: "1"), .removeNode(type: 0, id: "ann"),
        .addNode(type: 1, id: "4", label: nil),
      ], on: snapshot())
    #expect(effect.addedEdges == 5)
    #expect(effect.repeatedPairs == 2)
    #expect(effect.removedPairs == 1)
    #expect(effect.removedNodes == 1)
    #expect(effect.newNodes == [1, 3])
    #expect(effect.labelsAsIDs.map { [String($0.type), $0.id, $0.labelled] } == [["1", "emma", "2"]])
    #expect(effect.labelsAsIDsTotal == 1)
  }
}

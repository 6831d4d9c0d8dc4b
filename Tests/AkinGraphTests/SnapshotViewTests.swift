import AkinGraph
import AkinParallel
import TestSupport
import Testing

@Suite struct SnapshotViewTests {
  @Test(arguments: UInt64(0)..<20)
  func `a view is the graph that its edges alone would have made`(seed: UInt64) throws {
    let random = try RandomGraph(seed: seed, duplicates: .keep)
    for relation in random.snapshot.relations.indices {
      let view = try random.snapshot.keepingEdges(of: relation) { ($0.source + $0.target) % 3 != 0 }
      #expect(try view.verify(execution: .serial) == [])
      for other in random.snapshot.relations.indices where other != relation {
        #expect(
          view.relations[other].forward.neighbors.array() == random.snapshot.relations[other].forward.neighbors.array())
      }
      let kept = random.edges.filter { $0.relation == relation && ($0.source + $0.target) % 3 != 0 }
      let pairs =
        relation == 2 ? Set(kept.map { [$0.source, $0.target] }).count : kept.count
      #expect(view.relations[relation].forward.edgeCount == pairs)
      #expect(view.schema.relations[relation].edgeCount == pairs)
    }
  }

  @Test func `all edges give an equal graph, and none an empty one`() throws {
    let random = try RandomGraph(seed: 3)
    let all = try random.snapshot.keepingEdges(of: 0) { _ in true }
    #expect(all.fingerprint == random.snapshot.fingerprint)
    let none = try random.snapshot.keepingEdges(of: 0) { _ in false }
    #expect(none.relations[0].forward.edgeCount == 0)
    #expect(none.nodes.map(\.count) == random.snapshot.nodes.map(\.count))
    #expect(try none.verify(execution: .serial) == [])
    #expect(none.fingerprint != all.fingerprint)
  }

  @Test func `a view can be written and opened`() throws {
    let folder = TemporaryFolder()
    let random = try RandomGraph(seed: 8)
    let view = try random.snapshot.keepingEdges(of: 0) { $0.position % 2 == 0 }
    try view.write(to: folder.file("view.akin"))
    let opened = try Snapshot.open(folder.file("view.akin"))
    #expect(opened.fingerprint == view.fingerprint)
    #expect(try opened.verify(execution: .serial) == [])
  }
}

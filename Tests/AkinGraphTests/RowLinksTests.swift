import AkinParallel
import TestSupport
import Testing

@testable import AkinGraph

@Suite struct RowLinksTests {
  /// Links read field by field against the rows, as wide as they are and narrowed to where most degrees are looked up.
  @Test(arguments: UInt64(0)..<20, [UInt32(2), 32])
  func `a link is a neighbour with its row`(seed: UInt64, degreeBits: UInt32) throws {
    let snapshot = try RandomGraph(seed: seed, duplicates: .keep).snapshot
    for plain in snapshot.relations {
      let relation = try plain.linked(degreeBits: degreeBits, cancellation: Cancellation())
      for (edges, rows) in [(relation.forward, relation.reverse), (relation.reverse, relation.forward)] {
        let links = try #require(edges.links)
        #expect(links.words.count == edges.edgeCount)
        for edge in 0..<edges.edgeCount {
          let word = links.words[edge]
          let node = UInt32(word % (1 << UInt64(links.format.start)))
          let first = Int(word >> UInt64(links.format.start) % (1 << UInt64(links.format.degree - links.format.start)))
          let degree = Int(word >> UInt64(links.format.degree))
          #expect(node == edges.neighbors[edge])
          let row = try rows.edges(of: node)
          #expect(first == row.lowerBound)
          let full = 1 << (64 - Int(links.format.degree)) - 1
          #expect(degree == min(row.count, full))
          if degreeBits == 2 { #expect(full == 3) }
        }
      }
    }
  }

  @Test func `a resident graph has links where they are asked for`() throws {
    let snapshot = try RandomGraph(seed: 3).snapshot
    #expect(try snapshot.resident().relations[0].forward.links == nil)
    let linked = try snapshot.resident(relations: [1], isLinked: true)
    #expect(linked.relations[0].forward.links == nil)
    #expect(linked.relations[1].forward.links != nil && linked.relations[1].reverse.links != nil)
    #expect(linked.fingerprint == snapshot.fingerprint)
    let edges = snapshot.relations[1].forward.edgeCount
    #expect(
      snapshot.residentByteCount(ofRelation: 1, isLinked: true)
        == snapshot.residentByteCount(ofRelation: 1) + 16 * edges)
    let cancellation = Cancellation()
    cancellation.cancel()
    if edges > 0 {
      #expect(throws: CancellationError.self) { try snapshot.relations[1].linked(cancellation: cancellation) }
    }
  }

  /// Rows that overlap and neighbours that do not exist.
  @Test func `a damaged relation has no links`() throws {
    func relation(_ offsets: [UInt64], _ neighbors: [UInt32]) -> RelationEdges {
      let damaged = Adjacency(
        offsets: Column(offsets), neighbors: Column(neighbors), neighborCount: 2, attributes: EdgeAttributes())
      let sound = Adjacency(
        offsets: Column([0, 1, 3]), neighbors: Column([0, 0, 1]), neighborCount: 2, attributes: EdgeAttributes())
      return RelationEdges(forward: damaged, reverse: sound, timeBase: nil)
    }
    func isLinked(_ relation: RelationEdges) throws -> Bool {
      try relation.linked(cancellation: Cancellation()).forward.links != nil
    }
    #expect(try isLinked(relation([0, 2, 3], [0, 1, 1])))
    #expect(try !isLinked(relation([0, 2, 3], [0, 1, 2])))
    #expect(try !isLinked(relation([0, 4, 3], [0, 1, 1])))
    #expect(try !isLinked(relation([0, 2, 4], [0, 1, 1])))
    #expect(try !isLinked(relation([1, 2, 3], [0, 1, 1])))
  }

  @Test func `a word that is too small is none`() {
    func rows(nodes: Int, edges: Int) -> Adjacency {
      Adjacency(
        offsets: Column([UInt64](repeating: 0, count: nodes + 1)),
        neighbors: Column([UInt32](repeating: 0, count: edges)), neighborCount: 1, attributes: EdgeAttributes())
    }
    let format = LinkFormat(rows: [rows(nodes: 5, edges: 9), rows(nodes: 3, edges: 9)])
    #expect(format?.start == 3)
    #expect(format?.degree == 32)
    #expect(LinkFormat(rows: [rows(nodes: 5, edges: 9)], degreeBits: 8)?.degree == 56)
  }
}

import AkinGraph
import AkinParallel
import TestSupport
import Testing

@Suite struct SnapshotResidencyTests {
  @Test(arguments: UInt64(0)..<10)
  func `a resident graph is the same graph`(seed: UInt64) throws {
    let folder = TemporaryFolder()
    try RandomGraph(seed: seed).snapshot.write(to: folder.file("g.akin"))
    let mapped = try Snapshot.open(folder.file("g.akin"))
    let resident = try mapped.resident(relations: [0, 2])
    #expect(resident.fingerprint == mapped.fingerprint)
    var bytes = 0
    for number in mapped.relations.indices {
      for direction in Direction.allCases {
        let hop = Hop(relation: number, direction: direction)
        let (old, new) = (mapped.adjacency(hop), resident.adjacency(hop))
        #expect(old.offsets.array() == new.offsets.array())
        #expect(old.neighbors.array() == new.neighbors.array())
        #expect(old.neighborCount == new.neighborCount)
        #expect(old.attributes.weights?.array() == new.attributes.weights?.array())
        bytes += number == 0 ? 8 * old.offsets.count + 4 * old.neighbors.count : 0
      }
    }
    #expect(mapped.residentByteCount(ofRelation: 0) == bytes)
    try resident.write(to: folder.file("h.akin"))
    #expect(try Snapshot.open(folder.file("h.akin")).fingerprint == mapped.fingerprint)
  }

  @Test func `copying stops when it is told to`() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let snapshot = try RandomGraph(seed: 1).snapshot
    #expect(throws: CancellationError.self) { try snapshot.resident(cancellation: cancellation) }
  }
}

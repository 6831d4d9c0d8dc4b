import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinGraph

@Suite struct SnapshotFileTests {
  let folder = TemporaryFolder()

  func everything(in snapshot: Snapshot) throws -> [[UInt8]] {
    try Snapshot.columns(schema: snapshot.schema, nodes: snapshot.nodes, relations: snapshot.relations)
      .map { unsafe $0.column.withBytes { unsafe Array($0) } }
  }

  @Test(arguments: UInt64(0)..<40)
  func `a file gives back what was written, bit for bit`(seed: UInt64) throws {
    let built = try RandomGraph(seed: seed).snapshot
    let path = folder.file("g.akin")
    try built.write(to: path)
    let opened = try Snapshot.open(path)
    #expect(opened.schema == built.schema)
    #expect(opened.fingerprint == built.fingerprint)
    #expect(opened.sections == built.sections)
    #expect(try everything(in: opened) == everything(in: built))
    #expect(try opened.verify() == [])
    // Written again from the mapping, over the file that it maps.
    let before = bytes(of: path)
    try opened.write(to: path)
    var after = bytes(of: path)
    // Creation time and the header's checksum may differ; nothing else.
    for range in [40..<48, 56..<64] { after.replaceSubrange(range, with: before[range]) }
    #expect(after == before)
    #expect(folder.names() == ["g.akin"])
  }

  /// Reads a snapshot in every way there is; throws where it is damaged, must never crash.
  func exercise(_ path: String) throws {
    let snapshot = try Snapshot.open(path)
    _ = try snapshot.statistics()
    for table in snapshot.nodes {
      for index in 0..<table.count {
        _ = try table.index(ofID: try table.ids.string(at: index))
        _ = try table.indices(ofLabel: try table.name(of: UInt32(index)))
      }
    }
    for edges in snapshot.relations {
      for adjacency in [edges.forward, edges.reverse] {
        for node in 0..<adjacency.nodeCount {
          for edge in try adjacency.edges(of: UInt32(node)) {
            _ = try adjacency.neighbor(at: edge)
            _ = adjacency.attributes.times?.time(at: edge)
          }
        }
      }
    }
  }

  @Test func `a flipped bit anywhere is detected or harmless`() throws {
    let snapshot = try RandomGraph(seed: 3).snapshot
    let path = folder.file("g.akin")
    try snapshot.write(to: path)
    let intact = bytes(of: path)
    // Every byte of the header, every few of table and sections, so that each place in an element and an entry has its
    // turn; of the zeros between them only a few.
    var positions = Set(0..<ContainerHeader.size)
    positions.formUnion(stride(from: 64, to: 64 + snapshot.sections.count * SectionEntry.size, by: 7))
    for section in snapshot.sections {
      positions.formUnion(stride(from: Int(section.offset), to: Int(section.offset + section.byteCount), by: 5))
    }
    for position in stride(from: 0, to: intact.count, by: 509) { positions.insert(position) }
    var random = SplitMix64(seed: 1)
    var undetected = 0
    for position in positions.sorted() {
      var damaged = intact
      damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      folder.write(damaged, to: "d.akin")
      do {
        try exercise(folder.file("d.akin"))
        let findings = try Snapshot.open(folder.file("d.akin")).verify()
        if findings.isEmpty { undetected += 1 }
      } catch is GraphError {
        // Detected on the way.
      }
    }
    #expect(undetected == 0)
  }

  @Test func `a file cut anywhere is refused`() throws {
    let path = folder.file("g.akin")
    try RandomGraph(seed: 5).snapshot.write(to: path)
    let intact = bytes(of: path)
    for count in Array(0..<200) + Array(stride(from: 200, to: intact.count, by: 997)) {
      let cut = folder.write(Array(intact[0..<count]), to: "cut.akin")
      #expect(throws: GraphError.self) { try Snapshot.open(cut) }
    }
    let longer = folder.write(intact + [0], to: "long.akin")
    #expect(
      throws: GraphError.corrupt(
        path: longer, place: "the end", found: "\(intact.count + 1) bytes",
        expected: "\(intact.count) as the header says")
    ) {
      try Snapshot.open(longer)
    }
  }

  @Test func `what is not a snapshot is named`() throws {
    let text = folder.write("userId,movieId\n1,2\n", to: "ratings.csv")
    #expect(throws: GraphError.notASnapshot(path: text, found: "the bytes 75 73 65 72 49 64 2c 6d")) {
      try Snapshot.open(text)
    }
    let empty = folder.write("", to: "empty")
    #expect(throws: GraphError.notASnapshot(path: empty, found: "an empty file")) { try Snapshot.open(empty) }
    #expect(throws: GraphError.cannotRead(path: folder.path, reason: "it is a directory")) {
      try Snapshot.open(folder.path)
    }
    let absent = folder.file("absent")
    #expect(throws: GraphError.cannotRead(path: absent, reason: "No such file or directory")) {
      try Snapshot.open(absent)
    }
  }

  @Test func `a newer version, another byte order and another content are named`() throws {
    let path = folder.file("g.akin")
    try RandomGraph(seed: 5).snapshot.write(to: path)
    let intact = bytes(of: path)
    func changed(_ name: String, at position: Int, to new: [UInt8]) -> String {
      var bytes = intact
      bytes.replaceSubrange(position..<position + new.count, with: new)
      // A valid checksum, as a real newer version would write.
      let checksum = unsafe bytes[0..<56].withUnsafeBytes { unsafe XXH64.hash($0) }
      for byte in 0..<8 { bytes[56 + byte] = UInt8(truncatingIfNeeded: checksum >> UInt64(8 * byte)) }
      return folder.write(bytes, to: name)
    }
    let newer = changed("newer.akin", at: 12, to: [7, 0])
    #expect(throws: GraphError.unsupportedVersion(path: newer, found: 7, supported: 1)) { try Snapshot.open(newer) }
    let swapped = changed("swapped.akin", at: 8, to: [1, 2, 3, 4])
    #expect(throws: GraphError.wrongByteOrder(path: swapped)) { try Snapshot.open(swapped) }
    let other = changed("other.akin", at: 16, to: [99, 0, 0, 0])
    #expect(
      throws: GraphError.wrongContent(
        path: other, found: "a file of content kind 99", expected: "a graph (kind 1) or a model (kind 2)")
    ) {
      try Snapshot.open(other)
    }
  }

  @Test func `a place that cannot be written is named and nothing is left`() throws {
    let snapshot = try RandomGraph(seed: 1).snapshot
    #expect(throws: GraphError.cannotWrite(path: folder.path, reason: "it is a directory")) {
      try snapshot.write(to: folder.path)
    }
    let nowhere = folder.file("no/such/g.akin")
    #expect(throws: GraphError.cannotWrite(path: nowhere, reason: "No such file or directory")) {
      try snapshot.write(to: nowhere)
    }
    #expect(throws: GraphError.self) { try snapshot.write(to: folder.path + "/") }
    let cancellation = Cancellation()
    cancellation.cancel()
    folder.write("old", to: "g.akin")
    #expect(throws: CancellationError.self) {
      try snapshot.write(to: folder.file("g.akin"), execution: Execution(threads: 1, cancellation: cancellation))
    }
    #expect(bytes(of: folder.file("g.akin")) == Array("old".utf8))
    #expect(folder.names() == ["g.akin"])
  }

  @Test func `the fingerprint is that of the content`() throws {
    let first = try RandomGraph(seed: 8).snapshot
    let again = try RandomGraph(seed: 8).snapshot
    let other = try RandomGraph(seed: 9).snapshot
    #expect(first.fingerprint == again.fingerprint)
    #expect(first.fingerprint != other.fingerprint)
  }
}

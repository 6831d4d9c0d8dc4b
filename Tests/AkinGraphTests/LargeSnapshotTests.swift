import AkinParallel
import AkinRanking
import Glibc
import TestSupport
import Testing

@testable import AkinGraph

/// Positions beyond 32 bits, in a file whose middle is a hole and takes no room on the disk.
@Suite struct LargeSnapshotTests {
  private static let edgeCount = (1 << 32) + 1000

  /// A graph of one relation with `edgeCount` edges from source 2 to target 0, the hole, but for the last 300, which are
  /// of source 3.
  ///
  /// - Returns: `false` where the file system keeps no holes.
  private func makeFile(_ path: String) throws -> Bool {
    let sourceCount = 4
    let targetCount = 500
    var schema = Schema(
      nodeTypes: [NodeType(name: "user", count: sourceCount), NodeType(name: "item", count: targetCount)],
      relations: [
        Relation(
          name: "saved", source: NodeTypeID(rawValue: 0), target: NodeTypeID(rawValue: 1), duplicates: .keep)
      ], roles: Roles())
    schema.relations[0].edgeCount = Self.edgeCount
    var forward = [UInt64](repeating: UInt64(Self.edgeCount), count: sourceCount + 1)
    forward[0] = 0
    forward[1] = 0
    forward[2] = 0
    forward[3] = UInt64(Self.edgeCount - 300)
    // Of targets 0 has all edges but 300, each of which has a target of its own, from 200 on.
    var reverse = (0...targetCount).map { target in
      UInt64(Self.edgeCount - 300 + min(300, max(0, target - 200)))
    }
    reverse[0] = 0
    func table(_ count: Int, _ prefix: String) -> [Section] {
      let ids = StringColumn((0..<count).map { "\(prefix)\($0)" })
      let number = prefix == "u" ? 0 : 1
      return [
        Section(SectionKey(.idOffsets, subject: number), ids.offsets),
        Section(SectionKey(.idBytes, subject: number), ids.bytes),
        Section(SectionKey(.idSlots, subject: number), IDTable(of: ids).slots),
      ]
    }
    let small =
      try Snapshot.columns(schema: schema, nodes: [], relations: []) + table(sourceCount, "u") + table(targetCount, "i")
      + [
        Section(SectionKey(.edgeOffsets, subject: 0, part: 0), Column(forward)),
        Section(SectionKey(.edgeOffsets, subject: 0, part: 1), Column(reverse)),
      ]
    // Checksums of the two long sections would take minutes; nobody looks at them but `verify`.
    var entries = try SectionEntry.table(of: small, execution: .serial)
    let length = UInt64(4 * Self.edgeCount)
    // Two more rows make the table longer, so everything begins two pages later.
    for number in entries.indices { entries[number].offset += 2 * SectionEntry.alignment }
    for part in 0..<2 {
      let end = entries.map { $0.offset + $0.byteCount }.max()!
      entries.append(
        SectionEntry(
          kind: SectionKind.neighbors.rawValue, elementType: ElementType.uint32.rawValue, subject: 0,
          part: UInt32(part),
          offset: (end + SectionEntry.alignment - 1) / SectionEntry.alignment * SectionEntry.alignment,
          byteCount: length, checksum: 0))
    }
    let header = ContainerHeader(
      content: .graph, sectionCount: UInt32(entries.count), fileLength: entries.map { $0.offset + $0.byteCount }.max()!,
      created: 0, fingerprint: SectionEntry.fingerprint(of: entries))
    let file = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    #expect(file >= 0)
    defer { close(file) }
    // A hole is made by setting the length. Where the file system refuses the length, it has none either.
    guard ftruncate(file, off_t(header.fileLength)) == 0 else { return false }
    func put(_ bytes: [UInt8], at offset: UInt64) {
      let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress!, $0.count, off_t(offset)) }
      #expect(written == bytes.count)
    }
    put(header.encoded() + SectionEntry.encoded(entries), at: 0)
    for (section, entry) in zip(small, entries) {
      put(unsafe section.column.withBytes { bytes in unsafe Array(bytes) }, at: entry.offset)
    }
    let last = entries[entries.count - 2]
    let far = (0..<300).flatMap { edge -> [UInt8] in
      var bytes: [UInt8] = []
      bytes.append(littleEndian: UInt32(200 + edge))
      return bytes
    }
    put(far, at: last.offset + last.byteCount - UInt64(far.count))
    let back = (0..<300).flatMap { _ -> [UInt8] in [3, 0, 0, 0] }
    put(back, at: header.fileLength - UInt64(back.count))
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { return false }
    return Int(status.st_blocks) * 512 < 1 << 24
  }

  @Test func `edges beyond 2^32 are read at their places`() throws {
    let folder = TemporaryFolder()
    let path = folder.file("large.akin")
    guard try makeFile(path) else {
      print("skipped: the file system of \(folder.path) keeps no holes, and this file would take 34 GB")
      return
    }
    let snapshot = try Snapshot.open(path)
    let (forward, reverse) = (snapshot.relations[0].forward, snapshot.relations[0].reverse)
    #expect(forward.edgeCount == Self.edgeCount && reverse.edgeCount == Self.edgeCount)
    #expect(try forward.degree(of: 2) == Self.edgeCount - 300)
    #expect(try forward.degree(of: 3) == 300)
    let row = try forward.edges(of: 3)
    #expect(row == Self.edgeCount - 300..<Self.edgeCount)
    let far = try row.map { try forward.neighbor(at: $0) }
    #expect(far == (0..<300).map { UInt32(200 + $0) })
    #expect(try forward.hasEdge(from: 3, to: 499))
    let isThere = try forward.hasEdge(from: 3, to: 199)
    #expect(!isThere)
    // By bisection over four billion equal entries.
    #expect(try forward.hasEdge(from: 2, to: 0))
    #expect(try forward.firstEdge(from: 2, to: 1) == Self.edgeCount - 300)
    #expect(try reverse.edges(of: 499) == Self.edgeCount - 1..<Self.edgeCount)
    #expect(try reverse.neighbor(at: Self.edgeCount - 1) == 3)
    #expect(snapshot.nodes[1].count == 500)
    #expect(try snapshot.nodes[1].index(ofID: "i499") == 499)
    #expect(snapshot.residentByteCount(ofRelation: 0) > 8 << 32)
  }
}

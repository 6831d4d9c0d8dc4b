import Foundation
import TestSupport
import Testing

@testable import AkinGraph

/// Seeded mutations of snapshots whose header and table are made right again, so that what is behind them is reached.
@Suite struct SnapshotFuzzTests {
  let folder = TemporaryFolder()

  @Test func `no mutation of a snapshot or a log is more than an error`() throws {
    let plan = FuzzPlan(rounds: 60)
    var random = SplitMix64(seed: plan.seed)
    let path = folder.file("g.akin")
    for round in 0..<plan.rounds {
      let snapshot = try RandomGraph(seed: UInt64(round % 8)).snapshot
      try snapshot.write(to: path)
      var damaged = bytes(of: path)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let section = snapshot.sections[Int.random(in: 0..<snapshot.sections.count, using: &random)]
        guard section.byteCount > 0 else { continue }
        let position = Int(section.offset) + Int.random(in: 0..<Int(section.byteCount), using: &random)
        damaged[position] = UInt8.random(in: 0...255, using: &random)
      }
      // The table, sometimes with a damaged entry, gets the checksums of what is there now.
      var entries = snapshot.sections
      if Bool.random(using: &random) {
        let number = Int.random(in: 0..<entries.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: entries[number].byteCount = UInt64.random(in: 0...200_000, using: &random)
        case 1: entries[number].offset = UInt64.random(in: 0...60, using: &random) * 4096
        case 2: entries[number].elementType = UInt16.random(in: 0...8, using: &random)
        default: entries[number].kind = UInt16.random(in: 0...24, using: &random)
        }
      }
      for number in entries.indices {
        let end = entries[number].offset.addingReportingOverflow(entries[number].byteCount)
        guard !end.overflow, end.partialValue <= UInt64(damaged.count) else { continue }
        let range = Int(entries[number].offset)..<Int(end.partialValue)
        entries[number].checksum = unsafe Array(damaged[range]).withUnsafeBytes { unsafe XXH64.hash($0) }
      }
      damaged.replaceSubrange(64..<64 + entries.count * SectionEntry.size, with: SectionEntry.encoded(entries))
      let header = ContainerHeader(
        content: .graph, sectionCount: UInt32(entries.count), fileLength: UInt64(damaged.count), created: 0,
        fingerprint: SectionEntry.fingerprint(of: entries))
      damaged.replaceSubrange(0..<64, with: header.encoded())
      folder.write(damaged, to: "d.akin")
      do {
        let opened = try Snapshot.open(folder.file("d.akin"))
        _ = try opened.verify()
        _ = try? opened.statistics()
        _ = try? opened.core([DegreeFloor(relation: 0, source: 2, target: 2)])
        _ = try? opened.induced(byNodes: opened.schema.nodeTypes.map { (0..<$0.count).map { $0 % 2 == 0 } })
        _ = try? opened.applying([
          .addEdge(relation: 0, source: "x", target: "y", weight: 1, value: nil, time: 5),
          .removeNode(type: 0, id: "é1"),
        ])
      } catch is GraphError {
        // Refused.
      }
    }
  }
}

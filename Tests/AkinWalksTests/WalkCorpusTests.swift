import AkinGraph
import AkinParallel
import AkinRanking
import AkinWalks
import Foundation
import TestSupport
import Testing

@Suite struct WalkCorpusTests {
  let folder: TemporaryFolder

  init() { folder = TemporaryFolder() }

  func graph() throws -> Snapshot {
    try bipartiteSnapshot([("a b", "x"), ("a b", "50%"), ("é\n", "x"), ("d", "50%")])
  }

  func walks(_ snapshot: Snapshot, threads: Int = 1) throws -> RandomWalks {
    var options = RandomWalkOptions()
    options.length = 6
    options.walksPerNode = 700
    return try RandomWalks(
      snapshot, along: .anywhere(in: snapshot.schema), options: options, execution: Execution(threads: threads))
  }

  @Test func `text is a line a walk, with ids that cannot be taken for two`() throws {
    let snapshot = try graph()
    let walks = try walks(snapshot)
    let path = folder.file("walks.txt")
    var told = 0
    try WalkCorpus(walks, form: .text).write(to: path) { told = $0 }
    #expect(told == 3500)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let names = [["user:a%20b", "user:é%0A", "user:d"], ["item:x", "item:50%25"]]
    let expected = try walks.walks().map { walk in
      walk.map { names[Int($0.type.rawValue)][Int($0.index)] }.joined(separator: " ")
    }
    #expect(lines.map(String.init) == expected)
    try WalkCorpus(try self.walks(snapshot, threads: 3), form: .text).write(to: folder.file("threads.txt"))
    #expect(bytes(of: folder.file("threads.txt")) == bytes(of: path))
  }

  @Test func `binary is a header and a matrix, padded where walks end`() throws {
    let snapshot = try bipartiteSnapshot([("a", "b"), ("b", "c")], sourceType: "package", targetType: "package")
    var options = RandomWalkOptions()
    options.length = 4
    options.walksPerNode = 2
    options.seed = 5
    let walks = try RandomWalks(
      snapshot, along: .cycle([Hop(relation: 0, direction: .forward)], in: snapshot.schema), options: options)
    let corpus = WalkCorpus(walks, form: .binary)
    let path = folder.file("walks.bin")
    try corpus.write(to: path)
    let found = bytes(of: path)
    #expect(found.count == corpus.binaryByteCount)
    func number(_ offset: Int, _ size: Int) -> UInt64 {
      found[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    #expect(String(decoding: found[0..<8], as: UTF8.self) == "AKINWALK")
    #expect([number(8, 4), number(12, 4), number(16, 8), number(24, 8)] == [1, 1, 4, 4])
    #expect([number(32, 8), number(40, 8)] == [snapshot.fingerprint, 5])
    #expect([number(48, 4), number(52, 4)] == [0, 3])
    let matrix = (0..<16).map { number(56 + 4 * $0, 4) }
    let none = UInt64(WalkCorpus.padding)
    #expect(matrix == [0, 1, 2, none, 1, 2, none, none, 0, 1, 2, none, 1, 2, none, none])
  }

  @Test func `what was there stays when the walks fail`() throws {
    let path = folder.file("walks.txt")
    folder.write("old", to: "walks.txt")
    let cancellation = Cancellation()
    let snapshot = try graph()
    let walks = try RandomWalks(
      snapshot, along: .anywhere(in: snapshot.schema),
      execution: Execution(threads: 1, cancellation: cancellation))
    cancellation.cancel()
    #expect(throws: CancellationError.self) { try WalkCorpus(walks, form: .text).write(to: path) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(folder.names() == ["walks.txt"])
  }
}

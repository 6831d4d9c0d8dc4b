import AkinGraph
import AkinParallel
import TestSupport
import Testing

@testable import AkinFormats

/// A bound on memory and what a schema needs beside edges.
@Suite struct SchemaMemoryTests {
  let folder = TemporaryFolder()

  private func load(_ yaml: String, megabytes: Int) throws -> SchemaImport {
    try SchemaImport(
      ImportSchema(path: folder.write(yaml, to: "schema.yaml")),
      memory: MemoryBound(byteCount: megabytes << 20, folder: SpillFolder(path: folder.path)))
  }

  @Test func `keys that relations join by count within the bound`() throws {
    let long = String(repeating: "k", count: 100)
    folder.write(
      "id,key\n" + (0..<20_000).map { "\($0),\(long)\($0)\n" }.joined(), to: "books.csv")
    folder.write("user,key\nu,\(long)7\nv,\(long)19999\n", to: "saved.csv")
    let yaml = """
      nodes:
        book: {file: books.csv, id: id}
      relations:
        saved:
          file: saved.csv
          source: {type: user, column: user}
          target: {type: book, column: key, key: key}
      """
    #expect(try load(yaml, megabytes: 8).snapshot.relations[0].forward.edgeCount == 2)
    // The ids alone take less than two megabytes.
    #expect {
      _ = try load(yaml, megabytes: 3)
    } throws: { error in
      guard case GraphError.memoryBoundTooSmall(_, let nodeBytes, _)? = error as? GraphError else { return false }
      return nodeBytes > 3 << 20
    }
  }

  @Test func `minimum degrees that have no room are refused with what they take`() throws {
    folder.write(
      "user,book\n" + (0..<40_000).map { "u\($0 % 5000),b\($0 % 4999)\n" }.joined() + "lonely,b1\n", to: "saved.csv")
    func yaml(_ least: Int) -> String {
      """
      relations:
        saved:
          file: saved.csv
          source: {type: user, column: user}
          target: {type: book, column: book}
          minimum: {source: \(least)}
      """
    }
    #expect(try load(yaml(2), megabytes: 16).snapshot.nodes.map(\.count) == [5000, 4999])
    let plan = try ImportPlan(ImportSchema(path: folder.write(yaml(2), to: "plan.yaml")))
    func bound(_ megabytes: Int) -> MemoryBound {
      MemoryBound(byteCount: megabytes << 20, folder: SpillFolder(path: folder.path))
    }
    #expect(plan.bytesToLeaveOut(within: bound(16)) == nil)
    #expect(try #require(plan.bytesToLeaveOut(within: bound(3))) > 3 << 20)
    #expect {
      _ = try load(yaml(2), megabytes: 3)
    } throws: { error in
      "\(error)".contains(
        "found a bound of 3 MiB on memory and 'minimum degrees' over 40001 edges, which are sorted anew in memory, "
          + "expected a bound of at least ")
    }
    // Nothing is left out, so nothing needs room.
    #expect(try load(yaml(1), megabytes: 3).snapshot.nodes.map(\.count) == [5001, 4999])
  }
}

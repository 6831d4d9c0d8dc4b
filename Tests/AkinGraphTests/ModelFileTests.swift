import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinGraph

@Suite struct ModelFileTests {
  private let folder = TemporaryFolder()
  private let hop = Hop(relation: 0, direction: .reverse)

  private func written(to path: String) throws -> (snapshot: Snapshot, provenance: Provenance) {
    let snapshot = try bipartiteSnapshot(southernWomen())
    let provenance = Provenance(method: "filter", parameters: ["rank": "2"], snapshot: snapshot, hop: hop)
    try ModelFile.write(
      [
        ("items", .floats(Column([0.5, -1, 2]))), ("rows", .offsets(Column([0, 1, 1 << 40]))),
        ("neighbors", .indices(Column([7]))), ("note", .bytes(Column([1, 2, 3]))), ("none", .floats(Column([]))),
      ], provenance: provenance, to: path)
    return (snapshot, provenance)
  }

  @Test func `what is written is read`() throws {
    let path = folder.file("m.model")
    let (snapshot, provenance) = try written(to: path)
    let model = try ModelFile.open(path)
    #expect(model.provenance == provenance)
    #expect(model.names == ["items", "neighbors", "none", "note", "rows"])
    #expect(try model.floats("items", count: 3).array() == [0.5, -1, 2])
    #expect(try model.offsets("rows", count: 3).array() == [0, 1, 1 << 40])
    #expect(try model.indices("neighbors").array() == [7])
    #expect(try model.bytes("note").array() == [1, 2, 3])
    #expect(try model.floats("none", count: 0).array() == [])
    #expect(try model.provenance.hop(in: snapshot, path: path) == hop)
  }

  @Test func `a column of another name, kind or count is refused by name`() throws {
    let path = folder.file("m.model")
    _ = try written(to: path)
    let model = try ModelFile.open(path)
    func refusal(_ name: String, _ found: String, _ expected: String) -> GraphError {
      .corrupt(path: path, place: "column '\(name)'", found: found, expected: expected)
    }
    #expect(throws: refusal("items", "3 float32", "4 float32")) { try model.floats("items", count: 4) }
    #expect(throws: refusal("rows", "3 uint64", "uint32")) { try model.indices("rows") }
    #expect(throws: refusal("users", "no such column", "bytes")) { try model.bytes("users") }
  }

  @Test func `a model of another graph is refused with both fingerprints`() throws {
    let path = folder.file("m.model")
    let (snapshot, provenance) = try written(to: path)
    let other = try bipartiteSnapshot([("a", "b"), ("c", "b")])
    #expect(
      throws: GraphError.otherGraph(path: path, found: hex(snapshot.fingerprint), expected: hex(other.fingerprint))
    ) {
      try provenance.hop(in: other, path: path)
    }
  }

  @Test func `a graph is no model, and a model no graph`() throws {
    let model = folder.file("m.model")
    let graph = folder.file("g.akin")
    let (snapshot, _) = try written(to: model)
    try snapshot.write(to: graph)
    #expect(throws: GraphError.wrongContent(path: graph, found: "a graph", expected: "a model")) {
      try ModelFile.open(graph)
    }
    let expected = "a graph, beside which --model takes a model"
    #expect(throws: GraphError.wrongContent(path: model, found: "a model", expected: expected)) {
      try Snapshot.open(model)
    }
  }

  @Test func `a flipped bit anywhere is found at opening`() throws {
    let path = folder.file("m.model")
    _ = try written(to: path)
    let whole = bytes(of: path)
    let damaged = folder.file("damaged.model")
    // The time of creation and what follows it are covered by the header's own checksum; every 37th byte is enough.
    for position in stride(from: 0, to: whole.count, by: 37) {
      var copy = whole
      copy[position] ^= 0x10
      folder.write(copy, to: "damaged.model")
      #expect(throws: GraphError.self, "byte \(position)") { try ModelFile.open(damaged) }
    }
    for count in [0, 63, 100, whole.count - 1] {
      folder.write(Array(whole.prefix(count)), to: "damaged.model")
      #expect(throws: GraphError.self, "\(count) bytes") { try ModelFile.open(damaged) }
    }
  }
}

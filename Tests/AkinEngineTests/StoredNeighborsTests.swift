import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct StoredNeighborsTests {
  private static let names =
    MethodDefinition.setSimilarities.map(\.name) + ["bm25", "rp3beta", "twohop", "swing", "llr"]

  /// Stored rows answer as every method must.
  @Test(arguments: names)
  func `a stored method keeps the promises of all methods`(name: String) throws {
    let folder = TemporaryFolder()
    let conformance = MethodConformance(isPersonalized: true) { snapshot, hop, execution in
      let engine = Engine(snapshot, execution: execution)
      let path = folder.file("\(execution.threads).akin")
      _ = try engine.train(name, run: TrainingRun(output: path))
      return try engine.method(model: path)
    }
    for problem in try conformance.problems() { Issue.record("\(name): \(problem)") }
  }

  @Test func `the file says how many neighbours it keeps, and a method of it answers alike`() throws {
    let board = try Checkerboard()
    let engine = Engine(board.snapshot)
    let folder = TemporaryFolder()
    let report = try engine.train(
      "cosine", parameters: ["neighborhood": "4"], run: TrainingRun(output: folder.file("cosine.akin")))
    #expect(report.remarks == ["kept at most 4 similar nodes of each, 96 in all; set neighborhood for another number"])
    let file = try ModelFile.open(folder.file("cosine.akin"))
    #expect(file.provenance.method == "cosine")
    #expect(file.provenance.parameters["neighborhood"] == "4.0")
    let stored = try engine.method(model: folder.file("cosine.akin"))
    let live = try engine.method(
      named: "cosine", parameters: ["neighborhood": "4"], hop: board.hop, purpose: .recommendation,
      queryExecution: .serial)
    #expect(stored.info == live.info)
    let (found, expected) = (try stored.rank(board.query(for: 3), k: 3), try live.rank(board.query(for: 3), k: 3))
    #expect(Set(found.items.map(\.node)) == Set(expected.items.map(\.node)))
  }

  @Test func `rows of another graph are refused`() throws {
    let board = try Checkerboard()
    let folder = TemporaryFolder()
    let path = folder.file("cosine.akin")
    _ = try Engine(board.snapshot).train("cosine", run: TrainingRun(output: path))
    let other = try board.snapshot.keepingEdges(of: 0) { $0.source != 3 }
    #expect(throws: GraphError.self) { _ = try Engine(other).method(model: path) }
    // A plain graph is no model.
    try board.snapshot.write(to: folder.file("plain.akin"))
    #expect(throws: GraphError.wrongContent(path: folder.file("plain.akin"), found: "a graph", expected: "a model")) {
      _ = try Engine(board.snapshot).method(model: folder.file("plain.akin"))
    }
  }
}

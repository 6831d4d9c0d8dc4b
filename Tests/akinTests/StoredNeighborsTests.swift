import TestSupport
import Testing

/// Similar nodes kept in a file, which is a model to one command and a graph to all others.
@Suite struct StoredNeighborsTests {
  let folder = TemporaryFolder()

  @Test func `train, ask, walk, describe, draw, verify`() throws {
    let imported = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", "--labels", projectFolder + "/graphs/southern-women/events.csv", in: folder)
    #expect(imported.status == 0)
    let trained = try akin("train", "women.akin", "--method", "cosine", "-o", "cosine.akin", in: folder)
    #expect(trained.status == 0, "\(trained.error)")
    #expect(trained.error.hasSuffix("wrote cosine.akin\n"))
    let live = try akin("related", "women.akin", "E1", "--method", "cosine", "-k", "5", in: folder)
    let stored = try akin("related", "women.akin", "E1", "--model", "cosine.akin", "-k", "5", in: folder)
    #expect(stored.status == 0, "\(stored.error)")
    func ids(_ output: String) -> [String] {
      output.split(separator: "\n").dropFirst().map {
        String($0.split(separator: "\t", omittingEmptySubsequences: false)[3])
      }
    }
    #expect(Set(ids(stored.output)) == Set(ids(live.output)))
    #expect(ids(stored.output).count == 5)
    let walked = try akin("related", "cosine.akin", "E1", "-k", "3", in: folder)
    #expect(walked.status == 0, "\(walked.error)")
    #expect(ids(walked.output).count == 3)
    let info = try akin("info", "cosine.akin", in: folder)
    #expect(info.output.contains("relation 'interacted', by cosine with"))
    #expect(info.output.contains("event –similar→ event"))
    #expect(try akin("verify", "cosine.akin", in: folder).status == 0)
    let drawn = try akin("draw", "cosine.akin", "E1", "-o", "E1.dot", in: folder)
    #expect(drawn.status == 0, "\(drawn.error)")
  }
}

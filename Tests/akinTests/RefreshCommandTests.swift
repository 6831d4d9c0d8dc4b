import FoundationEssentials
import TestSupport
import Testing

/// `akin refresh`: what was stored, brought up to date with what was appended.
@Suite struct RefreshCommandTests {
  private let folder = TemporaryFolder()

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: folder.file(name))) }

  @Test(arguments: ["cosine", "llr", "bm25", "swing"])
  func `a refreshed file is that of a new training`(method: String) throws {
    let table = projectFolder + "/graphs/southern-women/attendance.csv"
    #expect(try akin("import", table, "-o", "women.akin", "--quiet", in: folder).status == 0)
    #expect(try akin("train", "women.akin", "--method", method, "-o", "stored.akin", in: folder).status == 0)
    try Data("woman,event\nNew Woman,E1\nNew Woman,E99\n".utf8).write(to: URL(filePath: folder.file("more.csv")))
    let appended = try akin("append", "women.akin", "more.csv", "--source", "woman", "--target", "event", in: folder)
    #expect(appended.status == 0, "\(appended.error)")
    let refused = try akin("related", "women.akin", "E1", "--model", "stored.akin", in: folder)
    #expect(refused.status == 1)
    let refreshed = try akin("refresh", "women.akin", "stored.akin", in: folder)
    #expect(refreshed.status == 0, "\(refreshed.error)")
    let reason =
      ["llr", "bm25"].contains(method)
      ? "\(method) looks at counts over the whole graph, which the changes alter, so all 15 rows were computed"
      : "the changes reach 10 of 15 rows, so all were computed"
    #expect(refreshed.error == "note: \(reason)\nwrote stored.akin\n")
    #expect(try akin("train", "women.akin", "--method", method, "-o", "anew.akin", in: folder).status == 0)
    #expect(
      try akin("related", "stored.akin", "E1", "--json", in: folder).output
        == akin("related", "anew.akin", "E1", "--json", in: folder).output.replacing("anew.akin", with: "stored.akin"))
    #expect(try akin("related", "women.akin", "E1", "--model", "stored.akin", in: folder).status == 0)

    // Once more, from the graph with the first batch, to one with nodes taken out.
    #expect(try akin("append", "women.akin", "--remove-node", "event:E14", in: folder).status == 0)
    let fewer = try akin("refresh", "women.akin", "stored.akin", "-o", "fewer.akin", in: folder)
    #expect(fewer.status == 0, "\(fewer.error)")
    #expect(fewer.error.contains("all 14 rows were computed"))
    #expect(try akin("compact", "women.akin", in: folder).status == 0)
    let gone = try akin("refresh", "women.akin", "stored.akin", in: folder)
    #expect(gone.status == 0, "\(gone.error)")
    #expect(gone.error.contains("is gone, so all rows were computed"))
  }

  @Test func `methods without rows are trained anew`() throws {
    let table = projectFolder + "/graphs/southern-women/attendance.csv"
    #expect(try akin("import", table, "-o", "women.akin", "--quiet", in: folder).status == 0)
    #expect(
      try akin(
        "train", "women.akin", "--method", "lightgcn", "--set", "epochs=2", "--set", "size=4", "-o", "women.model",
        in: folder
      ).status == 0)
    let refused = try akin("refresh", "women.akin", "women.model", in: folder)
    #expect(refused.status == 1)
    #expect(refused.error.hasPrefix("error: files of method 'lightgcn' are brought up to date by training anew"))
  }
}

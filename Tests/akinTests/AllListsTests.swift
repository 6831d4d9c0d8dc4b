import Foundation
import TestSupport
import Testing

/// `--all`: lists of all nodes into a file.
@Suite struct AllListsTests {
  private let folder = TemporaryFolder()

  private func importWomen() throws {
    let result = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", in: folder)
    #expect(result.status == 0)
  }

  private func text(_ name: String) -> String { String(decoding: bytes(of: folder.file(name)), as: UTF8.self) }

  @Test func `every event has the list that it has alone`() throws {
    try importWomen()
    let run = try akin(
      "related", "women.akin", "--all", "-k", "3", "--method", "cosine", "-o", "all.csv", in: folder)
    #expect(run.status == 0 && run.output == "")
    #expect(run.error == "wrote all.csv: 14 lists\n")
    #expect(folder.names() == ["all.csv", "women.akin"])
    let lines = text("all.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines[0] == ["source", "item", "rank", "score"])
    #expect(lines.count == 1 + 14 * 3)
    let own = try akin("related", "women.akin", "E9", "-k", "3", "--method", "cosine", "--csv", in: folder).output
    let rows = own.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      lines.filter { $0[0] == "E9" }.map { [$0[2], $0[3], $0[1]] } == rows.map { [$0[0], $0[1], $0[3]] })
    for threads in ["1", "4"] {
      let again = try akin(
        "related", "women.akin", "--all", "-k", "3", "--method", "cosine", "-o", "again.csv", "--threads", threads,
        "--quiet", in: folder)
      #expect(again.error == "")
      #expect(text("again.csv") == text("all.csv"))
    }
  }

  @Test func `recommendations for all can be scored`() throws {
    try importWomen()
    let run = try akin(
      "recommend", "women.akin", "--all", "-k", "2", "--method", "popular", "-o", "lists.csv", in: folder)
    #expect(run.status == 0)
    #expect(text("lists.csv").hasPrefix("user,item,rank,score\n"))
    folder.write("user,item\nDorothy Murchison,E5\n", to: "truth.csv")
    let score = try akin("score", "--lists", "lists.csv", "--test", "truth.csv", in: folder)
    #expect(score.status == 0)
    let json = try akin(
      "recommend", "women.akin", "--all", "-k", "1", "--method", "popular", "-o", "lists.jsonl", "--json", in: folder)
    #expect(json.status == 0)
    #expect(text("lists.jsonl").split(separator: "\n").count == 18)
    #expect(text("lists.jsonl").hasPrefix("{\"items\":[{\"id\":"))
  }

  @Test func `a job that was killed goes on and ends in the same bytes`() throws {
    let imported = try akin(
      "import", projectFolder + "/graphs/debian/depends.csv.xz", "-o", "debian.akin", in: folder)
    #expect(imported.status == 0)
    let arguments = ["related", "debian.akin", "--all", "-k", "2", "--method", "popular", "--quiet", "-o"]
    #expect(try command(akinPath, arguments + ["whole.csv"], in: folder.path).status == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: akinPath)
    process.arguments = arguments + ["cut.csv"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    while !text("cut.csv.part.json").contains("\"bytes\""), process.isRunning { usleep(1000) }
    while text("cut.csv.part.json").contains("\"done\":0"), process.isRunning { usleep(1000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    if !exists(folder.file("cut.csv")) {
      let resumed = try command(akinPath, arguments.filter { $0 != "--quiet" } + ["cut.csv"], in: folder.path)
      #expect(resumed.status == 0)
      #expect(resumed.error.contains("cut.csv: going on after "))
    }
    #expect(bytes(of: folder.file("cut.csv")) == bytes(of: folder.file("whole.csv")))
    #expect(folder.names() == ["cut.csv", "debian.akin", "whole.csv"])
  }

  @Test func `an estimate does nothing, and wrong usage is named`() throws {
    try importWomen()
    let estimate = try akin("related", "women.akin", "--all", "--estimate", "--method", "cosine", in: folder)
    #expect(estimate.status == 0)
    #expect(estimate.output.hasPrefix("about 14 lists with "))
    #expect(folder.names() == ["women.akin"])
    func refusal(_ arguments: String...) throws -> String {
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 2)
      return String(result.error.split(separator: "\n")[0])
    }
    #expect(try refusal("related", "women.akin") == "error: found no name, expected at least one, or --all")
    #expect(
      try refusal("related", "women.akin", "E1", "--all", "-o", "x")
        == "error: found --all and names, expected one of them")
    #expect(try refusal("related", "women.akin", "--all") == "error: --all: found no -o, expected a file to write")
    #expect(
      try refusal("related", "women.akin", "E1", "-o", "x") == "error: found -o without --all, expected both or neither"
    )
    #expect(try refusal("recommend", "women.akin") == "error: found no user, expected one, or --all")
    #expect(
      try refusal("related", "women.akin", "E1", "--along", "x")
        == "error: --along: no relation 'x', expected interacted")
  }
}

import Foundation
import TestSupport
import Testing

/// `--replay` answers the same question again.
@Suite struct ReplayCommandTests {
  let folder = TemporaryFolder()

  init() throws {
    let made = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", "--quiet", in: folder)
    #expect(made.status == 0, "\(made.error)")
  }

  private func token(_ output: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    return try #require(object?["replay"] as? String, "\(output)")
  }

  @Test(arguments: [
    ["related", "women.akin", "E1", "--set", "hubExponent=0.3", "--seed", "7"],
    ["related", "women.akin", "E8", "E9", "--method", "pagerank", "--along", "interacted"],
    ["recommend", "women.akin", "--user", "Flora Price", "--method", "als", "--set", "size=4"],
  ])
  func `a list comes again from its token, on any number of threads`(command: [String]) throws {
    let first = try TestSupport.command(akinPath, command + ["-k", "5", "--json"], in: folder.path)
    #expect(first.status == 0, "\(first.error)")
    let question = command.prefix { $0 == command[0] || !$0.hasPrefix("--") || $0 == "--user" }
    let again = try TestSupport.command(
      akinPath, question + ["-k", "5", "--json", "--threads", "3", "--replay", token(first.output)], in: folder.path)
    #expect(again.status == 0, "\(again.error)")
    #expect(again.output == first.output)
  }

  @Test func `a graph that grew is read as it was, until it is compacted`() throws {
    let question = ["related", "women.akin", "E1", "-k", "4", "--json"]
    let first = try TestSupport.command(akinPath, question, in: folder.path)
    let token = try token(first.output)
    folder.write("woman,event\nNew One,E1\nNew One,E5\n", to: "new.csv")
    let appended = try akin("append", "women.akin", "new.csv", "--source", "woman", "--target", "event", in: folder)
    #expect(appended.status == 0, "\(appended.error)")
    let grown = try TestSupport.command(akinPath, question, in: folder.path)
    #expect(grown.output != first.output)
    let again = try TestSupport.command(akinPath, question + ["--replay", token], in: folder.path)
    #expect(again.output == first.output, "\(again.error)")
    let now = try TestSupport.command(akinPath, question + ["--replay", self.token(grown.output)], in: folder.path)
    #expect(now.output == grown.output, "\(now.error)")
    #expect(try akin("compact", "women.akin", in: folder).status == 0)
    let late = try TestSupport.command(akinPath, question + ["--replay", token], in: folder.path)
    #expect(late.status == 1)
    #expect(late.error.contains("women.akin: found the graph"), "\(late.error)")
    #expect(late.error.contains("compacted since, and what it was before is gone: without --replay, the same names"))
  }

  @Test func `a token of another question names its command`() throws {
    let own = try self.token(akin("related", "women.akin", "E1", "-k", "3", "--json", in: folder).output)
    let other = try self.token(akin("recommend", "women.akin", "Flora Price", "--json", in: folder).output)
    for (arguments, message) in [
      (
        ["recommend", "women.akin", "Flora Price", "--replay", own],
        "'akin related' made the list, expected that command"
      ),
      (["related", "women.akin", "E1", "--replay", other], "'akin recommend' made the list, expected that command"),
      (
        ["explain", "women.akin", "--user", "Flora Price", "--to", "E9", "--replay", own],
        "expected --from in place of --user"
      ),
      (
        ["explain", "women.akin", "--from", "E1", "--to", "E9", "--replay", other], "expected --user in place of --from"
      ),
    ] {
      let refused = try TestSupport.command(akinPath, arguments, in: folder.path)
      #expect(refused.status == 2 && refused.error.contains(message), "\(refused.error)")
    }
    // Tokens of earlier versions do not say.
    let earlier = own.replacing(":+for=related", with: "")
    #expect(try akin("related", "women.akin", "E1", "--replay", earlier, in: folder).status == 0)
  }

  @Test func `an answer from a model wants that model`() throws {
    for (name, seed) in [("a", "1"), ("b", "2")] {
      let trained = try akin(
        "train", "women.akin", "--method", "als", "--set", "size=4", "--set", "seed=\(seed)", "-o", "\(name).als",
        in: folder)
      #expect(trained.status == 0, "\(trained.error)")
    }
    let question = ["recommend", "women.akin", "--user", "Flora Price", "-k", "3", "--json"]
    let first = try TestSupport.command(akinPath, question + ["--model", "a.als"], in: folder.path)
    let token = try token(first.output)
    let again = try TestSupport.command(
      akinPath, question + ["--model", "a.als", "--replay", token], in: folder.path)
    #expect(again.output == first.output, "\(again.error)")
    let other = try TestSupport.command(
      akinPath, question + ["--model", "b.als", "--replay", token], in: folder.path)
    #expect(other.status == 1)
    #expect(other.error.contains("b.als: found the model"), "\(other.error)")
    let none = try TestSupport.command(akinPath, question + ["--replay", token], in: folder.path)
    #expect(none.status == 2)
    #expect(none.error.contains("expected it as --model"), "\(none.error)")
  }

  @Test func `what the token says is not said twice, and another instruction set is named`() throws {
    let first = try akin("related", "women.akin", "E1", "--json", in: folder)
    let token = try token(first.output)
    let twice = try akin("related", "women.akin", "E1", "--seed", "0", "--replay", token, in: folder)
    #expect(twice.status == 2)
    #expect(twice.error.contains("found --replay and --seed"), "\(twice.error)")
    let parts = token.split(separator: ":")
    let other = parts[2] == "default" ? "v3" : "default"
    let elsewhere = try akin(
      "related", "women.akin", "E1", "--json", "--replay",
      token.replacingOccurrences(of: ":\(parts[2]):", with: ":\(other):"), in: folder)
    #expect(elsewhere.status == 0)
    #expect(elsewhere.error.contains("made with the instruction set '\(other)'"), "\(elsewhere.error)")
  }
}

import Foundation
import TestSupport
import Testing

/// One word for one thing: what an option is called, and what its value is called, is the same in every command.
@Suite struct CommandWordsTests {
  private struct Help: Decodable {
    var command: Command
  }

  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }
    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var shouldDisplay: Bool
  }

  private struct Use: Hashable {
    var kind: String
    var value: String
  }

  /// By option, who uses it how; commands that nobody calls, and the parser's own options, left out.
  private func options() throws -> [String: [String: Argument]] {
    let dump = try command(akinPath, ["--experimental-dump-help"], in: projectFolder)
    let help = try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8))
    var options: [String: [String: Argument]] = [:]
    for subcommand in help.command.subcommands ?? [] where !["help", "layout-worker"].contains(subcommand.commandName) {
      for argument in subcommand.arguments ?? [] where argument.shouldDisplay {
        for name in argument.names ?? [] {
          let word = (name.kind == "short" ? "-" : "--") + name.name
          options[word, default: [:]][subcommand.commandName] = argument
        }
      }
    }
    return options
  }

  @Test func `an option of one name has one kind of value, under one name`() throws {
    let options = try options()
    #expect(options.count > 100 && options["-k"]!.count >= 9)
    for (option, uses) in options.sorted(by: { $0.key < $1.key }) {
      // What a command writes is a graph, a picture or a list: the value says which.
      guard !["--output", "-o"].contains(option) else { continue }
      let kinds = Dictionary(grouping: uses) { Use(kind: $0.value.kind, value: $0.value.valueName ?? "") }
      #expect(kinds.count == 1, "\(option): \(kinds.mapValues { $0.map(\.key).sorted() })")
    }
  }

  @Test func `what every command has is said in the same words`() throws {
    let options = try options()
    for option in ["--quiet", "--threads", "--json", "--csv", "--delimiter", "--format", "--style", "--damping"] {
      let uses = try #require(options[option])
      guard option != "--format" else {
        // A format is that of what is read, or of what is written.
        #expect(Set(uses.values.map(\.valueName)) == ["format"])
        continue
      }
      #expect(Set(uses.values.map(\.abstract)).count == 1, "\(option): \(uses.mapValues { $0.abstract ?? "" })")
    }
  }

  @Test(arguments: [
    (
      ["filter", "g.akin", "-o", "f.akin", "--after", "2020", "--before=2021"],
      ["filter", "g.akin", "-o", "f.akin", "--since", "2020", "--until=2021"]
    ),
    (["neighborhoods", "women.akin", "E1", "--size=3"], ["neighborhoods", "women.akin", "E1", "-k", "3"]),
    (
      ["neighborhoods", "women.akin", "E1", "--size", "3", "--length", "9"],
      ["neighborhoods", "women.akin", "E1", "-k", "3", "--max-length", "9"]
    ),
    (["rank", "women.akin", "--relation", "attended=2"], ["rank", "women.akin", "--relation-weight", "attended=2"]),
    (["info", "women.akin", "--draw", "s.svg", "--quiet"], ["info", "women.akin", "-o", "s.svg", "--quiet"]),
    (["score", "--lists", "a.csv", "--truth", "b.csv"], ["score", "--lists", "a.csv", "--test", "b.csv"]),
  ])
  func `a word that was still does what the one that is does`(earlier: [String], now: [String]) throws {
    let folder = TemporaryFolder()
    _ = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", "--relation", "attended", "--quiet", in: folder)
    _ = folder.write("user,item,time\na,x,2019-05-05\nb,y,2020-05-05\na,y,2022-05-05\n", to: "g.csv")
    _ = try akin("import", "g.csv", "-o", "g.akin", "--quiet", in: folder)
    _ = folder.write("user,item,rank,score\na,x,1,0.5\n", to: "a.csv")
    _ = folder.write("user,item\na,x\n", to: "b.csv")
    let old = try command(akinPath, earlier, in: folder.path)
    #expect(old.status == 0, "\(old.error)")
    let new = try command(akinPath, now, in: folder.path)
    #expect(new.status == 0 && old.output == new.output, "\(new.error)")
  }

  @Test func `what stands behind two dashes is no option`() throws {
    let folder = TemporaryFolder()
    let name = try akin("evaluate", "--", "--method", in: folder)
    #expect(name.error.contains("--method:") || name.error.contains("--methods"), "\(name.error)")
  }
}

import Foundation
import TestSupport
import Testing

/// Every example of every help runs as printed.
@Suite struct HelpExampleTests {
  let folder = TemporaryFolder()

  /// In an order in which what one writes is there for the next; the second half asks many questions of a graph.
  static let commands = [
    "import", "append", "filter", "export", "recommend", "explain", "rank", "neighbors", "train", "refresh", "draw",
    "info", "verify", "compact", "related", "evaluate", "tune", "walks", "neighborhoods", "score", "compare",
    "methods",
  ]

  @Test func `all commands are here`() throws {
    let help = try akin("--help", in: folder).output
    let start = try #require(help.range(of: "SUBCOMMANDS:\n"))
    let listed = help[start.upperBound...].split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
    let names = listed.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.filter { $0 != "help" && $0 != "See" }.sorted() == Self.commands.sorted())
  }

  @Test func `examples run as printed`() throws {
    for name in ["graphs", "examples"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file(name), withDestinationPath: projectFolder + "/" + name)
    }
    folder.write("user,item\nu,a\nu,b\nv,a\n", to: "test.csv")
    folder.write("user,item\nu,c\nv,c\nv,b\n", to: "train.csv")
    folder.write("user,item,rank\nu,a,1\nu,d,2\nv,a,1\n", to: "mine.csv")
    folder.write("user,item,rank\nu,a,1\nu,b,2\n", to: "before.csv")
    folder.write("user,item,rank\nu,b,1\nu,c,2\n", to: "after.csv")
    var count = 0
    for command in Self.commands {
      let examples = try self.examples(of: command)
      #expect(examples.count >= 2, "\(command)")
      for example in examples {
        let result = try run(example)
        #expect(result.status == 0, "\(example): \(result.error)")
        count += 1
      }
      if command == "compact" { try shrinkDebian() }
    }
    #expect(count >= 2 * Self.commands.count)
  }

  private func run(_ line: String) throws -> CommandResult {
    // The shell reads the quotes, as it does for people.
    let program = line.dropFirst("akin ".count)
    return try TestSupport.command("/bin/sh", ["-c", "'\(akinPath)' \(program)"], in: folder.path)
  }

  private func examples(of command: String) throws -> [String] {
    let help = try TestSupport.command(
      "/bin/sh", ["-c", "COLUMNS=1000 '\(akinPath)' \(command) --help"], in: folder.path
    ).output
    let start = try #require(help.range(of: "Examples:\n"), "\(command)")
    let end = try #require(help.range(of: "\n\nUSAGE"), "\(command)")
    let lines = help[start.upperBound..<end.lowerBound].replacing("\\\n", with: " ").split(separator: "\n")
    return lines.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// A debug build takes minutes for all of Debian; what is near the packages of the examples does as well.
  private func shrinkDebian() throws {
    let exported = try akin("export", "debian.akin", "-o", "all.csv", "--relation", "depends", in: folder)
    #expect(exported.status == 0, "\(exported.error)")
    let edges = text("all.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    let named: Set<Substring> = ["git", "git-annex", "mercurial", "perl", "subversion", "cvs"]
    let targets = Set(edges.filter { named.contains($0[0]) }.map { $0[1] })
    let near = edges.filter { targets.contains($0[1]) && !named.contains($0[0]) }
    let shares = Dictionary(near.map { ($0[0], 1) }, uniquingKeysWith: +)
    let kept = Set(shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map(\.key)).union(named)
    let lines = edges.filter { kept.contains($0[0]) && targets.contains($0[1]) }.map { "\($0[0]),\($0[1])\n" }
    folder.write("package,depends\n" + lines.joined(), to: "few.csv")
    let imported = try akin(
      "import", "few.csv", "-o", "debian.akin", "--source", "package", "--target", "depends", "--source-type",
      "package",
      "--target-type", "package", "--relation", "depends", in: folder)
    #expect(imported.status == 0, "\(imported.error)")
  }

  private func text(_ name: String) -> String { String(decoding: bytes(of: folder.file(name)), as: UTF8.self) }
}

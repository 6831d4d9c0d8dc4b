import Foundation
import TestSupport
import Testing

@Suite struct NeighborhoodsCommandTests {
  let folder = TemporaryFolder()

  init() throws {
    let result = try akin(
      "import", projectFolder + "/graphs/debian/depends.csv.xz", "-o", "debian.akin", "--source", "package", "--target",
      "depends", "--source-type", "package", "--target-type", "package", "--relation", "depends", in: folder)
    try #require(result.status == 0, "\(result.error)")
  }

  func lines(_ name: String) throws -> [Substring] {
    try String(contentsOfFile: folder.file(name), encoding: .utf8).split(separator: "\n")
  }

  @Test func `rows of all nodes are those of each, whatever interrupts them`() throws {
    let arguments = ["neighborhoods", "debian.akin", "-k", "4", "--walks", "20", "--all", "-o"]
    let whole = try command(akinPath, arguments + ["whole.csv", "--threads", "1", "--quiet"], in: folder.path)
    #expect(whole.status == 0, "\(whole.error)")
    let rows = try lines("whole.csv")
    #expect(rows[0] == "source,neighbor,weight")
    let git = rows.filter { $0.hasPrefix("git,") }
    #expect(git.count == 4)
    let single = try akin("neighborhoods", "debian.akin", "git", "-k", "4", "--walks", "20", in: folder)
    #expect(
      single.output.split(separator: "\n").dropFirst().map { line in
        let cells = line.split(separator: "\t")
        return "git,\(cells[3]),\(cells[2])"
      } == git.map(String.init))
    let sum = git.reduce(0) { $0 + Double($1.split(separator: ",")[2])! }
    #expect(abs(sum - 1) < 1e-6)

    let process = Process()
    process.executableURL = URL(fileURLWithPath: akinPath)
    process.arguments = arguments + ["cut.csv", "--quiet"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    while process.isRunning {
      let note = (try? String(contentsOfFile: folder.file("cut.csv.part.json"), encoding: .utf8)) ?? ""
      if note.contains("\"done\""), !note.contains("\"done\":0") { break }
      usleep(1000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    if (try? lines("cut.csv")) == nil {
      let resumed = try command(akinPath, arguments + ["cut.csv"], in: folder.path)
      #expect(resumed.status == 0)
      #expect(resumed.error.contains("cut.csv: going on after "))
    }
    #expect(bytes(of: folder.file("cut.csv")) == bytes(of: folder.file("whole.csv")))
  }

  /// An archive holds what the CSV holds; read by the offsets of an archive that is not compressed.
  @Test func `an archive has the rows, and the ids beside it`() throws {
    for form in ["csv", "npz"] {
      let result = try akin(
        "neighborhoods", "debian.akin", "-k", "3", "--walks", "10", "--all", "-o", "rows.\(form)", in: folder)
      #expect(result.status == 0, "\(result.error)")
    }
    let entries = try lines("rows.csv").count - 1
    let ids = try lines("rows.npz.nodes.tsv")
    #expect(ids[0] == "id\tindex")
    let archive = bytes(of: folder.file("rows.npz"))
    func member(_ name: String, shape: String) throws -> Int {
      let header = try #require(archive.firstRange(of: Array("'shape': (\(shape),), }".utf8)), "\(name)")
      return header.upperBound
    }
    _ = try member("indptr", shape: "\(ids.count)")
    _ = try member("indices", shape: "\(entries)")
    #expect(folder.names() == ["debian.akin", "rows.csv", "rows.npz", "rows.npz.nodes.tsv"])
  }

  @Test func `hard negatives come from the window of ranks`() throws {
    let list = try akin("related", "debian.akin", "git", "-k", "40", in: folder)
    let ranked = list.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[3] }
    let drawn = try akin(
      "neighborhoods", "debian.akin", "git", "--hard-negatives", "5", "--ranks", "20..<40", in: folder)
    #expect(drawn.status == 0, "\(drawn.error)")
    let negatives = drawn.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[3] }
    #expect(negatives.count == 5)
    #expect(Set(negatives).isSubset(of: Set(ranked[20..<40])))
  }

  @Test func `wrong usage is named`() throws {
    func refusal(_ arguments: String...) throws -> String {
      let result = try command(akinPath, ["neighborhoods", "debian.akin"] + arguments, in: folder.path)
      #expect(result.status == 2)
      return String(result.error.split(separator: "\n")[0])
    }
    #expect(try refusal() == "error: found no name, expected at least one, or --all")
    #expect(try refusal("--all") == "error: --all: found no -o, expected a file to write")
    #expect(try refusal("--all", "-o", "x.txt") == "error: -o: found 'x.txt', expected a name in .csv or .npz")
    #expect(
      try refusal("git", "--ranks", "5") == "error: --ranks: found '5', expected from..<to such as 2000..<5000")
    #expect(try refusal("git", "--type", "x") == "error: --type: found 'x', expected 'package'")
    #expect(
      try refusal("git", "--weighted")
        == "error: --weighted: found no edge with a weight in debian.akin, expected a relation with weights")
  }
}

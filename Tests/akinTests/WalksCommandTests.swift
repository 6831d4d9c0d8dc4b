import Foundation
import TestSupport
import Testing

@Suite struct WalksCommandTests {
  let folder = TemporaryFolder()

  init() throws {
    let result = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target",
      "event", in: folder)
    try #require(result.status == 0, "\(result.error)")
  }

  func lines(_ name: String) throws -> [[Substring]] {
    try String(contentsOfFile: folder.file(name), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: " ")
    }
  }

  @Test func `a line a walk, from every node`() throws {
    let result = try akin(
      "walks", "women.akin", "--length", "8", "--walks", "3", "-o", "walks.txt", in: folder)
    #expect(result.status == 0)
    #expect(result.output == "")
    #expect(result.error == "wrote walks.txt: 96 walks\n")
    let walks = try lines("walks.txt")
    #expect(walks.count == 96)
    #expect(walks.allSatisfy { $0.count == 8 })
    // Women and events in turn.
    #expect(walks.allSatisfy { walk in zip(walk, walk.dropFirst()).allSatisfy { $0.first != $1.first } })
    #expect(walks[0][0].hasPrefix("woman:"))
    let again = try akin(
      "walks", "women.akin", "--length", "8", "--walks", "3", "-o", "again.txt", "--threads", "3", "--quiet",
      in: folder)
    #expect(again.error == "")
    #expect(bytes(of: folder.file("again.txt")) == bytes(of: folder.file("walks.txt")))
  }

  @Test func `a metapath, binary`() throws {
    let result = try akin(
      "walks", "women.akin", "--along", "^interacted,interacted", "--length", "5", "--walks", "2", "--binary",
      "--return", "4", "--in-out", "0.5", "--hub-exponent", "0.5", "-o", "walks.bin", in: folder)
    #expect(result.status == 0, "\(result.error)")
    let found = bytes(of: folder.file("walks.bin"))
    #expect(Array(found.prefix(8)) == Array("AKINWALK".utf8))
    #expect(found.count == 48 + 16 + (14 + 18) * 2 * 5 * 4)
  }

  @Test func `wrong usage is told`() throws {
    func error(_ arguments: String...) throws -> String {
      let result = try command(akinPath, ["walks", "women.akin", "-o", "w.txt"] + arguments, in: folder.path)
      #expect(result.status == 2, "\(arguments)")
      #expect(!exists(folder.file("w.txt")))
      return result.error
    }
    #expect(
      try error("--length", "1").hasPrefix("error: --length: found 1, expected a number from 2 to 1000000\n"))
    #expect(try error("--return", "0").hasPrefix("error: --return: found 0.0, expected a number above 0\n"))
    #expect(try error("--along", "liked") == "error: --along: found 'liked', expected 'interacted'\n")
    #expect(
      try error("--along", "interacted,interacted").hasPrefix("error: --along: path of a walk, state 0, way 0: found"))
    #expect(
      try error("--half-life", "30")
        == "error: --half-life: found no edge with a time in women.akin, expected a relation with times\n")
  }
}

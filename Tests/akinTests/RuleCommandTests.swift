import Foundation
import TestSupport
import Testing

/// Rules on lists and preferences of walks, on songs with languages, tags and years.
@Suite struct RuleCommandTests {
  let folder = TemporaryFolder()
  static let languages = ["en", "de", "fr"]

  static func language(_ song: Int) -> String { languages[song * 7 % 3] }

  init() throws {
    var songs = "song,language,year,moods\n"
    for song in 0..<30 {
      songs +=
        "s\(song),\(song == 29 ? "" : Self.language(song)),\(1970 + song),\(song % 2 == 0 ? "calm|sad" : "loud")\n"
    }
    var plays = "user,song,count,day\n"
    for user in 0..<40 {
      for song in 0..<30 where (user * 13 + song * 5) % 7 < 3 {
        plays += "u\(user),s\(song),\(1 + (user + song) % 4),2024-0\(1 + song % 9)-01\n"
      }
    }
    folder.write(songs, to: "songs.csv")
    folder.write(plays, to: "plays.csv")
    folder.write(
      """
      nodes:
        song:
          file: songs.csv
          id: song
          attributes:
            language: {kind: category}
            year: {kind: number}
            moods: {kind: categories, separator: "|"}
      relations:
        plays:
          file: plays.csv
          source: {type: user, column: user}
          target: {type: song, column: song}
          weight: count
          time: day
      primary: plays

      """, to: "schema.yaml")
    let result = try akin("import", "schema.yaml", "-o", "songs.akin", in: folder)
    try #require(result.status == 0, "\(result.error)")
  }

  func songs(_ arguments: String...) throws -> [Int] { try songs(arguments) }

  func songs(_ arguments: [String]) throws -> [Int] {
    let result = try command(akinPath, arguments, in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    return result.output.split(separator: "\n").dropFirst().map { Int($0.split(separator: "\t")[3].dropFirst())! }
  }

  @Test func `a cap counts every category of a node, and conditions may be written as elsewhere`() throws {
    let capped = try songs("related", "songs.akin", "s0", "-k", "30", "--cap", "moods=2")
    // Calm and sad are the even ones, loud the odd ones.
    #expect(capped.count == 4)
    #expect(capped.count { $0 % 2 == 0 } == 2)
    let plain = try songs("related", "songs.akin", "s0", "--where", "language = de")
    #expect(try songs("related", "songs.akin", "s0", "--where", "language == 'de'") == plain)
  }

  @Test(arguments: ["pixie", "cosine", "popular"])
  func `lists hold only what the conditions admit`(method: String) throws {
    func list(_ conditions: String...) throws -> Set<Int> {
      let arguments =
        ["related", "songs.akin", "s0", "-k", "30", "--method", method] + conditions.flatMap { ["--where", $0] }
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 0, "\(result.error)")
      return Set(
        result.output.split(separator: "\n").dropFirst().map { Int($0.split(separator: "\t")[3].dropFirst())! })
    }
    let all = try list()
    #expect(all.count > 20)
    #expect(try list("language = de") == all.filter { $0 != 29 && Self.language($0) == "de" })
    #expect(try list("language = de|fr") == all.filter { $0 != 29 && Self.language($0) != "en" })
    #expect(try list("language != de") == all.filter { $0 == 29 || Self.language($0) != "de" })
    #expect(try list("year >= 1980", "year < 1990") == all.filter { 10..<20 ~= $0 })
    #expect(try list("moods = sad") == all.filter { $0 % 2 == 0 })
    #expect(try list("moods != sad|calm") == all.filter { $0 % 2 == 1 })
  }

  @Test func `a list that is short says why`() throws {
    let result = try akin("related", "songs.akin", "s0", "-k", "30", "--where", "language = de", in: folder)
    #expect(result.error.contains("left out as sources, as seen or by the rules"))
    let capped = try akin("related", "songs.akin", "s0", "-k", "30", "--cap", "language=2", in: folder)
    #expect(
      capped.error.contains("with a higher score are left out by --cap language=2: no more than 2 of one language"))
    #expect(capped.error.contains("of 30 asked for: the method reached"))
  }

  @Test func `who asks why not is told the rule`() throws {
    let list = try songs("related", "songs.akin", "s0", "-k", "30")
    let french = try #require(list.first { Self.language($0) == "fr" && $0 != 29 })
    let germans = list.filter { Self.language($0) == "de" && $0 != 29 }
    _ = folder.write("s\(french)\n", to: "except.txt")
    _ = folder.write(germans.map { "s\($0)\n" }.joined(), to: "only.txt")
    func why(_ song: Int, _ more: String...) throws -> String {
      try command(akinPath, ["explain", "songs.akin", "--from", "s0", "--not", "s\(song)"] + more, in: folder.path)
        .output
    }
    #expect(try why(french, "--where", "language = de").contains("is left out by --where \"language = de\".\n"))
    #expect(
      try why(french, "--where", "language = fr", "--except", "except.txt").contains("left out by --except except.txt.")
    )
    #expect(try why(french, "--only", "only.txt").contains("is left out by --only only.txt.\n"))
    #expect(try why(french, "--only", "only.txt", "--json").contains("\"rules\" : [\n    \"--only only.txt\"\n  ]"))
    let capped = try why(germans[1], "--cap", "language=1", "-k", "30")
    #expect(capped.contains("and is left out by --cap language=1: others of its kind stand before it."), "\(capped)")
    #expect(try why(germans[0], "--cap", "language=1", "-k", "30").contains("is in the list: place "))
    #expect(
      try akin("explain", "songs.akin", "--from", "s0", "--to", "s1", "--cap", "language=1", in: folder).status == 2)
  }

  @Test func `a cap lets the next best in`() throws {
    let all = try songs("related", "songs.akin", "s0", "-k", "30")
    var expected: [Int] = []
    for song in all
    where song == 29 || expected.count(where: { $0 != 29 && Self.language($0) == Self.language(song) }) < 2 {
      expected.append(song)
    }
    #expect(try songs("related", "songs.akin", "s0", "-k", "5", "--cap", "language=2") == Array(expected.prefix(5)))
    let every = try akin(
      "related", "songs.akin", "--all", "-o", "all.csv", "-k", "5", "--cap", "language=2", "--where", "year < 1990",
      "--quiet", in: folder)
    #expect(every.status == 0, "\(every.error)")
    let lines = try String(contentsOfFile: folder.file("all.csv"), encoding: .utf8).split(separator: "\n")
    let single = try songs(
      "related", "songs.akin", "s3", "-k", "5", "--cap", "language=2", "--where", "year < 1990")
    #expect(lines.filter { $0.hasPrefix("s3,") }.map { Int($0.split(separator: ",")[1].dropFirst())! } == single)
  }

  @Test func `one method ranks what others found, and nothing that is ruled out`() throws {
    let found = try command(akinPath, ["related", "songs.akin", "s0", "-k", "12", "--csv"], in: folder.path)
    folder.write(found.output, to: "found.csv")
    let candidates = try songs("related", "songs.akin", "s0", "-k", "12")
    let all = try songs("related", "songs.akin", "s0", "-k", "30", "--method", "cosine")
    let ranked = all.filter(candidates.contains)
    #expect(ranked.count == 12 && ranked != candidates)
    let only = ["related", "songs.akin", "s0", "-k", "30", "--method", "cosine", "--only", "found.csv"]
    #expect(try songs(only) == ranked)
    // By name, with a blank line and what is no candidate; and as the lists are printed in a pipe.
    folder.write(candidates.map { "s\($0)" }.joined(separator: "\n") + "\n\nsong:s0\n", to: "names.txt")
    #expect(try songs(only.dropLast() + ["names.txt"]) == ranked)
    let piped = try command(
      "/bin/sh",
      [
        "-c",
        "'\(akinPath)' related songs.akin s0 -k 12 --quiet | '\(akinPath)' \(only.dropLast().joined(separator: " ")) -",
      ],
      in: folder.path)
    #expect(piped.output == (try command(akinPath, only, in: folder.path)).output)
    let except = ["related", "songs.akin", "s0", "-k", "30", "--method", "cosine", "--except", "found.csv"]
    #expect(try songs(except) == all.filter { !candidates.contains($0) })
    let both = ["--only", "found.csv", "--where", "language = de"]
    #expect(
      try songs(Array(except.dropLast(2)) + both) == ranked.filter { $0 != 29 && Self.language($0) == "de" })
    let every = try akin(
      "related", "songs.akin", "--all", "-o", "only.csv", "-k", "30", "--method", "cosine", "--only", "found.csv",
      "--quiet", in: folder)
    #expect(every.status == 0, "\(every.error)")
    let lines = try String(contentsOfFile: folder.file("only.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("s0,") }.map { Int($0.split(separator: ",")[1].dropFirst())! } == ranked)
  }

  @Test func `files of names that cannot be read are refused by line`() throws {
    folder.write("s1\ns2\nz3\n", to: "unknown.txt")
    let unknown = try akin("related", "songs.akin", "s0", "--only", "unknown.txt", in: folder)
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("unknown.txt:3: no song 'z3'"), "\(unknown.error)")
    folder.write("rank,id\n1,s1\n2\n", to: "torn.csv")
    let torn = try akin("related", "songs.akin", "s0", "--except", "torn.csv", in: folder)
    #expect(torn.status == 1)
    #expect(torn.error.contains("torn.csv:3: "), "\(torn.error)")
    folder.write("rank,id\n1,\n", to: "empty.csv")
    let empty = try akin("related", "songs.akin", "s0", "--except", "empty.csv", in: folder)
    #expect(empty.error.contains("empty.csv:2: column 'id': found nothing, expected an id"), "\(empty.error)")
    let twice = try akin("related", "songs.akin", "s0", "--only", "-", "--except", "-", in: folder)
    #expect(twice.status == 2)
    #expect(try akin("related", "songs.akin", "s0", "--only", "none.txt", in: folder).error.contains("none.txt"))
  }

  @Test func `walks prefer what they are told to`() throws {
    func share(_ more: String...) throws -> Double {
      let result = try command(
        akinPath, ["walks", "songs.akin", "--length", "20", "--walks", "20", "-o", "walks.txt", "--quiet"] + more,
        in: folder.path)
      #expect(result.status == 0, "\(result.error)")
      let text = try String(contentsOfFile: folder.file("walks.txt"), encoding: .utf8)
      var songs = 0
      var german = 0
      for line in text.split(separator: "\n") {
        for node in line.split(separator: " ").dropFirst() where node.hasPrefix("song:s") {
          songs += 1
          let song = Int(node.dropFirst(6))!
          if song != 29, Self.language(song) == "de" { german += 1 }
        }
      }
      return Double(german) / Double(songs)
    }
    let plain = try share()
    #expect(plain > 0.2 && plain < 0.5)
    // With odds of ten to one a third becomes five sixths.
    #expect(try share("--prefer", "language = de") > 0.7)
    #expect(try share("--prefer", "language = de", "--others", "1") == plain)
  }

  @Test func `pixie prefers what it is told to, the same on any number of threads`() throws {
    func german(_ more: String...) throws -> Int {
      try command(akinPath, ["related", "songs.akin", "s0", "-k", "8"] + more, in: folder.path).output
        .split(separator: "\n").dropFirst().count {
          let song = Int($0.split(separator: "\t")[3].dropFirst())!
          return song != 29 && Self.language(song) == "de"
        }
    }
    #expect(try german("--set", "prefer=language=de", "--set", "others=0.01") > german())
    let one = try akin("related", "songs.akin", "s0", "--set", "prefer=language=de", "--threads", "1", in: folder)
    let three = try akin("related", "songs.akin", "s0", "--set", "prefer=language=de", "--threads", "3", in: folder)
    #expect(one.output == three.output)
  }

  @Test func `rules that do not fit are wrong usage`() throws {
    func refusal(_ arguments: String...) throws -> String {
      let result = try command(akinPath, ["related", "songs.akin", "s0"] + arguments, in: folder.path)
      #expect(result.status == 2)
      return String(result.error.split(separator: "\n")[0])
    }
    #expect(
      try refusal("--where", "tempo > 3")
        == "error: rule 'tempo > 3': nodes of type 'song' have no attribute 'tempo', expected language, year, moods")
    #expect(
      try refusal("--where", "language = dee")
        == "error: rule 'language = dee': no node has 'dee'; did you mean de")
    #expect(
      try refusal("--where", "year = old") == "error: rule 'year = old': found 'old', expected a number")
    #expect(
      try refusal("--where", "language > de")
        == "error: rule 'language > de': 'language' is a category, expected = or !=")
    #expect(
      try refusal("--cap", "year=2")
        == "error: rule 'year=2': 'year' is no category but a number, expected language, moods")
    #expect(
      try refusal("--cap", "mood=2")
        == "error: rule 'mood=2': nodes of type 'song' have no attribute 'mood', expected language, moods")
    #expect(
      try refusal("--where", "year >= 1990 and year < 2000")
        == "error: rule 'year >= 1990 and year < 2000': found two conditions, expected one; of several given apart, all must hold"
    )
  }
}

import TestSupport
import Testing

/// The program itself, run as people run it.
@Suite struct CommandLineTests {
  let folder = TemporaryFolder()
  let graphs = projectFolder + "/graphs"

  /// women.akin in the folder.
  func importWomen() throws {
    let result = try akin(
      "import", graphs + "/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman", "--target", "event",
      "--labels", graphs + "/southern-women/events.csv", in: folder)
    #expect(result.status == 0)
    #expect(result.error == "")
    #expect(
      result.output == """
        \(graphs)/southern-women/attendance.csv: comma-separated text with a header
          columns: source woman (as requested), target event (as requested)
          89 records
        \(graphs)/southern-women/events.csv: label by event: 14 of 14 targets labelled
        graph: 18 woman, 14 event, 89 edges woman –interacted→ event
        wrote women.akin

        """)
  }

  @Test func `from a table to related items`() throws {
    try importWomen()
    let list = try akin("related", "women.akin", "E1", "-k", "3", "--set", "hubExponent=0", in: folder)
    #expect(list.status == 0)
    #expect(list.error == "")
    let lines = list.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(lines[0] == ["rank", "score", "type", "id", "label"])
    #expect(lines.dropFirst().map { $0[0] } == ["1", "2", "3"])
    #expect(lines.dropFirst().allSatisfy { $0[2] == "event" && $0[3] != "E1" })
    // Event 5 was attended by all three women of event 1, and so were 3 and 8.
    #expect(Set(lines.dropFirst().map { String($0[3]) }).isSubset(of: ["E3", "E5", "E6", "E8"]))
    let byLabel = try akin("related", "women.akin", "e1 (27 JUNE)", "-k", "3", "--set", "hubExponent=0", in: folder)
    #expect(byLabel == list)
    let csv = try akin("related", "women.akin", "E1", "-k", "1", "--csv", in: folder)
    #expect(csv.output.hasPrefix("rank,score,type,id,label\n1,"))
  }

  @Test func `the answer is the same on any number of threads and for any order of names`() throws {
    try importWomen()
    let one = try akin("related", "women.akin", "E1", "E9", "--seed", "7", "--threads", "1", in: folder)
    #expect(try akin("related", "women.akin", "E9", "E1", "--seed", "7", "--threads", "5", in: folder) == one)
    #expect(try akin("related", "women.akin", "E1", "E9", "--seed", "8", in: folder).output != one.output)
  }

  @Test func `JSON holds what is needed to ask again`() throws {
    try importWomen()
    let result = try akin("recommend", "women.akin", "--user", "Dorothy Murchison", "-k", "2", "--json", in: folder)
    #expect(result.status == 0)
    for part in [
      "\"format\" : \"akin.list/1\"", "\"command\" : \"recommend\"", "\"method\" : \"pixie\"", "\"seed\" : 0",
      "\"steps\" : \"200000\"", "\"id\" : \"Dorothy Murchison\"", "\"requested\" : 2",
    ] { #expect(result.output.contains(part), "\(part) in \(result.output)") }
    // She was at events 8 and 9: seen, so not recommended.
    #expect(!result.output.contains("\"id\" : \"E8\""))
    #expect(!result.output.contains("\"id\" : \"E9\""))
  }

  @Test func `info, as text and as JSON`() throws {
    try importWomen()
    let text = try akin("info", "women.akin", in: folder)
    #expect(text.status == 0)
    for part in [
      "  woman: 18\n", "  event: 14, with labels\n", "woman –interacted→ event  (primary)\n",
      "  edges: 89, repeated ones: count\n",
      "  density: 0.3532\n", "  1, the largest of 32 nodes\n",
    ] { #expect(text.output.contains(part), "\(part) in \(text.output)") }
    #expect(try akin("info", "women.akin", "--json", in: folder).output.contains("\"format\" : \"akin.info/1\""))
  }

  @Test func `verify finds damage`() throws {
    try importWomen()
    #expect(try akin("verify", "women.akin", in: folder).output == "women.akin: sound: 14 sections, 2,643 bytes\n")
    var damaged = bytes(of: folder.file("women.akin"))
    damaged[damaged.count - 1] ^= 1
    folder.write(damaged, to: "damaged.akin")
    let result = try akin("verify", "damaged.akin", in: folder)
    #expect(result.status == 1)
    #expect(result.error.hasPrefix("error: damaged.akin: damaged at neighbors of relation 0, reverse: found checksum"))
  }

  @Test func `help says what there is`() throws {
    let help = try akin("--help", in: folder)
    #expect(help.status == 0)
    for command in ["import", "info", "related", "recommend", "draw", "verify"] {
      #expect(help.output.contains("\n  \(command) "))
      let own = try akin(command, "--help", in: folder)
      #expect(own.status == 0)
      #expect(own.output.contains("Examples:\n  akin \(command) "))
    }
    #expect(try akin("--version", in: folder).output == "0.1.0\n")
  }

  @Test func `wrong usage ends with status 2`() throws {
    try importWomen()
    func error(_ arguments: String...) throws -> String {
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.output == "", "\(arguments)")
      return result.error
    }
    #expect(try error("related", "women.akin", "E1", "-k", "0").hasPrefix("error: -k: found 0, expected at least 1\n"))
    #expect(
      try error("related", "women.akin", "E1", "-k", "-3").hasPrefix("error: -k: found -3, expected at least 1\n"))
    #expect(try error("related", "women.akin", "E1", "-k", "many").contains("The value 'many' is invalid for '-k <n>'"))
    #expect(try error("related", "women.akin").contains("found no name, expected at least one, or --all"))
    #expect(
      try error("related", "women.akin", "E1", "--method", "pixi").hasPrefix(
        "error: no method 'pixi'; did you mean 'pixie'?\n"))
    #expect(
      try error("related", "women.akin", "E1", "--method", "neural").hasPrefix(
        "error: no method 'neural', expected pixie, pagerank, "))
    #expect(
      try error("related", "women.akin", "E1", "--steps", "0")
        == "error: parameter 'steps' of method 'pixie': found '0', expected a whole number from 1 to 1000000000\n")
    #expect(
      try error("related", "women.akin", "E1", "--set", "restart").hasPrefix(
        "error: --set: found 'restart', expected name=value"))
    #expect(try error("import", "x.csv").contains("Missing expected argument '--output <graph.akin>'"))
    #expect(try error("frobnicate").hasPrefix("error: no command 'frobnicate', expected one of import, export"))
    #expect(
      try error("filter", "women.akin", "-o", "x.akin", "--cor", "2")
        == "error: unknown option '--cor'; did you mean '--core'?\n  See 'akin filter --help' for more information.\n")
    #expect(try error("recommend", "women.akin", "--bogus=3").hasPrefix("error: unknown option '--bogus'\n"))
    #expect(try error("imprt", "x.csv") == "error: no command 'imprt'; did you mean 'import'?\n")
  }

  @Test func `unusable input ends with status 1, its reason, and nothing written`() throws {
    try importWomen()
    folder.write("", to: "empty.csv")
    folder.write("userId,movieId\n", to: "header.csv")
    folder.write("userId,movieId\n1,2\n", to: "good.csv")
    folder.write([0x75, 0x2C, 0x69, 0x0A, 0x00, 0x01, 0xFF], to: "junk.csv")
    folder.write(Array(bytes(of: folder.file("women.akin")).prefix(3000)), to: "cut.akin")
    let before = folder.names()
    func error(_ arguments: String...) throws -> String {
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 1, "\(arguments)")
      #expect(folder.names() == before, "\(arguments)")
      return result.error
    }
    #expect(try error("import", "no.csv", "-o", "o.akin") == "error: no.csv: no such file, expected a readable file\n")
    #expect(try error("import", ".", "-o", "o.akin") == "error: .: is a directory, expected a file\n")
    #expect(
      try error("import", "empty.csv", "-o", "o.akin")
        == "error: empty.csv: empty, expected a header line and records\n")
    #expect(
      try error("import", "header.csv", "-o", "o.akin")
        == "error: header.csv: only a header line (userId, movieId), expected records below it\n")
    #expect(
      try error("import", "good.csv", "-o", "o.akin", "--target", "movie_title")
        == "error: good.csv: no column 'movie_title' among userId, movieId\n")
    #expect(
      try error("import", "junk.csv", "-o", "o.akin")
        == "error: junk.csv: not text: byte 0x00 at offset 4, expected UTF-8 text, plain or compressed by gzip, xz or zstd\n"
    )
    #expect(
      try error("import", "good.csv", "-o", "no/such/o.akin")
        == "error: no/such/o.akin: cannot be written: No such file or directory\n")
    #expect(try error("import", "good.csv", "-o", ".") == "error: .: cannot be written: it is a directory\n")
    #expect(
      try error("related", "good.csv", "1")
        == "error: good.csv: not an Akin snapshot: found the bytes 75 73 65 72 49 64 2c 6d, expected a file that starts with the bytes 89 41 4B 49 4E; 'akin import good.csv -o NAME.akin' makes a graph of a table\n"
    )
    #expect(try error("related", "cut.akin", "E1").hasPrefix("error: cut.akin: truncated: found 3000 bytes, expected "))
    #expect(try error("related", "none.akin", "E1") == "error: none.akin: cannot be read: No such file or directory\n")
    #expect(
      try error("related", "women.akin", "event:E15")
        == "error: no event 'E15'; did you mean 'E12 (7 April)', 'E10 (10 June)', 'E13 (21 November)'?\n"
    )
    #expect(
      try error("recommend", "women.akin", "--user", "Evelyn Jeferson")
        == "error: no woman 'Evelyn Jeferson'; did you mean 'Evelyn Jefferson'?\n")
  }

  @Test func `what is no regular file is not replaced, nor is an input`() throws {
    try importWomen()
    folder.write("user,item\n1,2\n", to: "own.csv")
    let setUp = try command(
      "/bin/sh", ["-c", "mkfifo pipe; ln -s women.akin link.akin; ln -s nothing dangling"], in: folder.path)
    #expect(setUp.status == 0)
    let before = folder.names()
    func error(_ arguments: String...) throws -> String {
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 1, "\(arguments)")
      #expect(folder.names() == before, "\(arguments)")
      return result.error
    }
    #expect(
      try error("import", "own.csv", "-o", "pipe") == "error: pipe: cannot be written: it is not a regular file\n")
    #expect(
      try error("import", "own.csv", "-o", "/dev/null")
        == "error: /dev/null: cannot be written: it is not a regular file\n")
    #expect(
      try error("import", "own.csv", "-o", "dangling")
        == "error: dangling: cannot be written: it is a link to nothing\n")
    let input = "it is an input of this command, expected another file\n"
    #expect(try error("import", "own.csv", "-o", "own.csv") == "error: own.csv: cannot be written: \(input)")
    #expect(
      try error("draw", "women.akin", "E1", "-o", "link.akin", "--format", "svg")
        == "error: link.akin: cannot be written: \(input)")
    #expect(try error("info", "pipe") == "error: pipe: cannot be read: it is not a regular file\n")
    #expect(bytes(of: folder.file("own.csv")) == Array("user,item\n1,2\n".utf8))
    // A link is followed: the file behind it is replaced, the link stays.
    folder.write(bytes(of: folder.file("women.akin")), to: "real.akin")
    _ = try command("/bin/ln", ["-s", "real.akin", "alias.akin"], in: folder.path)
    #expect(try akin("import", "own.csv", "-o", "alias.akin", in: folder).status == 0)
    #expect(try command("/usr/bin/readlink", ["alias.akin"], in: folder.path).output == "real.akin\n")
    #expect(try akin("verify", "real.akin", in: folder).status == 0)
    // A graph replaces a graph; anything else is somebody's work.
    folder.write("somebody's work\n", to: "notes.csv")
    let other = try akin("import", "own.csv", "-o", "notes.csv", in: folder)
    #expect(other.status == 1)
    #expect(other.error.hasPrefix("error: notes.csv: cannot be written: it is a file of another kind"), "\(other)")
    #expect(bytes(of: folder.file("notes.csv")) == Array("somebody's work\n".utf8))
    let picture = try akin("draw", "women.akin", "E1", "-o", "real.akin", "--format", "svg", in: folder)
    #expect(picture.status == 1)
    #expect(picture.error.hasPrefix("error: real.akin: cannot be written: it is a graph, expected"), "\(picture)")
    let overNotes = try akin("draw", "real.akin", "E1", "-o", "notes.csv", "--format", "svg", in: folder)
    #expect(
      overNotes.error.hasPrefix("error: notes.csv: cannot be written: it is a file of another kind"), "\(overNotes)")
    #expect(bytes(of: folder.file("notes.csv")) == Array("somebody's work\n".utf8))
    for name in ["drawn.svg", "drawn.svg"] {
      #expect(try akin("draw", "women.akin", "E1", "-o", name, "--format", "svg", in: folder).status == 0)
    }
    folder.write(Array(bytes(of: folder.file("women.akin")).dropLast(9)), to: "cut.akin")
    let cut = try akin("verify", "cut.akin", "--json", in: folder)
    #expect(
      cut.status == 1 && cut.output.contains("\"isSound\" : false") && cut.output.contains("cut.akin: "), "\(cut)")
    let table = try akin("import", "own.csv", "-o", "table.akin", "--table", "edges", in: folder)
    #expect(table.status == 1 && table.error.contains("which has no tables, expected an SQLite database"), "\(table)")
    let stream = try akin("export", "real.akin", "-o", "-", "--format", "csv", in: folder)
    #expect(stream.status == 1)
    #expect(stream.error.hasPrefix("error: -: cannot be written: it stands for standard output"), "\(stream)")
    #expect(!folder.names().contains("-"))
  }

  @Test func `pictures in every format, and the errors of the command`() throws {
    try importWomen()
    for (name, start) in [
      ("e.svg", "<?xml"), ("e.png", "\u{89}PNG"), ("e.pdf", "%PDF"), ("e.dot", "digraph akin {"),
      ("E.GV", "digraph akin {"),
    ] {
      let result = try akin("draw", "women.akin", "E1", "-o", name, in: folder)
      #expect(result.status == 0)
      #expect(result.output.hasPrefix("wrote \(name): "))
      let wanted = start.unicodeScalars.map { UInt8($0.value) }
      #expect(Array(bytes(of: folder.file(name)).prefix(wanted.count)) == wanted, "\(name)")
    }
    func error(_ arguments: String...) throws -> String {
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 2, "\(arguments)")
      return String(result.error.prefix { $0 != "\n" })
    }
    #expect(
      try error("draw", "women.akin", "E1", "-o", "e.jpg")
        == "error: found picture format 'jpg', expected svg, png, pdf, html, dot, json, mermaid, graphml")
    #expect(
      try error("draw", "women.akin", "E1", "-o", "picture").hasPrefix(
        "error: picture: found no file ending, expected .svg"))
    #expect(try error("draw", "women.akin", "E1", "-o", "e.svg", "--limit", "2").hasPrefix("error: --limit: found 2"))
    #expect(
      try error("draw", "women.akin", "E1", "E2", "E3", "E4", "-o", "e.svg", "--limit", "5")
        == "error: --limit: found 5, expected at least 6 for 4 sources")
  }

  @Test func `a list shorter than asked says why`() throws {
    try importWomen()
    let result = try akin("related", "women.akin", "E1", "-k", "1000000000", in: folder)
    #expect(result.status == 0)
    #expect(
      result.error
        == "note: 13 of 1,000,000,000 asked for: the method reached 13 candidates and 1 left out as sources or seen\n"
    )
    #expect(try akin("related", "women.akin", "E1", "-k", "1000000000", "--quiet", in: folder).error == "")
  }

  @Test func `a full disk is an error and leaves nothing`() throws {
    let shell = try command(
      "/bin/sh",
      [
        "-c",
        "ulimit -f 8; trap '' XFSZ; exec \"$0\" import \"$1\" -o full.akin --source package --target depends --quiet",
        akinPath, graphs + "/debian/depends.csv.xz",
      ],
      in: folder.path)
    #expect(shell.status == 1)
    #expect(shell.error == "error: full.akin: cannot be written: File too large\n")
    #expect(folder.names() == [])
  }

  @Test func `an interrupt stops the import and leaves nothing`() throws {
    // Input without an end: whenever the signal comes, there is more to read.
    let shell = try command(
      "/bin/sh",
      [
        "-c",
        """
        mkfifo endless.csv; { echo user,item; yes 1,2; } > endless.csv 2> /dev/null &
        "$0" import endless.csv -o big.akin & sleep 1; kill -INT $!; wait $!; echo $?; rm endless.csv
        """, akinPath,
      ], in: folder.path)
    #expect(shell.output.hasSuffix("130\n"))
    #expect(shell.error == "interrupted; nothing was written\n")
    #expect(folder.names() == [])
  }

  @Test(
    .enabled(if: exists(sharedData("ml-latest-small")), "needs the MovieLens data set, which may not be redistributed"))
  func `films that a person agrees with`() throws {
    let data = sharedData("ml-latest-small")
    let made = try akin(
      "import", data + "/ratings.csv.xz", "-o", "m.akin", "--labels", data + "/movies.csv.xz", in: folder)
    #expect(made.output.contains("100,004 records\n"))
    #expect(made.output.contains("graph: 671 user, 9,066 movie, 100,004 edges user –rated→ movie\n"))
    let list = try akin("related", "m.akin", "Toy Story (1995)", "-k", "10", in: folder)
    for film in ["Toy Story 2 (1999)", "Shrek (2001)", "Star Wars: Episode IV - A New Hope (1977)"] {
      #expect(list.output.contains(film))
    }
    // The seed must not decide what people see.
    func items(_ seed: String) throws -> Set<Substring> {
      let text = try akin("related", "m.akin", "Toy Story (1995)", "-k", "20", "--seed", seed, in: folder).output
      return Set(text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[3] })
    }
    #expect(try items("1").intersection(items("2")).count >= 12)
    let ring = try akin("related", "m.akin", "Lord of the Rings: The Two Towers, The (2002)", "-k", "3", in: folder)
    #expect(ring.output.contains("Lord of the Rings: The Fellowship of the Ring, The (2001)"))
    #expect(ring.output.contains("Lord of the Rings: The Return of the King, The (2003)"))
  }

  @Test func `the kin of git are the other version control systems`() throws {
    _ = try akin(
      "import", graphs + "/debian/depends.csv.xz", "-o", "debian.akin", "--source", "package", "--target", "depends",
      "--source-type", "package", "--target-type", "package", "--relation", "depends", in: folder)
    let list = try akin("related", "debian.akin", "git", "-k", "12", in: folder)
    for kin in ["mercurial", "bzr", "darcs", "subversion", "cvs"] {
      #expect(list.output.contains("\tpackage\t\(kin)\t"))
    }
  }
}

import AkinGraph
import AkinRanking
import CZstd
import TestSupport
import Testing

@testable import AkinFormats

@Suite struct InputFormatTests {
  let folder = TemporaryFolder()

  /// Every record of a file, and every problem.
  func read(_ content: String, _ name: String = "f", _ change: (inout InputFile) -> Void = { _ in }) throws -> (
    form: String, columns: [String], records: [[String]], problems: [String]
  ) {
    try read(Array(content.utf8), name, change)
  }

  func read(_ content: [UInt8], _ name: String = "f", _ change: (inout InputFile) -> Void = { _ in }) throws -> (
    form: String, columns: [String], records: [[String]], problems: [String]
  ) {
    var file = InputFile(path: folder.write(content, to: name))
    change(&file)
    let reader = try file.open()
    var block = RecordBlock()
    var records: [[String]] = []
    var problems: [String] = []
    while try reader.nextBlock(into: &block) {
      for record in 0..<block.count { records.append(reader.columns.indices.map { block.text(record, $0) }) }
      problems += block.problems.map { $0.message(path: name) }
    }
    return (reader.form, reader.columns, records, problems)
  }

  @Test(arguments: [
    ("user,item\na,b\n", "f", InputFormat.delimited), ("{\"a\": 1}\n", "f", .jsonLines),
    ("0 1 2 3\n1 2\n2\n", "f", .lists),
    ("1::2::5::978300760\n1::3::4::978300760\n", "f", .doubleColon),
    ("196\t242\t3\t881250949\n186\t302\t3\t891717742\n", "f", .movieLens100K),
    ("# Nodes: 3\n# FromNodeId\tToNodeId\n0\t1\n0\t2\n", "f", .snap), ("# comment\nuser,item\n", "f", .delimited),
    ("%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 2\n", "f", .matrixMarket),
    ("a b 1\nb c 2\n", "g.ncol", .ncol),
    ("a b 1\nb c 2\n", "g.ncol.gz", .ncol), ("org_id remap_id\n8975 0\n", "f", .delimited),
    ("<?xml version='1.0'?>\n<graphml xmlns='x'/>", "f", .graphML), ("<html>\n", "f", .delimited),
    ("user_id:token\titem_id:token\trating:float\n1\t2\t3\n", "f", .recBole), ("1 2\n1 3\n", "f", .delimited),
  ])
  func `a format is known by the content`(content: String, path: String, expected: InputFormat) {
    #expect(InputFormat.detected(Array(content.utf8)[...], path: path) == expected)
  }

  @Test func `JSON Lines`() throws {
    let text = """
      {"user": "a\\u00e9\\ud83d\\ude00", "item": 7, "tags": ["x", "y"], "at": {"time": 1e3}}

      {"item": "b\\n\\"", "user": null}
      {"user": "u", "extra": 1}
      {"user": "u"
      {"user": tru}
      """
    let file = try read(text)
    #expect(file.form == "JSON Lines")
    #expect(file.columns == ["user", "item", "tags", "at.time", "extra"])
    #expect(file.records == [["aé😀", "7", "x|y", "1e3", ""], ["", "b\n\"", "", "", ""], ["u", "", "", "", "1"]])
    #expect(
      file.problems == [
        "f:5: found the end of the line at byte 13, expected ','",
        "f:6: found 't' at byte 10, expected a string, a number, true, false or null",
      ])
  }

  @Test func `lists give an edge an item, and users without items none`() throws {
    let file = try read("0 5 6 7\n1\n2 5 \r\n\n")
    #expect(file.columns == ["user", "item"])
    #expect(file.records == [["0", "5"], ["0", "6"], ["0", "7"], ["2", "5"]])
  }

  @Test func `fields between double colons, some with single ones`() throws {
    let ratings = try read("1::1193::5::978300760\n1::661::3\n")
    #expect(ratings.columns == ["userId", "movieId", "rating", "timestamp"])
    #expect(ratings.records == [["1", "1193", "5", "978300760"]])
    #expect(ratings.problems == ["f:2: 3 fields, expected 4"])
    let movies = try read("1::Star Wars: A::Drama|Sea\n2::B::x\n")
    #expect(movies.columns == ["1", "2", "3"])
    #expect(movies.records[0] == ["1", "Star Wars: A", "Drama|Sea"])
  }

  @Test func `MovieLens 100K has no header, and its columns have names`() throws {
    let file = try read("196\t242\t3\t881250949\n186\t302\t3\t891717742\n")
    #expect(file.columns == ["userId", "itemId", "rating", "timestamp"])
    #expect(file.records.count == 2)
  }

  @Test func `a SNAP edge list has comments, NCOL has weights`() throws {
    let snap = try read("# comment\n0\t1\n# more\n2   3\n")
    #expect(snap.columns == ["source", "target"])
    #expect(snap.records == [["0", "1"], ["2", "3"]])
    let ncol = try read("a b 1.5\nb c 2\nc\n", "g.ncol")
    #expect(ncol.columns == ["source", "target", "weight"])
    #expect(ncol.records == [["a", "b", "1.5"], ["b", "c", "2"]])
    #expect(ncol.problems == ["g.ncol:3: 1 field, expected 3"])
  }

  @Test func `a Matrix Market file, general and symmetric`() throws {
    let general = try read("%%MatrixMarket matrix coordinate integer general\n% c\n2 3 3\n1 3 5\n2 1 4\n3 1 4\n")
    #expect(general.records == [["1", "3", "5"], ["2", "1", "4"]])
    #expect(general.problems == ["f:6: found row '3', expected a number from 1 to 2"])
    let symmetric = try read("%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 3\n")
    #expect(symmetric.records == [["2", "1", "1"], ["1", "2", "1"], ["3", "3", "1"]])
    #expect(
      throws: FormatError.unsupportedText(
        path: folder.file("f"), found: "1 entries", expected: "2 as the line of sizes says")
    ) {
      try read("%%MatrixMarket matrix coordinate pattern general\n3 3 2\n2 1\n")
    }
    #expect(throws: FormatError.self) { try read("%%MatrixMarket matrix array real general\n2 2\n1\n1\n1\n1\n") }
  }

  @Test func `a GraphML document, edges and nodes`() throws {
    let text = """
      <?xml version="1.0" encoding="UTF-8"?><!-- c -->
      <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
        <key id="d0" for="node" attr.name="label" attr.type="string"><default>?</default></key>
        <key id="d1" for="edge" attr.name="weight" attr.type="double"/>
        <graph edgedefault="undirected">
          <node id="a&amp;b"><data key="d0">A &lt;1&gt; <![CDATA[<x>]]></data></node>
          <node id="c"/>
          <edge source="a&amp;b" target='c'><data key="d1">2.5</data></edge>
          <edge source="c" target="c"/>
        </graph>
      </graphml>
      """
    let edges = try read(text)
    #expect(edges.form == "a GraphML document, undirected edges")
    #expect(edges.columns == ["source", "target", "weight"])
    #expect(edges.records == [["a&b", "c", "2.5"], ["c", "c", ""]])
    let nodes = try read(text) { $0.readsNodes = true }
    #expect(nodes.columns == ["id", "label"])
    #expect(nodes.records == [["a&b", "A <1> <x>"], ["c", "?"]])
  }

  @Test func `a GraphML key declared after the first edges is theirs too`() throws {
    let edges = try read(
      "<graphml><graph><edge source='a' target='b'/><key id='w' for='edge'><default>7</default></key>"
        + "<edge source='b' target='c'><data key='w'>2</data></edge></graph></graphml>"
    ) { $0.format = .graphML }
    #expect(edges.columns == ["source", "target", "w"])
    #expect(edges.records == [["a", "b", "7"], ["b", "c", "2"]])
  }

  @Test(arguments: [
    ("<graphml><graph><edge source='a'/></graph></graphml>", "a <edge> without target"),
    ("<graphml><graph><hyperedge/></graph></graphml>", "a hyperedge"),
    ("<graphml><key id='w'/><key id='w'/><graph/></graphml>", "a second <key> 'w'"),
    (
      "<graphml><graph><edge source='a' target='b'><edge source='c' target='d'/></edge></graph></graphml>",
      "an element <edge> within <edge>"
    ),
    ("<graphml><graph><node id='a'><graph/></node></graph></graphml>", "a graph within a graph"),
    ("<graphml><graph>", "the end of the file"), ("<graphml><graph", "the end of the file inside a tag"),
    ("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><graphml/>", "a document type with declarations"),
    ("<graphml><graph><edge source='&a;' target='b'/></graph></graphml>", "entity '&a;'"),
    ("<graphml/>", "the end of the file"),
  ])
  func `a broken GraphML document is refused`(text: String, found: String) {
    #expect {
      try read(text) { $0.format = .graphML }
    } throws: { error in
      guard case FormatError.unsupportedText(_, found, _) = error else { return false }
      return true
    }
  }

  @Test func `Latin-1 is named with line and byte, and read when told`() throws {
    let bytes = Array("user,item\na,caf".utf8) + [0xE9] + Array("\nb,x\n".utf8)
    let wrong = try read(bytes)
    #expect(
      wrong.problems == [
        "f:2: byte 0xE9 at position 6 of the line is not UTF-8, expected UTF-8 text (--encoding latin1 for Latin-1)"
      ])
    let right = try read(bytes) { $0.encoding = .latin1 }
    #expect(right.records == [["a", "café"], ["b", "x"]])
  }

  @Test(arguments: [1, 2, 3, 7])
  func `Latin-1 becomes UTF-8 whatever the size of pieces`(size: Int) throws {
    let latin = (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 37 | 1) }
    let source = try ByteSource(path: folder.write(latin, to: "l"), encoding: .latin1)
    var bytes: [UInt8] = []
    while true {
      var piece = [UInt8](repeating: 0, count: size)
      let got = try source.read(into: &piece, range: 0..<size)
      bytes += piece[..<got]
      if got < size { break }
    }
    #expect(
      String(decoding: bytes, as: UTF8.self) == String(String.UnicodeScalarView(latin.map { Unicode.Scalar($0) })))
  }

  @Test func `Zstandard, of several frames, cut off and damaged`() throws {
    let text = Array("user,item\n".utf8) + (0..<5000).flatMap { Array("u\($0),i\($0 % 7)\n".utf8) }
    func compressed(_ bytes: [UInt8]) -> [UInt8] {
      var stored = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
      let count = unsafe stored.withUnsafeMutableBytes { target in
        unsafe bytes.withUnsafeBytes {
          unsafe ZSTD_compress(target.baseAddress, target.count, $0.baseAddress, $0.count, 3)
        }
      }
      return Array(stored[..<count])
    }
    let stored = compressed(Array(text[..<20_000])) + compressed(Array(text[20_000...]))
    let file = try read(stored, "f.zst")
    #expect(file.records.count == 5000)
    #expect(file.records[4999] == ["u4999", "i1"])
    let path = folder.file("f.zst")
    #expect(throws: FormatError.truncated(path: path, compression: .zstandard)) {
      try read(Array(stored.dropLast(9)), "f.zst")
    }
    #expect {
      try read(stored + [1, 2, 3, 4, 5], "f.zst")
    } throws: { error in
      if case FormatError.trailingGarbage = error { true } else { false }
    }
  }

  @Test func `RecBole's columns are known by their names`() throws {
    let path = folder.write(
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu\ti\t4\t881250949\n", to: "d.inter")
    let result = try InteractionImport(path: path)
    #expect(result.snapshot.schema.nodeTypes.map(\.name) == ["user", "item"])
    #expect(result.snapshot.relations[0].forward.attributes.weights?[0] == 4)
    #expect(result.snapshot.relations[0].forward.attributes.times?.time(at: 0) == 881_250_949)
  }

  @Test(.enabled(if: Python.canImport("sqlite3"), "needs python3 with sqlite3"))
  func `a table and a query of an SQLite database`() throws {
    let path = folder.file("d.sqlite")
    _ = try Python.run(
      """
      import sqlite3, sys
      d = sqlite3.connect(sys.argv[1])
      d.execute("create table plays(user text, item integer, weight real, note text)")
      d.executemany("insert into plays values (?, ?, ?, ?)", [("é", 7, 1.5, None), ("b", 8, 2, "x")])
      d.execute("create table other(a)")
      d.commit()
      """, arguments: [path])
    func open(_ change: (inout InputFile) -> Void) throws -> [[String]] {
      var file = InputFile(path: path)
      change(&file)
      let reader = try file.open()
      var block = RecordBlock()
      var records: [[String]] = []
      while try reader.nextBlock(into: &block) {
        for record in 0..<block.count { records.append(reader.columns.indices.map { block.text(record, $0) }) }
      }
      return records
    }
    #expect(try open { $0.table = "plays" } == [["é", "7", "1.5", ""], ["b", "8", "2.0", "x"]])
    #expect(try open { $0.query = "select item, user from plays where item > 7" } == [["8", "b"]])
    #expect(throws: FormatError.self) { try open { _ in } }
    #expect(throws: FormatError.self) { try open { $0.table = "none" } }
    #expect(throws: FormatError.self) { try open { $0.query = "delete from plays" } }
  }
}

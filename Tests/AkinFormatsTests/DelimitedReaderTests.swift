import Testing
import TestSupport

@testable import AkinFormats

/// Everything that a reader says about a file.
struct Table: Equatable {
  struct Problem: Equatable {
    var line: UInt64
    var kind: RecordProblem.Kind
  }
  var columns: [String] = []
  var records: [[String]] = []
  var lines: [UInt64] = []
  var problems: [Problem] = []
  var excerpts: [String] = []
  var blankLines: UInt64 = 0
}

func readTable(_ file: ScratchFile, _ options: DelimitedOptions = DelimitedOptions()) throws -> Table {
  let reader = try DelimitedReader(path: file.path, options: options)
  var table = Table(columns: reader.columns)
  var block = RecordBlock()
  while try reader.nextBlock(into: &block) {
    for record in 0..<block.count {
      table.records.append((0..<block.columnCount).map { block.text(record, $0) })
      table.lines.append(block.line(record))
    }
    table.problems += block.problems.map { Table.Problem(line: $0.line, kind: $0.kind) }
    table.excerpts += block.problems.map { block.excerpt(of: $0) }
  }
  table.blankLines = reader.blankLineCount
  #expect(reader.recordCount == UInt64(table.records.count))
  #expect(reader.problemCount == UInt64(table.problems.count))
  return table
}

/// Reads the text with many block sizes, expects the same from each, and returns it.
func readTable(text: String, _ options: DelimitedOptions = DelimitedOptions()) throws -> Table {
  try readTable(bytes: Array(text.utf8), options)
}

func readTable(bytes: [UInt8], _ options: DelimitedOptions = DelimitedOptions()) throws -> Table {
  let file = try ScratchFile(bytes)
  let table = try readTable(file, options)
  for blockSize in [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 64] {
    var smaller = options
    smaller.blockSize = blockSize
    let found = try readTable(file, smaller)
    #expect(found == table, "block size \(blockSize)")
  }
  return table
}

@Suite struct DelimitedReaderTests {
  @Test(arguments: UInt64(0)..<100)
  func `random tables come back as they were written`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let delimiter = [",", "\t", ";", "|", ":"].randomElement(using: &random)!
    let lineEnd = ["\n", "\r\n"].randomElement(using: &random)!
    let columnCount = Int.random(in: 1...5, using: &random)
    let pieces = [
      "a", "long enough to fill a word", "\"", "\"\"", delimiter, "\n", "\r\n", "\r", " ", "é", "日本", "🎬", "7", "", "",
    ]
    func field(inColumn column: Int) -> (value: String, written: String) {
      let value = (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random)! }
        .joined()
      let special = value.unicodeScalars.contains { "\n\r\"".unicodeScalars.contains($0) } || value.contains(delimiter)
      // A single empty column without quotes would be a blank line.
      let isQuoted = special || (columnCount == 1 && value.isEmpty) || Int.random(in: 0..<4, using: &random) == 0
      guard isQuoted else { return (value, value) }
      var doubled = ""
      for scalar in value.unicodeScalars { doubled += scalar == "\"" ? "\"\"" : String(scalar) }
      return (value, "\"" + doubled + "\"")
    }
    var expected = Table(columns: (0..<columnCount).map { "c\($0)" })
    var text = expected.columns.joined(separator: delimiter) + lineEnd
    var line: UInt64 = 2
    for _ in 0..<Int.random(in: 1...30, using: &random) {
      if Int.random(in: 0..<8, using: &random) == 0 {
        text += lineEnd
        line += 1
        expected.blankLines += 1
      }
      let fields = (0..<columnCount).map { field(inColumn: $0) }
      expected.records.append(fields.map(\.value))
      expected.lines.append(line)
      let written = fields.map(\.written).joined(separator: delimiter) + lineEnd
      line += UInt64(written.utf8.count { $0 == 10 })
      text += written
    }
    if Bool.random(using: &random) {
      text = String(decoding: text.utf8.dropLast(lineEnd.utf8.count), as: UTF8.self)
    }
    let options = DelimitedOptions(delimiter: delimiter.utf8.first, header: .present)
    let table = try readTable(text: text, options)
    // Compared as bytes: Swift's == on strings takes canonically equivalent ones for equal.
    #expect(table.records.map { $0.map { Array($0.utf8) } } == expected.records.map { $0.map { Array($0.utf8) } })
    #expect(table == expected)
  }

  @Test func `line ends, byte order mark and missing last line end`() throws {
    for text in [
      "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4", "\u{FEFF}a,b\n1,2\n3,4\r",
      "\n\na,b\n1,2\n\n\r\n3,4\n\n",
    ] {
      let table = try readTable(text: text)
      #expect(table.columns == ["a", "b"])
      #expect(table.records == [["1", "2"], ["3", "4"]])
      #expect(table.problems.isEmpty)
    }
    let blanks = try readTable(text: "\n\na,b\n1,2\n\n\r\n3,4\n\n")
    #expect(blanks.lines == [4, 7])
    #expect(blanks.blankLines == 5)
  }

  @Test func `a quote inside an unquoted field is an ordinary character`() throws {
    let table = try readTable(text: "a,b\n5\" disk,it\"\"s\n, \"x\"\n")
    #expect(table.records == [["5\" disk", "it\"\"s"], ["", " \"x\""]])
  }

  @Test func `quoted fields may span lines, and later records keep their lines`() throws {
    let table = try readTable(text: "a,b\n\"x\n\"\"y\"\"\r\n,z\",2\n3,4\n\"\",\"\"\n")
    #expect(table.records == [["x\n\"y\"\r\n,z", "2"], ["3", "4"], ["", ""]])
    #expect(table.lines == [2, 5, 6])
  }

  @Test func `records without a header`() throws {
    let table = try readTable(text: "196\t242\t3\t881250949\n186\t302\t3\t891717742\n")
    #expect(table.columns == ["1", "2", "3", "4"])
    #expect(table.records.count == 2)
    #expect(table.lines == [1, 2])
    #expect(try readTable(text: "1,2\n3,4\n", DelimitedOptions(header: .present)).columns == ["1", "2"])
    #expect(try readTable(text: "\na,b\nc,d\n", DelimitedOptions(header: .absent)).lines == [2, 3])
  }

  @Test func `every malformed record is reported with its line, and the others are read`() throws {
    let text = """
      a,b
      1,2
      3
      4,5,6
      "x"y,7
      "multi
      line" oops,8

      9,10
      "unclosed,11
      12,13
      """
    let table = try readTable(text: text)
    #expect(table.records == [["1", "2"], ["9", "10"], ["12", "13"]])
    #expect(table.lines == [2, 9, 11])
    #expect(
      table.problems == [
        Table.Problem(line: 3, kind: .fieldCount(found: 1, expected: 2)),
        Table.Problem(line: 4, kind: .fieldCount(found: 3, expected: 2)),
        Table.Problem(line: 5, kind: .textAfterQuote),
        Table.Problem(line: 6, kind: .textAfterQuote),
        Table.Problem(line: 10, kind: .unclosedQuote(limit: nil)),
      ])
    #expect(table.excerpts == ["3", "4,5,6", "\"x\"y,7", "\"multi…", "\"unclosed,11"])
  }

  @Test func `bytes that are not UTF-8 text are named with line and position`() throws {
    var bytes = Array("a,b\nok,1\nna".utf8)
    bytes += [0xEF] + Array("ve,2\n\"two\nli".utf8) + [0xC3, 0x28] + Array("nes\",3\nfine é,4\n".utf8)
    bytes += [0xED, 0xA0, 0x80] + Array(",5\n".utf8)  // a surrogate
    bytes += Array("6,".utf8) + [0xC0, 0x80] + Array("\n".utf8)  // an overlong form
    bytes += Array("7,".utf8) + [0xE2, 0x82]  // cut off by the end of the file
    let table = try readTable(bytes: bytes)
    #expect(table.records == [["ok", "1"], ["fine é", "4"]])
    #expect(
      table.problems == [
        Table.Problem(line: 3, kind: .invalidUTF8(byte: 0xEF, position: 3)),
        Table.Problem(line: 5, kind: .invalidUTF8(byte: 0xC3, position: 3)),
        Table.Problem(line: 7, kind: .invalidUTF8(byte: 0xED, position: 1)),
        Table.Problem(line: 8, kind: .invalidUTF8(byte: 0xC0, position: 3)),
        Table.Problem(line: 9, kind: .invalidUTF8(byte: 0xE2, position: 3)),
      ])
  }

  @Test func `a zero byte far into a file is a problem of its record`() throws {
    var bytes = Array("a,b\n".utf8)
    for _ in 0..<20_000 { bytes += Array("1,2\n".utf8) }
    bytes += [0x33, 0x2C, 0x00, 0x0A]
    let table = try readTable(ScratchFile(bytes), DelimitedOptions(blockSize: 1000))
    #expect(table.records.count == 20_000)
    #expect(table.problems == [Table.Problem(line: 20_002, kind: .zeroByte(position: 3))])
  }

  @Test func `records over the limit are reported, and reading goes on at the next line`() throws {
    let long = String(repeating: "x", count: 300)
    let options = DelimitedOptions(recordLimit: 40)
    let exact = String(repeating: "y", count: 38) + ",1"
    let text = """
      a,b
      1,2
      \(long),3
      \(exact)
      \(exact)1
      "\(long)",4
      "opened
      \(exact)
      5,6
      "closed
      here",7
      \(long)
      """
    let table = try readTable(text: text, options)
    #expect(table.records.map { $0[1] } == ["2", "1", "1", "6", "7"])
    #expect(table.lines == [2, 4, 8, 9, 10])
    #expect(
      table.problems == [
        Table.Problem(line: 3, kind: .recordTooLong(limit: 40)),
        Table.Problem(line: 5, kind: .recordTooLong(limit: 40)),
        Table.Problem(line: 6, kind: .recordTooLong(limit: 40)),
        Table.Problem(line: 7, kind: .unclosedQuote(limit: 40)),
        Table.Problem(line: 12, kind: .recordTooLong(limit: 40)),
      ])
  }

  /// The verdict on any bytes must not depend on the block size, whatever they are.
  @Test(arguments: UInt64(0)..<150)
  func `random bytes give the same, whatever the block size`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("aaab,,,,\n\n\n\"\"\r".utf8) + (seed % 3 == 0 ? [0xC3, 0xA9, 0xE2] : [])
    var bytes = Array("x,y\n1,2\n".utf8)
    for _ in 0..<Int.random(in: 0...300, using: &random) { bytes.append(alphabet.randomElement(using: &random)!) }
    let table = try readTable(bytes: bytes, DelimitedOptions(header: .present, recordLimit: Int(seed % 30) + 10))
    #expect(table.lines == table.lines.sorted())
  }

  @Test func `compressed files read as plain ones`() throws {
    let text = "a,b\n" + (0..<5000).map { "\($0),\"é \($0)\"\n" }.joined()
    let plain = try readTable(ScratchFile(text))
    for stored in [gzipped(Array(text.utf8)), xzCompressed(Array(text.utf8))] {
      #expect(try readTable(ScratchFile(stored), DelimitedOptions(blockSize: 777)) == plain)
    }
    #expect(plain.records.count == 5000)
  }

  @Test func `files that are no table`() throws {
    /// The message without the path.
    func text(_ bytes: [UInt8], _ options: DelimitedOptions = DelimitedOptions()) throws -> String {
      let file = try ScratchFile(bytes)
      let error = #expect(throws: FormatError.self) { try readTable(file, options) }
      return String((error?.description ?? "").dropFirst(file.path.count))
    }
    #expect(try text([]) == ": empty, expected a header line and records")
    #expect(try text(Array("\n\r\n\n".utf8)) == ": empty, expected a header line and records")
    #expect(try text([0xEF, 0xBB, 0xBF]) == ": empty, expected a header line and records")
    #expect(try text(Array("user,item\n".utf8)) == ": only a header line (user, item), expected records below it")
    #expect(try text(Array("user,item".utf8)) == ": only a header line (user, item), expected records below it")
    #expect(
      try text(Array("a,b\n1,".utf8) + [0])
        == ": not text: byte 0x00 at offset 6, expected UTF-8 text, plain or compressed by gzip, xz or zstd")
    #expect(
      try text(Array("PAR1".utf8) + [0x15, 0x00])
        == ": not text: byte 0x00 at offset 5 (looks like a Parquet file), expected UTF-8 text, plain or compressed by gzip, xz or zstd"
    )
    #expect(
      try text([0xFF, 0xFE, 0x61, 0x00])
        == ": text in UTF-16LE, expected UTF-8 (convert with: iconv -f UTF-16 -t UTF-8)")
    #expect(
      try text(Array("1::1193::5\n".utf8))
        == ": fields separated by '::', expected a delimiter of one byte (--format double-colon reads '::')")
    #expect(
      try text(Array("a,b\r1,2\r3,4\r".utf8))
        == ": a carriage return inside line 1, expected lines that end with LF or CR LF (convert with: tr '\\r' '\\n')")
    #expect(
      try text(Array("\na,\"b\n1,2\n".utf8))
        == ":2: in the first record: a quoted field that does not close before the end of the file, expected a closing quote"
    )
    #expect(
      try text(Array("a,\(String(repeating: "b", count: 200_000))\n".utf8), DelimitedOptions(recordLimit: 100_000))
        == ":1: in the first record: a record longer than 100000 bytes, expected a shorter one (a missing line break?)")
  }

  @Test func `every problem says what was found and what was expected`() {
    let kinds: [(RecordProblem.Kind, String)] = [
      (.fieldCount(found: 1, expected: 4), "1 field, expected 4"),
      (.fieldCount(found: 5, expected: 4), "5 fields, expected 4"),
      (
        .invalidUTF8(byte: 0xE9, position: 12),
        "byte 0xE9 at position 12 of the line is not UTF-8, expected UTF-8 text (--encoding latin1 for Latin-1)"
      ),
      (.zeroByte(position: 2), "byte 0x00 at position 2 of the line, expected text"),
    ]
    for (kind, text) in kinds {
      #expect(RecordProblem(line: 7, kind: kind, start: 0, end: 0).message(path: "r.csv") == "r.csv:7: \(text)")
    }
  }
}

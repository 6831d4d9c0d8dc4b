/// Reads formats that hold one record, or one list, a line and are not delimited text.
final class LineReader: RecordReader {
  let path: String
  let form: String
  let columns: [String]
  let guesses: [String]
  private(set) var recordCount: UInt64 = 0
  private(set) var problemCount: UInt64 = 0
  private(set) var blankLineCount: UInt64 = 0
  var compression: Compression { source.compression }
  var storedBytesRead: UInt64 { source.storedBytesRead }
  var storedByteCount: UInt64 { source.storedByteCount }

  private let source: ByteSource
  private var lines: LineSource
  private var parser: any LineParser
  private var isFinished = false
  /// Records of one block, so that one line after the other does not become a block of its own.
  private static let blockBytes = 1 << 18

  /// - Parameter columns: names instead of the format's own.
  init(source: ByteSource, format: InputFormat, columns: [String]? = nil) throws(FormatError) {
    self.source = source
    path = source.path
    let probe = try source.peek(InputFormat.probeSize)
    _ = try TextKind(probe, path: path, allowsJSON: true)
    parser =
      switch format {
      case .jsonLines: try JSONLinesParser(probe: probe, path: path)
      case .lists: ListParser(probe)
      case .baskets: BasketParser()
      case .doubleColon: try FieldParser(doubleColon: probe, path: path)
      case .snap: try FieldParser(snap: probe, path: path)
      case .ncol: try FieldParser(ncol: probe, path: path)
      case .matrixMarket: MatrixMarketParser(path: path)
      default: preconditionFailure("\(format) is not read line by line")
      }
    if let columns, columns.count == parser.columns.count {
      self.columns = columns
    } else if let columns {
      throw .tooFewColumns(path: path, columns: columns)
    } else {
      self.columns = parser.columns
    }
    form = parser.form
    guesses = parser.guesses
    lines = LineSource(source)
  }

  func nextBlock(into block: inout RecordBlock) throws(FormatError) -> Bool {
    block.removeAll(columnCount: columns.count, firstLine: lines.number + 1)
    while !isFinished, block.bytes.count < Self.blockBytes, block.problems.count < 1000 {
      guard let line = try lines.next() else {
        isFinished = true
        try parser.finish(recordCount: recordCount + UInt64(block.count), problemCount: problemCount)
        break
      }
      if let problem = line.problem {
        block.append(problem, record: line.bytes, line: lines.number)
      } else if line.bytes.allSatisfy({ $0 == Ascii.space || $0 == Ascii.tab }) {
        blankLineCount += 1
      } else {
        try parser.parse(line.bytes, number: lines.number, into: &block)
      }
    }
    recordCount += UInt64(block.count)
    problemCount += UInt64(block.problems.count)
    if recordCount == 0, problemCount == 0, isFinished, lines.number == 0 { throw .empty(path: path) }
    return block.count > 0 || !block.problems.isEmpty
  }
}

/// Makes records of lines.
protocol LineParser {
  var form: String { get }
  var columns: [String] { get }
  var guesses: [String] { get }
  mutating func parse(_ line: ArraySlice<UInt8>, number: UInt64, into block: inout RecordBlock) throws(FormatError)
  func finish(recordCount: UInt64, problemCount: UInt64) throws(FormatError)
}

extension LineParser {
  var guesses: [String] { [] }
  func finish(recordCount: UInt64, problemCount: UInt64) throws(FormatError) {}
}

/// `user item item …`: a record for each item of a line.
struct ListParser: LineParser {
  let form = "lists: a user and their items a line"
  let columns = ["user", "item"]
  let guesses: [String]

  /// Looks at the beginning for users that have several lines, which lists do not.
  init(_ probe: ArraySlice<UInt8>) {
    var lines = probe.split(whereSeparator: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn })
    // The last line may be cut off.
    if probe.count >= InputFormat.probeSize, lines.count > 1 { lines.removeLast() }
    let users = lines.compactMap { line in
      line.split(maxSplits: 1, whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab }).first
    }
    let repeated = users.count - Set(users).count
    guesses =
      repeated * 100 >= max(1, users.count)
      ? [
        "the first id of a line was taken for a user, and \(repeated) of the first \(users.count) lines begin with one that has a "
          + "line already; --format baskets reads a basket or session of items a line"
      ] : []
  }

  mutating func parse(_ line: ArraySlice<UInt8>, number: UInt64, into block: inout RecordBlock) {
    let fields = line.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab })
    for item in fields.dropFirst() { block.append([fields[0], item], line: number) }
  }
}

/// `item item …`: a record for each item of a line, whose number stands for the basket.
struct BasketParser: LineParser {
  let form = "baskets: items that belong together a line"
  let columns = ["basket", "item"]

  mutating func parse(_ line: ArraySlice<UInt8>, number: UInt64, into block: inout RecordBlock) {
    let basket = Array(String(number).utf8)[...]
    for item in line.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab }) {
      block.append([basket, item], line: number)
    }
  }
}

/// Lines of fields, with separators that are no single byte: `::`, or any run of blanks.
struct FieldParser: LineParser {
  let form: String
  let columns: [String]
  private let isDoubleColon: Bool
  private let skipsComments: Bool

  init(doubleColon probe: ArraySlice<UInt8>, path: String) throws(FormatError) {
    isDoubleColon = true
    skipsComments = false
    form = "fields separated by '::'"
    let first = probe.split(whereSeparator: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn }).first ?? []
    let fields = Self.split(first)
    guard fields.count >= 2 else { throw .tooFewColumns(path: path, columns: [String(decoding: first, as: UTF8.self)]) }
    let areNumbers = fields.allSatisfy { field in
      let bytes = Array(field)
      return (try? Double(parsing: bytes.span)) != nil
    }
    let known = ["userId", "movieId", "rating", "timestamp"]
    columns =
      areNumbers && (3...4).contains(fields.count)
      ? Array(known.prefix(fields.count)) : fields.indices.map { String($0 + 1) }
  }

  init(snap probe: ArraySlice<UInt8>, path: String) throws(FormatError) {
    isDoubleColon = false
    skipsComments = true
    form = "a SNAP edge list"
    columns = try Self.columns(of: probe, path: path, third: "3")
  }

  init(ncol probe: ArraySlice<UInt8>, path: String) throws(FormatError) {
    isDoubleColon = false
    skipsComments = false
    form = "an NCOL edge list"
    columns = try Self.columns(of: probe, path: path, third: "weight")
  }

  private static func columns(
    of probe: ArraySlice<UInt8>, path: String, third: String
  ) throws(FormatError) -> [String] {
    let line =
      probe.split(whereSeparator: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn })
      .first { $0.first != UInt8(ascii: "#") } ?? []
    let count = line.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab }).count
    guard count >= 2 else { throw .tooFewColumns(path: path, columns: [String(decoding: line, as: UTF8.self)]) }
    return ["source", "target", third].prefix(count) + (3..<max(3, count)).map { String($0 + 1) }
  }

  mutating func parse(_ line: ArraySlice<UInt8>, number: UInt64, into block: inout RecordBlock) {
    if skipsComments, line.first == UInt8(ascii: "#") { return }
    let fields = isDoubleColon ? Self.split(line) : line.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab })
    guard fields.count == columns.count else {
      return block.append(.fieldCount(found: fields.count, expected: columns.count), record: line, line: number)
    }
    block.append(fields, line: number)
  }

  /// At every `::`, of three colons in a row the first two.
  private static func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let colon = UInt8(ascii: ":")
    var fields: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var position = start
    while position < line.endIndex {
      if line[position] == colon, position + 1 < line.endIndex, line[position + 1] == colon {
        fields.append(line[start..<position])
        position += 2
        start = position
      } else {
        position += 1
      }
    }
    fields.append(line[start...])
    return fields
  }
}

/// What the beginning of a delimited file says: its delimiter, its columns, and where its records start.
struct FileOpening {
  /// What was read of the file; the records start at `recordsStart`.
  private(set) var bytes: [UInt8] = []
  private(set) var recordsStart = 0
  /// Line of the file on which `recordsStart` lies.
  private(set) var firstLine: UInt64 = 1
  private(set) var blankLineCount: UInt64 = 0
  private(set) var delimiter = Ascii.comma
  private(set) var guess: DelimiterGuess?
  private(set) var hasHeader = true
  private(set) var columns: [String] = []
  /// Fields of the first line that is not blank, whatever it was taken for.
  private(set) var firstFields: [String] = []
  /// What the fields look separated by, where the delimiter that was given separates none.
  private(set) var otherDelimiter: UInt8?

  /// Bytes that decide whether a file is text and what its delimiter is, whatever the block size.
  static let probeSize = 1 << 16

  init(source: ByteSource, options: DelimitedOptions) throws(FormatError) {
    let path = source.path
    var isAtEnd = try grow(from: source, to: Self.probeSize)
    let markLength = try TextKind(bytes, path: path).markLength
    recordsStart = markLength
    if let delimiter = options.delimiter {
      self.delimiter = delimiter
    } else {
      if let first = bytes.dropFirst(markLength).split(whereSeparator: { $0 == Ascii.lineFeed }).first,
        first.contains(UInt8(ascii: ":")), Self.hasDoubleColons(first)
      {
        throw .unsupportedText(
          path: path, found: "fields separated by '::'",
          expected: "a delimiter of one byte (--format double-colon reads '::')")
      }
      guess = DelimiterGuess(bytes.dropFirst(markLength))
      delimiter = guess?.delimiter ?? Ascii.comma
    }
    while true {
      if let first = try firstRecord(options: options, isFinal: isAtEnd, path: path) {
        // Without a header the first record is read again, as one.
        hasHeader =
          options.header == .present || (options.header == .guess && !first.fields.contains(where: Self.isNumber))
        firstFields = first.fields
        if options.delimiter != nil, first.fields.count == 1 {
          otherDelimiter = DelimiterGuess(bytes.dropFirst(markLength))?.delimiter
        }
        columns = hasHeader ? first.fields : first.fields.indices.map { String($0 + 1) }
        firstLine += blankLineCount + (hasHeader ? first.lineCount : 0)
        recordsStart = hasHeader ? first.end : first.start
        return
      }
      if isAtEnd { throw .empty(path: path) }
      isAtEnd = try grow(from: source, to: bytes.count * 2)
    }
  }

  private mutating func grow(from source: ByteSource, to size: Int) throws(FormatError) -> Bool {
    let count = bytes.count
    bytes += [UInt8](repeating: 0, count: size - count)
    let got = try source.read(into: &bytes, range: count..<size)
    bytes.removeLast(size - count - got)
    return got < size - count
  }

  private static func hasDoubleColons(_ line: ArraySlice<UInt8>) -> Bool {
    let colons = line.indices.dropLast().count { line[$0] == UInt8(ascii: ":") && line[$0 + 1] == UInt8(ascii: ":") }
    return colons > 0 && !line.contains { DelimiterGuess.candidates.contains($0) }
  }

  private static func isNumber(_ field: String) -> Bool {
    let bytes = Array(field.utf8)
    return (try? Double(parsing: bytes.span)) != nil
  }

  private struct FirstRecord {
    var fields: [String]
    var start: Int
    var end: Int
    var lineCount: UInt64
  }

  /// The first record that is not a blank line; nil when its end is not among the bytes.
  private mutating func firstRecord(
    options: DelimitedOptions, isFinal: Bool, path: String
  ) throws(FormatError) -> FirstRecord? {
    var block = RecordBlock()
    let end = isFinal && bytes.last != Ascii.lineFeed ? bytes.count + 1 : bytes.count
    block.bytes = bytes + (end > bytes.count ? [Ascii.lineFeed] : [])
    block.bytes += [UInt8](repeating: 0, count: RecordSplitter.padding)
    // Room for one field a byte, so that any header fits.
    let probe = RecordSplitter(delimiter: delimiter, columnCount: 1, recordLimit: options.recordLimit)
    var start = recordsStart
    blankLineCount = 0
    while start < min(end, bytes.count) {
      var outcome = RecordOutcome.room
      while outcome == .room {
        probe.makeRoom(&block, records: max(64, block.fields.count * 2))
        outcome = probe.carefulRecord(
          block.bytes, from: start, end: end, isFinal: isFinal, fields: &block.fields, firstField: 0)
      }
      let line = firstLine + blankLineCount
      switch outcome {
      case .room, .incomplete: return nil
      case .blank(let next):
        blankLineCount += 1
        start = next
      case .malformed(let kind, _, _): throw .malformedHeader(path: path, line: line, problem: kind)
      case .record(let next, let found, let lineCount):
        if let wrong = firstWrongByte(block.bytes.span, start..<next) {
          throw .malformedHeader(path: path, line: line + UInt64(wrong.line), problem: wrong.kind)
        }
        let fields = (0..<found).map { field in
          block.makeQuotesSingle(field)
          if options.trimsBlanks { block.trim(field) }
          return String(
            decoding: block.bytes[Int(block.fields[field].start)..<Int(block.fields[field].end)], as: UTF8.self)
        }
        if fields.contains(where: { $0.utf8.contains(Ascii.carriageReturn) }) {
          throw .unsupportedText(
            path: path, found: "a carriage return inside line \(line)",
            expected: "lines that end with LF or CR LF (convert with: tr '\\r' '\\n')")
        }
        return FirstRecord(fields: fields, start: start, end: min(next, bytes.count), lineCount: UInt64(lineCount))
      }
    }
    return nil
  }
}

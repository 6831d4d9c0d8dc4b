/// How to read a delimited file.
public struct DelimitedOptions: Sendable, Equatable {
  /// Any single byte but a quote, a line break or zero; nil: guessed from the first lines.
  public var delimiter: UInt8?
  /// Whether the first line names the columns.
  public var header: Header
  /// Names for the columns instead of those of the header or, without one, of numbers.
  public var columns: [String]?
  /// Blanks at both ends of a field, and of the name of a column, are no part of it.
  public var trimsBlanks = false
  /// Bytes to read for one block; changes nothing but memory and speed.
  public var blockSize: Int
  /// The most bytes of a record, without the end of its line.
  public var recordLimit: Int

  /// What the first line is.
  public enum Header: Sendable {
    case present
    case absent
    /// Absent if a field of the first line is a number, present otherwise.
    case guess
  }

  /// Sizes are in 1...2²⁹ bytes; a `delimiter` is ASCII.
  public init(
    delimiter: UInt8? = nil, header: Header = .guess, blockSize: Int = 1 << 18, recordLimit: Int = 1 << 20
  ) {
    self.delimiter = delimiter
    self.header = header
    self.blockSize = blockSize
    self.recordLimit = recordLimit
  }
}

/// Reads a delimited text file (CSV, TSV and their kin) as blocks of split records.
///
/// ```swift
/// let reader = try DelimitedReader(path: "ratings.csv.gz")
/// var block = RecordBlock()
/// while try reader.nextBlock(into: &block) {
///   for record in 0..<block.count {
///     let rating = try Float(parsing: block.bytes.span.extracting(block.range(record, 2)))
///   }
/// }
/// ```
///
/// Lines end with LF or CR LF; the last may end with nothing or with CR. Quoting is that of RFC 4180: a field that opens
/// with `"` ends at the next `"` that is not doubled, whatever is between. A quote in any other place of a field is an
/// ordinary character, as in `5" disk`; in tab-separated files, which mostly know no quoting, so is one that opens a field
/// when text follows the closing quote. Lines without a character are skipped and counted. A UTF-8 byte order mark is
/// skipped. Every record must have as many fields as the header, or without one as the first record.
///
/// What is wrong with the file as a whole is thrown; what is wrong with one record is among the problems of its block,
/// and reading goes on at the next line.
///
/// - Complexity: O(bytes) time; O(`blockSize` + `recordLimit`) space, and no allocation per record.
public final class DelimitedReader {
  /// The path, or `standard input`; for messages.
  public let path: String
  /// As they were given.
  public let options: DelimitedOptions
  /// The byte between fields; the guessed one where none was given, and a comma for a single column.
  public let delimiter: UInt8
  /// What the delimiter was guessed from; nil when it was given or the file has a single column.
  public let delimiterGuess: DelimiterGuess?
  /// Whether the first line was taken for names of the columns.
  public let hasHeader: Bool
  /// Names of the header, or `1`, `2`, … without one.
  public let columns: [String]
  /// Fields of the first line that is not blank, whatever it was taken for.
  let firstFields: [String]
  /// What the fields look separated by, where the delimiter that was given separates none.
  let otherDelimiter: UInt8?

  /// What was read so far.
  public private(set) var recordCount: UInt64 = 0
  /// Malformed records so far, which are not among the records.
  public private(set) var problemCount: UInt64 = 0
  /// Lines without a character so far, which were skipped.
  public private(set) var blankLineCount: UInt64 = 0
  /// How the file is compressed.
  public var compression: Compression { source.compression }
  /// Bytes of the file, as stored, that were read so far.
  public var storedBytesRead: UInt64 { source.storedBytesRead }

  /// Bytes of the file, as stored, in all; 0 where that is not known.
  public var storedByteCount: UInt64 { source.storedByteCount }

  private let source: ByteSource
  private let splitter: RecordSplitter
  /// Bytes that were read ahead to recognise the file, from `aheadStart` on.
  private var ahead: [UInt8]
  private var aheadStart: Int
  /// The beginning of a record whose end was not in the last block.
  private var pending: [UInt8] = []
  private var nextLine: UInt64
  private var skipsLine = false
  private var isFinished = false
  /// A block with a record or problem was left for others to split.
  private var hasDeferred = false

  /// - Throws: `FormatError` when the file cannot be read, is empty or is not text, or its header is malformed.
  public convenience init(path: String, options: DelimitedOptions = DelimitedOptions()) throws(FormatError) {
    try self.init(source: ByteSource(path: path), options: options)
  }

  /// Reads on from where `source` stands; options are checked by precondition.
  ///
  /// - Throws: `FormatError` when the bytes cannot be read, are none or are not text, or the header is malformed.
  public init(source: ByteSource, options: DelimitedOptions = DelimitedOptions()) throws(FormatError) {
    precondition((1...1 << 29).contains(options.blockSize), "block size \(options.blockSize) is not in 1...2^29")
    precondition((1...1 << 29).contains(options.recordLimit), "record limit \(options.recordLimit) is not in 1...2^29")
    if let delimiter = options.delimiter {
      let taken: Set<UInt8> = [0, Ascii.quote, Ascii.lineFeed, Ascii.carriageReturn]
      precondition(!taken.contains(delimiter) && delimiter < 0x80, "\(hexadecimal(delimiter)) cannot be a delimiter")
    }
    let opening = try FileOpening(source: source, options: options)
    self.source = source
    self.options = options
    path = source.path
    delimiter = opening.delimiter
    delimiterGuess = opening.guess
    hasHeader = opening.hasHeader
    firstFields = opening.firstFields
    otherDelimiter = opening.otherDelimiter
    if let names = options.columns {
      guard names.count == opening.columns.count else {
        throw .columnCount(path: path, found: opening.columns, names: names)
      }
      columns = names
    } else {
      columns = opening.columns
    }
    splitter = RecordSplitter(
      delimiter: opening.delimiter, columnCount: opening.columns.count, recordLimit: options.recordLimit,
      trimsBlanks: options.trimsBlanks)
    ahead = opening.bytes
    aheadStart = opening.recordsStart
    nextLine = opening.firstLine
    blankLineCount = opening.blankLineCount
  }

  /// Replaces `block` by the next records of the file; false at its end.
  ///
  /// A block may hold problems alone. Whatever the block size, the records and problems of all blocks together are the same.
  ///
  /// - Throws: `FormatError` when reading or decompressing fails, and `.headerOnly` when the file ends without a record or
  ///   problem.
  public func nextBlock(into block: inout RecordBlock) throws(FormatError) -> Bool {
    try next(into: &block, defersSplitting: false)
  }

  /// As `nextBlock`, but a block without a quote, in which every line is a record, is left for `RecordBlock.split`.
  public func nextUnsplit(into block: inout RecordBlock) throws(FormatError) -> Bool {
    try next(into: &block, defersSplitting: true)
  }

  /// Counts what `RecordBlock.split` found in a block that `nextUnsplit` gave; other blocks were counted when they were
  /// read.
  public func count(_ block: RecordBlock) {
    guard block.wasDeferred else { return }
    recordCount += UInt64(block.count)
    problemCount += UInt64(block.problems.count)
    blankLineCount += UInt64(block.deferredBlankLines)
  }

  private func next(into block: inout RecordBlock, defersSplitting: Bool) throws(FormatError) -> Bool {
    block.begin(line: nextLine, columnCount: columns.count)
    var filled = 0
    var progress = RecordSplitter.Progress(position: 0, line: 0)
    while !isFinished {
      filled = takePending(into: &block.bytes, from: progress.position, to: filled)
      // Doubling keeps the cost of looking at a long record again and again linear.
      let wanted = max(options.blockSize, filled)
      let room = filled + wanted + RecordSplitter.padding + 1
      if block.bytes.count < room {
        block.bytes += [UInt8](repeating: 0, count: room - block.bytes.count)
      }
      let got = try read(into: &block.bytes, range: filled..<filled + wanted)
      filled += got
      isFinished = got < wanted
      progress.position = 0
      if skipsLine { skipLine(in: block.bytes, to: filled, &progress) }
      if isFinished, progress.position < filled, block.bytes[filled - 1] != Ascii.lineFeed {
        block.bytes[filled] = Ascii.lineFeed
        filled += 1
      }
      if defersSplitting, !skipsLine, leaveUnsplit(&block, from: progress, to: filled) { return true }
      for index in filled..<filled + RecordSplitter.padding { block.bytes[index] = 0 }
      progress = splitter.split(
        &block, from: progress.position, to: filled, line: progress.line, isFinal: isFinished)
      blankLineCount += UInt64(progress.blankLines)
      skipsLine = skipsLine || progress.skipsLine
      if block.count > 0 || !block.problems.isEmpty { break }
    }
    pending.append(contentsOf: block.bytes[progress.position..<filled])
    nextLine += UInt64(progress.line)
    recordCount += UInt64(block.count)
    problemCount += UInt64(block.problems.count)
    if block.count > 0 || !block.problems.isEmpty { return true }
    if hasHeader, recordCount == 0, problemCount == 0, !hasDeferred { throw .headerOnly(path: path, columns: columns) }
    return false
  }

  /// Leaves the whole lines among the bytes to be split later, where that needs no knowledge of what comes before or after:
  /// where there is a line, and no quote. False where it does.
  private func leaveUnsplit(_ block: inout RecordBlock, from progress: RecordSplitter.Progress, to filled: Int) -> Bool
  {
    let start = progress.position
    let (length, lines) = plainLines(block.bytes, start..<filled)
    guard length > 0 else { return false }
    // Blank lines alone would make a file without a record.
    let first = block.bytes[start]
    guard hasDeferred || recordCount > 0 || (first != Ascii.lineFeed && first != Ascii.carriageReturn) else {
      return false
    }
    hasDeferred = true
    let end = start + length
    pending.append(contentsOf: block.bytes[end..<filled])
    for index in end..<end + RecordSplitter.padding { block.bytes[index] = 0 }
    block.defer(DeferredSplit(splitter: splitter, range: start..<end, line: progress.line))
    nextLine += UInt64(progress.line) + UInt64(lines)
    return true
  }

  /// Moves what is left of the bytes, or what the last block left, to the start of `bytes`, and returns how many that is.
  private func takePending(into bytes: inout [UInt8], from start: Int, to end: Int) -> Int {
    pending.append(contentsOf: bytes[start..<end])
    defer { pending.removeAll(keepingCapacity: true) }
    let room = pending.count + RecordSplitter.padding
    if bytes.count < room { bytes += [UInt8](repeating: 0, count: room - bytes.count) }
    bytes.replaceSubrange(0..<pending.count, with: pending)
    return pending.count
  }

  private func read(into bytes: inout [UInt8], range: Range<Int>) throws(FormatError) -> Int {
    let fromAhead = min(ahead.count - aheadStart, range.count)
    if fromAhead > 0 {
      bytes.replaceSubrange(
        range.lowerBound..<range.lowerBound + fromAhead, with: ahead[aheadStart..<aheadStart + fromAhead])
      aheadStart += fromAhead
      if aheadStart == ahead.count {
        ahead = []
        aheadStart = 0
      }
    }
    return fromAhead + (try source.read(into: &bytes, range: range.lowerBound + fromAhead..<range.upperBound))
  }

  /// Passes over the rest of a line that was too long.
  private func skipLine(in bytes: [UInt8], to end: Int, _ progress: inout RecordSplitter.Progress) {
    guard let lineEnd = bytes[..<end].firstIndex(of: Ascii.lineFeed) else {
      progress.position = end
      return
    }
    progress.position = lineEnd + 1
    progress.line += 1
    skipsLine = false
  }
}

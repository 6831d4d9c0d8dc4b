/// The records of one stretch of a file, already split into fields.
///
/// All records have `columnCount` fields. The bytes of a field are `block.bytes.span.extracting(block.range(record, column))`:
/// without its quotes, and with doubled quotes made single. Every field is valid UTF-8 without zero bytes.
///
/// A block is a value that owns all it needs, so several can be processed on several threads. Pass the same one to
/// ``DelimitedReader/nextBlock(into:)`` again to reuse its memory.
///
/// Lines are kept relative to `firstLine`, so that whoever splits stretches of one file out of order can set it afterwards.
public struct RecordBlock: Sendable {
  /// The bytes that the fields are ranges of.
  public internal(set) var bytes: [UInt8] = []
  /// Fields of each record; 0 before the first block was read.
  public internal(set) var columnCount = 0
  /// The number of records.
  public internal(set) var count = 0
  /// Line of the file, from 1, on which the block starts.
  public internal(set) var firstLine: UInt64 = 1
  /// The malformed records of this stretch, by line.
  public internal(set) var problems: [RecordProblem] = []

  /// Lines without a character, and what is left to do, of a block whose reader left the splitting to `split`.
  private(set) var deferredBlankLines = 0
  private var deferred: DeferredSplit?
  private(set) var wasDeferred = false

  /// `columnCount` entries a record; those past `count` records are scratch.
  var fields: [FieldRange] = []
  /// Line of each record, relative to `firstLine`.
  var lines: [UInt32] = []

  /// A block without records, to be filled by a reader.
  public init() {}

  /// Where the field is in `bytes`.
  ///
  /// - Complexity: O(1).
  public func range(_ record: Int, _ column: Int) -> Range<Int> {
    precondition(record >= 0 && record < count, "record \(record) of \(count)")
    precondition(column >= 0 && column < columnCount, "column \(column) of \(columnCount)")
    let field = fields[record * columnCount + column]
    return Int(field.start)..<Int(field.end)
  }

  /// The line that the record starts on, from 1.
  public func line(_ record: Int) -> UInt64 {
    precondition(record >= 0 && record < count, "record \(record) of \(count)")
    return firstLine + UInt64(lines[record])
  }

  /// The field as a string: for messages and labels, not for loops over all records.
  public func text(_ record: Int, _ column: Int) -> String {
    String(decoding: bytes[range(record, column)], as: UTF8.self)
  }

  /// The beginning of a malformed record, at most 60 bytes of its first line, for a message.
  public func excerpt(of problem: RecordProblem) -> String {
    let start = min(Int(problem.start), bytes.count)
    let record = bytes[start..<max(start, min(Int(problem.end), bytes.count))]
    let line = record.prefix(while: { $0 != Ascii.lineFeed })
    var shown = line.prefix(60)
    // A character must not be cut in two.
    if shown.count < line.count { while let last = shown.last, last >= 0x80 { shown.removeLast() } }
    return String(decoding: shown, as: UTF8.self)
      + (shown.count < record.count || problem.category == .recordTooLong ? "…" : "")
  }
}

/// A stretch of whole records without a quote, so that each line is one.
struct DeferredSplit: Sendable {
  var splitter: RecordSplitter
  var range: Range<Int>
  /// The line that the stretch starts on, relative to the first of its block.
  var line: UInt32
}

extension RecordBlock {
  /// Empties the block for new bytes.
  mutating func begin(line: UInt64, columnCount: Int) {
    firstLine = line
    count = 0
    self.columnCount = columnCount
    problems.removeAll(keepingCapacity: true)
    deferredBlankLines = 0
    deferred = nil
    wasDeferred = false
  }

  mutating func `defer`(_ split: DeferredSplit) {
    deferred = split
    wasDeferred = true
  }

  /// Does what ``RecordReader/nextUnsplit(into:)`` may have left to do. It needs nothing but the block, so that threads can
  /// split blocks while others are read.
  public mutating func split() {
    guard let work = deferred else { return }
    deferred = nil
    let progress = work.splitter.split(
      &self, from: work.range.lowerBound, to: work.range.upperBound, line: work.line, isFinal: true)
    deferredBlankLines = progress.blankLines
  }

  /// Leaves blanks at both ends out of a field.
  mutating func trim(_ field: Int) {
    func isBlank(_ byte: UInt8) -> Bool { byte == Ascii.space || byte == Ascii.tab }
    var (start, end) = (Int(fields[field].start), Int(fields[field].end))
    while start < end, isBlank(bytes[start]) { start += 1 }
    while start < end, isBlank(bytes[end - 1]) { end -= 1 }
    fields[field] = FieldRange(start: UInt32(start), end: UInt32(end))
  }

  /// Makes `""` into `"` in a field that was marked as having them, in place.
  mutating func makeQuotesSingle(_ field: Int) {
    guard fields[field].end & FieldRange.doubledQuotes != 0 else { return }
    let end = Int(fields[field].end & ~FieldRange.doubledQuotes)
    var from = Int(fields[field].start)
    var to = from
    while from < end {
      bytes[to] = bytes[from]
      from += bytes[from] == Ascii.quote ? 2 : 1
      to += 1
    }
    fields[field].end = UInt32(to)
  }
}

/// Where a field is in the bytes of its block.
struct FieldRange: BitwiseCopyable {
  var start: UInt32
  /// The highest bit marks a quoted field with doubled quotes, until they are made single at the end of its record.
  var end: UInt32

  static let doubledQuotes: UInt32 = 1 << 31
}

enum Ascii {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let comma: UInt8 = 0x2C
  static let semicolon: UInt8 = 0x3B
  static let pipe: UInt8 = 0x7C
}

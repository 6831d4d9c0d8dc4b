/// Splits bytes that start at a record into the fields of a block. A value: it knows nothing of files.
///
/// Two loops do the work. The fast one takes 64 bytes at a time and knows no quotes; it stops at the first field that
/// opens with one. The careful one takes one record of any kind, and decides every doubtful case, so that the verdict on a
/// record does not depend on how the file was cut into blocks.
struct RecordSplitter: Sendable {
  var delimiter: UInt8
  var columnCount: Int
  /// The most bytes of a record, without the end of its line.
  var recordLimit: Int
  /// Spaces and tabs at both ends of a field are left out of it.
  var trimsBlanks = false

  /// Zero bytes that must follow the bytes to split, so that loops may read past them.
  static let padding = 64

  /// How far a call came.
  struct Progress {
    /// The first byte that belongs to no record yet.
    var position: Int
    /// Lines before `position`, relative to the first line of the block.
    var line: UInt32
    var blankLines = 0
    /// The last record is too long and its end not in sight: the rest of its line is to be skipped.
    var skipsLine = false
  }

  /// - Parameter end: end of the bytes; with `isFinal` they end with a line feed and no more follow.
  func split(_ block: inout RecordBlock, from start: Int, to end: Int, line: UInt32, isFinal: Bool) -> Progress {
    let first = block.count
    let progress = splitAll(&block, from: start, to: end, line: line, isFinal: isFinal)
    if trimsBlanks {
      for field in first * columnCount..<block.count * columnCount { block.trim(field) }
    }
    return progress
  }

  private func splitAll(
    _ block: inout RecordBlock, from start: Int, to end: Int, line: UInt32, isFinal: Bool
  ) -> Progress {
    precondition(end + Self.padding <= block.bytes.count && end < 1 << 31, "\(end) bytes to split lack padding")
    var progress = Progress(position: start, line: line)
    let isClean = unsafe isCleanText(block.bytes.span.bytes, start..<end)
    makeRoom(&block, records: 64)
    while progress.position < end, !progress.skipsLine {
      if isClean, block.bytes[progress.position] != Ascii.quote {
        let stop = splitUnquoted(
          block.bytes, end: end, fields: &block.fields, lines: &block.lines, count: &block.count, progress: &progress)
        switch stop {
        case .room:
          makeRoom(&block, records: block.fields.count / columnCount * 2)
          continue
        case .quote, .problem: break
        case .end:
          // What is left is the beginning of a record, unless it is too long already.
          if progress.position == end || (!isFinal && end - progress.position <= recordLimit + 1) { return progress }
        }
      }
      if !splitRecord(&block, &progress, end: end, isFinal: isFinal, checksText: !isClean) { return progress }
    }
    return progress
  }

  /// Takes the record at `progress.position`. False when its end is not in sight.
  private func splitRecord(
    _ block: inout RecordBlock, _ progress: inout Progress, end: Int, isFinal: Bool, checksText: Bool
  ) -> Bool {
    let start = progress.position
    var outcome: RecordOutcome
    repeat {
      outcome = carefulRecord(
        block.bytes, from: start, end: end, isFinal: isFinal, fields: &block.fields,
        firstField: block.count * columnCount)
      if case .room = outcome { makeRoom(&block, records: block.fields.count / columnCount * 2) }
    } while outcome == .room
    var line = block.firstLine + UInt64(progress.line)
    switch outcome {
    case .room, .incomplete: return false
    case .blank(let next):
      progress.blankLines += 1
      progress.position = next
      progress.line += 1
    case .record(let next, let found, let lineCount):
      if checksText, let wrong = firstWrongByte(block.bytes.span, start..<next) {
        line += UInt64(wrong.line)
        append(wrong.kind, line: line, start..<next, to: &block)
      } else if found != columnCount {
        append(.fieldCount(found: found, expected: columnCount), line: line, start..<next, to: &block)
      } else {
        for field in block.count * columnCount..<(block.count + 1) * columnCount { block.makeQuotesSingle(field) }
        block.lines[block.count] = progress.line
        block.count += 1
      }
      progress.position = next
      progress.line += UInt32(lineCount)
    case .malformed(let kind, let next, let lineCount):
      // Of a record that is too long, how much is at hand depends on the block size.
      let isTooLong = kind == .recordTooLong(limit: recordLimit)
      append(kind, line: line, start..<(isTooLong ? start + recordLimit : next ?? end), to: &block)
      progress.position = next ?? end
      progress.line += UInt32(lineCount)
      progress.skipsLine = next == nil
    }
    return true
  }

  private func append(_ kind: RecordProblem.Kind, line: UInt64, _ range: Range<Int>, to block: inout RecordBlock) {
    let end = block.bytes[range].last == Ascii.lineFeed ? range.upperBound - 1 : range.upperBound
    block.problems.append(
      RecordProblem(line: line, kind: kind, start: UInt32(range.lowerBound), end: UInt32(end)))
  }

  /// Grows the storage of the block to `records` records and the fields that one step of the fast loop may add.
  func makeRoom(_ block: inout RecordBlock, records: Int) {
    let fieldCount = records * columnCount + 64
    if block.fields.count < fieldCount {
      block.fields += [FieldRange](repeating: FieldRange(start: 0, end: 0), count: fieldCount - block.fields.count)
    }
    let lineCount = block.fields.count / columnCount + 1
    if block.lines.count < lineCount {
      block.lines += [UInt32](repeating: 0, count: lineCount - block.lines.count)
    }
  }
}

/// What the careful loop found at one record. `next` is the position after it, `lineCount` how many lines that is.
enum RecordOutcome: Equatable {
  case record(next: Int, found: Int, lineCount: Int)
  case blank(next: Int)
  /// `next` nil: the rest of the line is not in sight.
  case malformed(RecordProblem.Kind, next: Int?, lineCount: Int)
  /// The record may go on past the bytes at hand.
  case incomplete
  /// The fields do not fit the storage of the block.
  case room
}

/// The first zero or non-UTF-8 byte, with its line relative to that of `range` and its place in that line, from 1.
func firstWrongByte(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (line: Int, kind: RecordProblem.Kind)? {
  var line = 0
  var lineStart = range.lowerBound
  var position = range.lowerBound
  while position < range.upperBound {
    let byte = bytes[position]
    if byte == 0 { return (line, .zeroByte(position: position - lineStart + 1)) }
    let length = unsafe utf8Length(bytes.bytes, at: position, end: range.upperBound)
    guard length > 0 else { return (line, .invalidUTF8(byte: byte, position: position - lineStart + 1)) }
    position += length
    if byte == Ascii.lineFeed {
      line += 1
      lineStart = position
    }
  }
  return nil
}

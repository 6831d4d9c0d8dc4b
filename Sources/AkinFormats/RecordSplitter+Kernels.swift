extension RecordSplitter {
  /// Why the fast loop stopped, always at the start of a record.
  enum Stop {
    /// The bytes ended.
    case end
    /// A field of the record opens with a quote.
    case quote
    /// The record has another number of fields or is too long.
    case problem
    /// The storage of the block is full.
    case room
  }

  /// Splits records whose fields do not open with a quote; a quote elsewhere in a field is an ordinary character.
  ///
  /// - Complexity: O(bytes), 64 of them a step.
  ///
  /// - Parameters:
  ///   - end: end of the bytes to split, with 64 zero bytes after it.
  ///   - count: how many records the storage holds already.
  func splitUnquoted(
    _ bytes: [UInt8], end: Int, fields: inout [FieldRange], lines: inout [UInt32], count: inout Int,
    progress: inout Progress
  ) -> Stop {
    precondition(end + Self.padding <= bytes.count && progress.position <= end, "\(end) of \(bytes.count) bytes")
    precondition(lines.count > fields.count / columnCount, "\(lines.count) lines for \(fields.count) fields")
    precondition(count * columnCount <= fields.count, "\(count) records in \(fields.count) fields")
    let columnCount = columnCount
    let recordLimit = recordLimit
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let lineFeeds = 0x0101_0101_0101_0101 &* UInt64(Ascii.lineFeed)
    let delimiters = 0x0101_0101_0101_0101 &* UInt64(delimiter)
    let bytes = unsafe bytes.span.bytes
    let fieldRoom = fields.count
    var fields = fields.mutableSpan
    var lines = lines.mutableSpan
    var records = count
    var line = progress.line
    var recordStart = progress.position
    var fieldStart = recordStart
    var firstField = records * columnCount
    var field = firstField
    var step = recordStart
    var stop = Stop.end

    // Invariants of the unchecked accesses:
    // - step < end, and 64 bytes follow end: loads of step + 63 and of a match + 1 are inside. Those bytes are zero and
    //   neither delimiter nor line feed is, so a match is before end.
    // - 64 fields fit at the top of a step, and 64 bytes have at most 64 matches.
    // - records <= field / columnCount <= fieldRoom / columnCount < lines.count.
    splitting: while step < end {
      guard field &+ 64 <= fieldRoom else {
        stop = .room
        break
      }
      // One bit a byte: set at delimiters and line feeds. One loop over 64 bits ends less often at an unforeseen turn than
      // eight over 8.
      var matches: UInt64 = 0
      for word in 0..<8 {
        let value = unsafe UInt64(
          littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: step &+ 8 &* word, as: UInt64.self))
        // The high bit of a byte of `a` becomes 0 exactly where it is 0, that is, at a delimiter; of `b`, at a line feed.
        let a = value ^ delimiters
        let b = value ^ lineFeeds
        let highs = ~((((a & low) &+ low) | a) & (((b & low) &+ low) | b) | low)
        // Bit 8i + 7 times bit 57 - 7i is bit 64 + i: the product gathers the high bits at the foot of its upper half.
        // (The full product also keeps the compiler from a vector multiplication, which is slower.)
        let gathered = highs.multipliedFullWidth(by: 0x0204_0810_2040_8100).high & 0xFF
        matches |= gathered &<< UInt64(8 &* word)
      }
      while matches != 0 {
        let match = step &+ matches.trailingZeroBitCount
        matches &= matches &- 1
        unsafe fields[unchecked: field] = FieldRange(
          start: UInt32(truncatingIfNeeded: fieldStart), end: UInt32(truncatingIfNeeded: match))
        field &+= 1
        let pair = unsafe UInt16(
          littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: match, as: UInt16.self))
        if UInt8(truncatingIfNeeded: pair) == Ascii.lineFeed {
          var fieldEnd = match
          if match > fieldStart,
            unsafe bytes.unsafeLoad(fromUncheckedByteOffset: match &- 1, as: UInt8.self) == Ascii.carriageReturn
          {
            fieldEnd &-= 1
            unsafe fields[unchecked: field &- 1].end = UInt32(truncatingIfNeeded: fieldEnd)
          }
          let found = field &- firstField
          if found == 1, fieldEnd == recordStart {
            progress.blankLines += 1
            field = firstField
          } else if found == columnCount, match &- recordStart <= recordLimit {
            unsafe lines[unchecked: records] = line
            records &+= 1
            firstField = field
          } else {
            stop = .problem
            break splitting
          }
          line &+= 1
          recordStart = match &+ 1
        }
        fieldStart = match &+ 1
        if UInt8(truncatingIfNeeded: pair &>> 8) == Ascii.quote {
          stop = .quote
          break splitting
        }
      }
      step &+= 64
    }
    count = records
    progress.line = line
    progress.position = recordStart
    return stop
  }

  /// Splits one record of any kind, and names what is wrong with it.
  ///
  /// A field that opens with a quote goes on to the next quote that is not doubled; delimiters and line breaks are part of
  /// it. A quote inside any other field is an ordinary character, and so is one that opens a field of a tab-separated file
  /// when text follows the closing quote.
  ///
  /// - Parameters:
  ///   - firstField: where its fields go; the storage may hold fewer than it has.
  ///   - end: end of the bytes at hand, with 64 more after it; with `isFinal` the last of them is a line feed.
  func carefulRecord(
    _ bytes: [UInt8], from start: Int, end: Int, isFinal: Bool, fields: inout [FieldRange], firstField: Int
  ) -> RecordOutcome {
    precondition(start < end && end + Self.padding <= bytes.count, "\(start)..<\(end) of \(bytes.count) bytes")
    let bytes = bytes.span
    var fields = fields.mutableSpan
    // The line feed of the longest record is the last byte before the bound.
    let bound = min(end, start + recordLimit + 1)
    var found = 0
    var position = start
    var lineBreaks = 0
    var firstLineBreak = -1

    // Safe wherever called: positions stay below bound + 2 <= end + 2, and 64 bytes follow end.
    func byte(_ at: Int) -> UInt8 { unsafe bytes[unchecked: at] }
    func lineFeed(from: Int, to: Int) -> Int? {
      var at = from
      while at < to, byte(at) != Ascii.lineFeed { at += 1 }
      return at < to ? at : nil
    }
    func tooLong() -> RecordOutcome {
      let next = lineFeed(from: bound, to: end).map { $0 + 1 }
      // Without an end in sight, whoever skips the rest of the line counts it.
      return .malformed(.recordTooLong(limit: recordLimit), next: next, lineCount: lineBreaks + (next == nil ? 0 : 1))
    }
    func unfinished(inQuotes: Bool) -> RecordOutcome {
      if bound == end, !isFinal { return .incomplete }
      guard inQuotes, firstLineBreak >= 0 else { return tooLong() }
      let limit = bound == end ? nil : recordLimit
      return .malformed(.unclosedQuote(limit: limit), next: firstLineBreak + 1, lineCount: 1)
    }

    while true {
      guard firstField + found < fields.count else { return .room }
      var fieldStart = position
      var fieldEnd = position
      var isQuoted = false
      if position < bound, byte(position) == Ascii.quote {
        isQuoted = true
        let lineBreaksBefore = lineBreaks
        fieldStart += 1
        position += 1
        var flag: UInt32 = 0
        while true {
          while position < bound, byte(position) != Ascii.quote {
            if byte(position) == Ascii.lineFeed {
              if firstLineBreak < 0 { firstLineBreak = position }
              lineBreaks += 1
            }
            position += 1
          }
          guard position + 1 < bound else { return unfinished(inQuotes: true) }
          guard byte(position + 1) == Ascii.quote else { break }
          flag = FieldRange.doubledQuotes
          position += 2
        }
        fieldEnd = position
        position += 1
        if byte(position) == Ascii.carriageReturn {
          guard position + 1 < bound else { return unfinished(inQuotes: false) }
          if byte(position + 1) == Ascii.lineFeed { position += 1 }
        }
        if byte(position) == delimiter || byte(position) == Ascii.lineFeed {
          fields[firstField + found] = FieldRange(start: UInt32(fieldStart), end: UInt32(fieldEnd) | flag)
        } else if delimiter == Ascii.tab, lineBreaks == lineBreaksBefore {
          // Tab-separated files are mostly written without quoting: "Weird Al" Yankovic is such a field.
          isQuoted = false
          fieldStart -= 1
          position = fieldStart
        } else {
          guard let lineEnd = lineFeed(from: position, to: bound) else { return unfinished(inQuotes: false) }
          return .malformed(.textAfterQuote, next: lineEnd + 1, lineCount: lineBreaks + 1)
        }
      }
      if !isQuoted {
        while position < bound, byte(position) != delimiter, byte(position) != Ascii.lineFeed { position += 1 }
        guard position < bound else { return unfinished(inQuotes: false) }
        fieldEnd = position
        if byte(position) == Ascii.lineFeed, position > fieldStart, byte(position - 1) == Ascii.carriageReturn {
          fieldEnd -= 1
        }
        fields[firstField + found] = FieldRange(start: UInt32(fieldStart), end: UInt32(fieldEnd))
      }
      found += 1
      position += 1
      if byte(position - 1) == Ascii.lineFeed {
        if found == 1, fieldStart == fieldEnd, !isQuoted { return .blank(next: position) }
        return .record(next: position, found: found, lineCount: lineBreaks + 1)
      }
    }
  }
}

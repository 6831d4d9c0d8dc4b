/// True when the bytes are UTF-8 without zero bytes; a last character may be cut off by the end of the range.
///
/// - Complexity: O(bytes); 32 ASCII bytes a step.
func isCleanText(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
  precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount, "\(range) of \(bytes.byteCount) bytes")
  let ones: UInt64 = 0x0101_0101_0101_0101
  let highs: UInt64 = 0x8080_8080_8080_8080
  let end = range.upperBound
  var position = range.lowerBound
  while position < end {
    while position + 32 <= end {
      var doubtful: UInt64 = 0
      for word in 0..<4 {
        // Safe: position + 32 <= end <= byteCount.
        let value = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position + 8 * word, as: UInt64.self)
        // A byte above 0x7F has its high bit; subtracting one gives it to a zero byte. Borrows need a zero byte too.
        doubtful |= value | (value &- ones)
      }
      if doubtful & highs != 0 { break }
      position += 32
    }
    let stop = min(end, position + 32)
    while position < stop {
      // Safe: position < stop <= end <= byteCount.
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      if byte &- 1 < 0x7F {
        position += 1
      } else {
        let length = byte == 0 ? 0 : utf8Length(bytes, at: position, end: end)
        if length == 0 { return isCutOff(bytes, position..<end) }
        position += length
      }
    }
  }
  return true
}

/// The length of the well-formed UTF-8 character at `position`, or 0: no overlong forms, surrogates or values past U+10FFFF.
///
/// Source: The Unicode Standard 15.0, table 3-7.
func utf8Length(_ bytes: RawSpan, at position: Int, end: Int) -> Int {
  precondition(position >= 0 && position < end && end <= bytes.byteCount, "\(position)..<\(end) of \(bytes.byteCount)")
  // Safe wherever called: at + position < end <= byteCount, checked first.
  func byte(_ at: Int) -> UInt8 { unsafe bytes.unsafeLoad(fromUncheckedByteOffset: position + at, as: UInt8.self) }
  func isContinuation(_ at: Int) -> Bool { byte(at) & 0xC0 == 0x80 }
  let first = byte(0)
  if first < 0x80 { return 1 }
  let left = end - position
  switch first {
  case 0xC2...0xDF: return left >= 2 && isContinuation(1) ? 2 : 0
  case 0xE0...0xEF:
    guard left >= 3, secondBytes(after: first).contains(byte(1)), isContinuation(2) else { return 0 }
    return 3
  case 0xF0...0xF4:
    guard left >= 4, secondBytes(after: first).contains(byte(1)), isContinuation(2), isContinuation(3) else { return 0 }
    return 4
  default: return 0
  }
}

private func secondBytes(after first: UInt8) -> ClosedRange<UInt8> {
  switch first {
  case 0xE0: 0xA0...0xBF
  case 0xED: 0x80...0x9F
  case 0xF0: 0x90...0xBF
  case 0xF4: 0x80...0x8F
  default: 0x80...0xBF
  }
}

/// True when the range is too short for the character that its first byte announces, and right as far as it goes.
private func isCutOff(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
  // Safe: the range lies inside the bytes, as its caller checked.
  func byte(_ at: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromUncheckedByteOffset: range.lowerBound + at, as: UInt8.self)
  }
  let first = byte(0)
  let length =
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  guard range.count < length else { return false }
  if range.count > 1, !secondBytes(after: first).contains(byte(1)) { return false }
  return range.count < 3 || byte(2) & 0xC0 == 0x80
}

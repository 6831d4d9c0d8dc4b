import CAkinKernels

/// The whole lines at the start of a range, if no quote is among them: their bytes and their number, or 0 of both.
///
/// - Complexity: O(bytes), some dozens a cycle.
func plainLines(_ bytes: [UInt8], _ range: Range<Int>) -> (length: Int, lines: Int) {
  precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(range) of \(bytes.count) bytes")
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return (0, 0) }
    // Safe: the range was checked.
    let start = unsafe base + range.lowerBound
    let length = unsafe akin_last_byte(start, Int64(range.count), Ascii.lineFeed) + 1
    guard length > 0, unsafe akin_has_byte(start, length, Ascii.quote) == 0 else { return (0, 0) }
    return (Int(length), Int(unsafe akin_count_byte(start, length, Ascii.lineFeed)))
  }
}

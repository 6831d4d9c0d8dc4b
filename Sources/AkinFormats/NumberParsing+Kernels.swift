/// A decimal number taken apart: (−1)^sign · mantissa · 10^exponent, as long as its digits fit.
struct Decimal {
  /// Where it is in the field, without the spaces around it.
  var range: Range<Int>
  private var isNegative = false
  private var mantissa: UInt64 = 0
  private var exponent = 0
  /// The mantissa holds all significant digits.
  private var isComplete = true

  init(_ field: Span<UInt8>) throws(FieldProblem) {
    range = trimmed(field)
    let end = range.upperBound
    var position = range.lowerBound
    // Safe wherever called: at < end <= field.count is checked before each call.
    func byte(_ at: Int) -> UInt8 { unsafe field[unchecked: at] }
    if position < end, byte(position) == UInt8(ascii: "-") || byte(position) == UInt8(ascii: "+") {
      isNegative = byte(position) == UInt8(ascii: "-")
      position += 1
    }
    let digitsStart = position
    var digits = 0  // significant ones
    var pointDigits = 0
    var seen = 0
    while position < end {
      let digit = byte(position) &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      take(digit, &digits)
      position += 1
    }
    seen = position - digitsStart
    if position < end, byte(position) == UInt8(ascii: ".") {
      position += 1
      let pointStart = position
      while position < end {
        let digit = byte(position) &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        take(digit, &digits)
        position += 1
      }
      pointDigits = position - pointStart
      seen += pointDigits
    }
    guard seen > 0 else { throw Self.isNotFinite(field, range) ? .notFinite : .notANumber }
    var written = 0
    if position < end, byte(position) | 0x20 == UInt8(ascii: "e") {
      position += 1
      var isDown = false
      if position < end, byte(position) == UInt8(ascii: "-") || byte(position) == UInt8(ascii: "+") {
        isDown = byte(position) == UInt8(ascii: "-")
        position += 1
      }
      guard position < end else { throw .notANumber }
      while position < end {
        let digit = byte(position) &- UInt8(ascii: "0")
        guard digit < 10 else { throw .notANumber }
        // Beyond any number of digits that a field may have.
        if written < 1 << 40 { written = written * 10 + Int(digit) }
        position += 1
      }
      if isDown { written = -written }
    }
    guard position == end else { throw .notANumber }
    exponent = written - pointDigits
  }

  private mutating func take(_ digit: UInt8, _ digits: inout Int) {
    if digits < 19 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      if mantissa != 0 { digits += 1 }
    } else {
      isComplete = false
    }
  }

  /// The number, where one exact product or quotient gives it; nil where it takes more.
  ///
  /// Mantissas up to 2^53 and powers up to 10^22 are exact, so that the one operation rounds correctly.
  ///
  /// Source: Clinger, "How to read floating point numbers accurately", PLDI 1990, doi:10.1145/93542.93557.
  var exactDouble: Double? {
    guard isComplete, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
    let magnitude = Double(mantissa)
    let value = exponent < 0 ? magnitude / powersOfTen[-exponent] : magnitude * powersOfTen[exponent]
    return isNegative ? -value : value
  }

  private static func isNotFinite(_ field: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var word: [UInt8] = []
    for index in range.prefix(10) { word.append(field[index] | 0x20) }
    // A sign is changed by | 0x20 neither: both have the bit.
    if word.first == UInt8(ascii: "-") || word.first == UInt8(ascii: "+") { word.removeFirst() }
    return ["nan", "inf", "infinity"].contains(String(decoding: word, as: UTF8.self))
  }
}

private let powersOfTen: InlineArray<23, Double> = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]

/// The number, if the field is one to eighteen digits and nothing else: too few to overflow.
func shortDigits(_ field: Span<UInt8>) -> Int64? {
  guard field.count > 0, field.count <= 18 else { return nil }
  var value: Int64 = 0
  var start = 0
  if field.count >= 8 {
    // Safe: eight bytes are there.
    let word = unsafe UInt64(
      littleEndian: field.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self))
    guard let digits = eightDigits(word) else { return nil }
    value = Int64(digits)
    start = 8
  }
  for position in start..<field.count {
    // Safe: position < field.count.
    let digit = unsafe field[unchecked: position] &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int64(digit)
  }
  return value
}

/// The number that eight digits make, the first of them in the lowest byte; nil where one is none.
///
/// Pairs of digits are put together, then pairs of pairs, then the two halves: three products instead of eight.
private func eightDigits(_ word: UInt64) -> UInt64? {
  // A byte is a digit where its upper half is 3, also with 6 added, which carries out of the half from 10 on.
  let upper: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
  let threes: UInt64 = 0x3030_3030_3030_3030
  guard word & upper == threes, (word &+ 0x0606_0606_0606_0606) & upper == threes else { return nil }
  let pairs = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* (10 << 8 + 1)) &>> 8
  let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* (100 << 16 + 1)) &>> 16
  return ((fours & 0x0000_FFFF_0000_FFFF) &* (10_000 << 32 + 1)) &>> 32
}

/// The number, if the field is one to eight digits with at most one point and nothing else, and exact in one division.
@inline(__always)
func plainDecimal(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Float? {
  guard end &- start &- 1 < 8, start >= 0, end > start, end <= bytes.count else { return nil }
  var mantissa: UInt32 = 0
  var digits = 0
  /// Digits before the point; below zero as long as there is none.
  var whole = -1
  for position in start..<end {
    // Safe: the range lies inside the bytes.
    let byte = unsafe bytes[unchecked: position]
    let digit = byte &- UInt8(ascii: "0")
    if digit < 10 {
      mantissa = mantissa &* 10 &+ UInt32(digit)
      digits &+= 1
    } else {
      guard byte == UInt8(ascii: "."), whole < 0 else { return nil }
      whole = digits
    }
  }
  // Integers to 2^24 and powers to 10^10 are exact, so that the division rounds once.
  guard digits > 0, mantissa <= 1 << 24 else { return nil }
  return whole < 0 ? Float(mantissa) : Float(mantissa) / singlePowersOfTen[digits &- whole]
}

private let singlePowersOfTen: InlineArray<8, Float> = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]

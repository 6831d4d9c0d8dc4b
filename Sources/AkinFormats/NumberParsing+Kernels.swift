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
  for position in 0..<field.count {
    // Safe: position < field.count.
    let digit = unsafe field[unchecked: position] &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int64(digit)
  }
  return value
}

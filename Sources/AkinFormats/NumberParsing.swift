/// Why a field is not the number that was expected.
public enum FieldProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// Empty, or not a number in the decimal notation.
  case notANumber
  /// `nan`, an infinity, or a number beyond the range of floating point.
  case notFinite
  /// An integer that does not fit 64 bits.
  case outOfRange
  /// Neither a number nor an ISO 8601 date.
  case notATime

  public var description: String {
    switch self {
    case .notANumber: "not a number"
    case .notFinite: "not a finite number"
    case .outOfRange: "a number beyond 64 bits"
    case .notATime: "not a time, expected a number or a date such as 2004-05-01 or 2004-05-01T12:30:45Z"
    }
  }
}

extension Double {
  /// Parses a whole field as a decimal number, such as `3`, `-0.5`, `.5`, `1e-3`; spaces around it do not matter.
  ///
  /// Correctly rounded (to nearest, ties to even), as `strtod` in the C locale. What is closer to zero than any number
  /// gives zero or a subnormal number.
  ///
  /// - Throws: `FieldProblem.notANumber` or `.notFinite`.
  /// - Complexity: O(bytes); numbers of more than 15 digits allocate a string.
  public init(parsing field: Span<UInt8>) throws(FieldProblem) {
    let decimal = try Decimal(field)
    if let exact = decimal.exactDouble {
      self = exact
    } else {
      // The field is well formed, and the standard library parses that as strtod in the C locale.
      guard let value = Double(text(field, decimal.range)), value.isFinite else { throw .notFinite }
      self = value
    }
  }
}

extension Float {
  /// Parses a whole field as `Double(parsing:)` does, correctly rounded to single precision at once.
  ///
  /// - Throws: `FieldProblem.notANumber` or `.notFinite`.
  /// - Complexity: O(bytes); numbers of more than 15 digits allocate a string.
  public init(parsing field: Span<UInt8>) throws(FieldProblem) {
    let decimal = try Decimal(field)
    // Rounding twice goes wrong only if the first result lies halfway between two floats: there the digits that were
    // rounded away decide. Subnormal floats have their halves elsewhere.
    if let double = decimal.exactDouble, double == 0 || double.magnitude >= Double(Float.leastNormalMagnitude),
      double.bitPattern & 0x1FFF_FFFF != 0x1000_0000
    {
      self = Float(double)
      guard isFinite else { throw .notFinite }
    } else {
      guard let value = Float(text(field, decimal.range)), value.isFinite else { throw .notFinite }
      self = value
    }
  }
}

extension Int64 {
  /// Parses a whole field as decimal digits with an optional sign; spaces around it do not matter.
  ///
  /// - Throws: `FieldProblem.notANumber` or `.outOfRange`.
  /// - Complexity: O(bytes).
  public init(parsing field: Span<UInt8>) throws(FieldProblem) {
    if let short = shortDigits(field) {
      self = short
      return
    }
    let range = trimmed(field)
    var position = range.lowerBound
    var isNegative = false
    if position < range.upperBound, field[position] == UInt8(ascii: "-") || field[position] == UInt8(ascii: "+") {
      isNegative = field[position] == UInt8(ascii: "-")
      position += 1
    }
    guard position < range.upperBound else { throw .notANumber }
    var value: Int64 = 0
    var overflows = false
    while position < range.upperBound {
      let digit = field[position] &- UInt8(ascii: "0")
      guard digit < 10 else { throw .notANumber }
      // Growing away from zero on the negative side, which is the larger one.
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.subtractingReportingOverflow(Int64(digit))
      overflows = overflows || first || second
      value = sum
      position += 1
    }
    if !isNegative, value == .min { overflows = true }
    guard !overflows else { throw .outOfRange }
    self = isNegative ? value : -value
  }
}

private func text(_ field: Span<UInt8>, _ range: Range<Int>) -> String {
  String(decoding: range.map { field[$0] }, as: UTF8.self)
}

/// A field without the spaces around it.
func trimmed(_ field: Span<UInt8>) -> Range<Int> {
  var start = 0
  var end = field.count
  while start < end, field[start] == Ascii.space { start += 1 }
  while end > start, field[end - 1] == Ascii.space { end -= 1 }
  return start..<end
}

import AkinGraph

/// Reads a column of times of which the unit is known only at the end.
struct TimeReading: Sendable {
  /// Decided by the first time there is: a column holds dates or numbers, not both.
  private var kind: Kind?
  private var largestMagnitude: UInt64 = 0
  private var smallest = Int64.max
  private var largest = Int64.min

  private enum Kind { case dates, numbers }

  /// Whether a time was seen.
  var isDecided: Bool { kind != nil }

  var areDates: Bool { kind == .dates }
  var guessedUnit: TimeUnit { areDates ? .seconds : TimeUnit.guess(largestMagnitude: largestMagnitude) }

  var expectation: String {
    switch kind {
    case nil: "a number or a date such as 2004-05-01 12:30:45"
    case .dates: "a date such as 2004-05-01 12:30:45, as in the lines before"
    case .numbers: "a number, as in the lines before"
    }
  }

  /// The number as written, or seconds for a date; unknown for an empty field.
  mutating func read(_ field: Span<UInt8>) throws(FieldProblem) -> Int64 {
    guard !field.isEmpty else { return TimeColumn.unknown }
    let time = try ParsedTime(parsing: field)
    guard time.value != TimeColumn.unknown else { throw .outOfRange }
    let found: Kind = time.isDate ? .dates : .numbers
    guard kind == nil || kind == found else { throw .notATime }
    kind = found
    largestMagnitude = max(largestMagnitude, time.value.magnitude)
    smallest = min(smallest, time.value)
    largest = max(largest, time.value)
    return time.value
  }

  /// The number, if the field is digits alone, few enough, and numbers may be here; as `read` gives it.
  @inline(__always)
  mutating func readDigits(_ field: Span<UInt8>) -> Int64? {
    guard kind != .dates, let value = shortDigits(field) else { return nil }
    kind = .numbers
    largestMagnitude = max(largestMagnitude, UInt64(bitPattern: value))
    smallest = min(smallest, value)
    largest = max(largest, value)
    return value
  }

  /// Takes in what a copy of this has seen since.
  mutating func merge(_ other: TimeReading) {
    kind = kind ?? other.kind
    largestMagnitude = max(largestMagnitude, other.largestMagnitude)
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
  }

  /// What people should know about the unit that was taken.
  func remark(unit: TimeUnit, isGuessed: Bool) -> String? {
    guard kind == .numbers, isGuessed else { return nil }
    if unit != .seconds {
      return
        "times as large as \(largestMagnitude) were taken for \(unit.rawValue), not seconds (--time-unit says which)"
    }
    // 1 January 1980 and 2100: outside them a number of seconds is seldom a time.
    guard smallest < 315_532_800 || largest > 4_102_444_800 else { return nil }
    return "times from \(smallest) to \(largest) were taken for seconds since 1970, which they hardly are "
      + "(--time-unit says which, --time none leaves them out)"
  }
}

/// A time as written in a field.
public struct ParsedTime: Sendable, Equatable {
  /// Seconds since 1970 (UTC) of a date; the number itself otherwise. Fractions are rounded down.
  public var value: Int64
  /// A date, so that the unit is known: seconds. The unit of a number must be given or guessed (``TimeUnit``).
  public var isDate: Bool

  /// A date's `value` is in seconds since 1970, UTC.
  public init(value: Int64, isDate: Bool) {
    self.value = value
    self.isDate = isDate
  }

  /// Parses a whole field: an integer, a decimal number, or an ISO 8601 date with or without a time of day.
  ///
  /// Dates are `2004-05-01`, times of day `12:30` or `12:30:45` with an optional fraction, after a `T` or one space; a zone
  /// is `Z`, `+02:00`, `+0200` or `+02`. Without a zone the time is UTC. A leap second (`:60`) is the second after it.
  /// The calendar is the Gregorian one, also before its introduction. Spaces around the field do not matter.
  ///
  /// - Throws: `FieldProblem.notATime`, `.notFinite`, or `.outOfRange` for a number beyond 64 bits.
  /// - Complexity: O(bytes).
  public init(parsing field: Span<UInt8>) throws(FieldProblem) {
    do throws(FieldProblem) {
      self.init(value: try Int64(parsing: field), isDate: false)
      return
    } catch {
      if error == .outOfRange { throw error }
    }
    if let seconds = secondsOfDate(field) {
      self.init(value: seconds, isDate: true)
      return
    }
    do throws(FieldProblem) {
      let number = try Double(parsing: field).rounded(.down)
      guard let value = Int64(exactly: number) else { throw .outOfRange }
      self.init(value: value, isDate: false)
    } catch {
      throw error == .notANumber ? .notATime : error
    }
  }
}

private func secondsOfDate(_ field: Span<UInt8>) -> Int64? {
  let range = trimmed(field)
  var at = range.lowerBound

  func take(_ character: Unicode.Scalar) -> Bool {
    guard at < range.upperBound, field[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }
  func number(digits: Int) -> Int? {
    guard range.upperBound - at >= digits else { return nil }
    var value = 0
    for _ in 0..<digits {
      let digit = field[at] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
      at += 1
    }
    return value
  }
  /// Seconds east of Greenwich.
  func zoneOffset() -> Int? {
    if at == range.upperBound || take("Z") || take("z") { return 0 }
    let isWest = take("-")
    guard isWest || take("+"), let hours = number(digits: 2), hours < 24 else { return nil }
    var minutes = 0
    if at < range.upperBound {
      _ = take(":")
      guard let written = number(digits: 2), written < 60 else { return nil }
      minutes = written
    }
    return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
  }

  guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
    let day = number(digits: 2), (1...12).contains(month), day >= 1, day <= dayCount(year: year, month: month)
  else { return nil }
  let days = daysSince1970(year: year, month: month, day: day)
  if at == range.upperBound { return Int64(days * 86_400) }
  guard take("T") || take("t") || take(" "), let hour = number(digits: 2), take(":"),
    let minute = number(digits: 2), hour < 24, minute < 60
  else { return nil }
  var second = 0
  if take(":") {
    guard let written = number(digits: 2), written <= 60 else { return nil }
    second = written
    if take(".") || take(",") {
      guard number(digits: 1) != nil else { return nil }
      while number(digits: 1) != nil {}
    }
  }
  guard let offset = zoneOffset(), at == range.upperBound else { return nil }
  return Int64(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

private func dayCount(year: Int, month: Int) -> Int {
  switch month {
  case 4, 6, 9, 11: 30
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  default: 31
  }
}

/// Source: Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
private func daysSince1970(year: Int, month: Int, day: Int) -> Int {
  // Years begin in March, so that the leap day is the last one; eras have 400 years. Year 0 belongs to era −1 until March.
  let year = month <= 2 ? year - 1 : year
  let era = (year >= 0 ? year : year - 399) / 400
  let yearOfEra = year - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/// Seconds since 1970, UTC, of a number of seconds or an ISO 8601 date; `nil` for anything else.
public func secondsSince1970(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  return (try? ParsedTime(parsing: bytes.span))?.value
}

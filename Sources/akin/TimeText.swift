import AkinFormats

/// A time as people read it, UTC: 2004-05-01 12:30:45.
///
/// Source: Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
func timeText(_ seconds: Int64) -> String {
  func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }
  func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
  let (days, second) = floored(seconds, by: 86_400)
  // Days from 1 March of year 0, in eras of 400 years; years begin in March, so that the leap day is the last.
  let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let march = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * march + 2) / 5 + 1
  let month = march < 10 ? march + 3 : march - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return "\(year)-\(padded(month))-\(padded(day)) "
    + "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
}

/// The beginning of a date, of a year alone, or a number of seconds since 1970, as given to an option.
func instant(_ text: String, _ option: String) throws -> Int64 {
  let isYear = text.utf8.count == 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  guard let time = secondsSince1970(isYear ? text + "-01-01" : text) else {
    throw CommandFailure.usage(
      "\(option): found '\(text)', expected a date such as 2010-05-01, a year, or seconds since 1970")
  }
  return time
}

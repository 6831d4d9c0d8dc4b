import Testing

import AkinFormats

@Suite struct TimeParsingTests {
  func time(_ text: String) throws(FieldProblem) -> ParsedTime {
    let bytes = Array(text.utf8)
    return try ParsedTime(parsing: bytes.span)
  }

  /// Values of GNU `date -u -d … +%s`.
  @Test(arguments: [
    ("1970-01-01", 0), ("2004-05-01", 1_083_369_600), ("2004-05-01 12:30:45", 1_083_414_645),
    ("2004-05-01T12:30:45Z", 1_083_414_645), ("2004-05-01T12:30:45+02:00", 1_083_407_445),
    ("2004-05-01T12:30:45-0730", 1_083_441_645), ("2004-05-01T12:30:45.999", 1_083_414_645),
    ("2004-05-01t12:30:45,5z", 1_083_414_645), ("2004-05-01 12:30", 1_083_414_600),
    ("2000-02-29", 951_782_400), ("2000-03-01", 951_868_800), ("1900-03-01", -2_203_891_200),
    ("1969-12-31T23:59:59Z", -1), ("1900-01-01", -2_208_988_800), ("0001-01-01", -62_135_596_800),
    ("9999-12-31T23:59:59Z", 253_402_300_799), ("2016-12-31T23:59:60Z", 1_483_228_800),
    ("2038-01-19T03:14:08+00", 2_147_483_648), (" 2004-05-01 ", 1_083_369_600),
  ])
  func `dates are seconds since 1970`(text: String, seconds: Int64) throws {
    #expect(try time(text) == ParsedTime(value: seconds, isDate: true))
  }

  @Test(arguments: [
    ("964982703", 964_982_703), ("964982703.0", 964_982_703), ("964982703.9", 964_982_703), ("-1.5", -2), ("-7", -7),
    ("1.1e9", 1_100_000_000), ("0", 0), ("20040501", 20_040_501), ("9223372036854775807", Int64.max),
  ])
  func `numbers keep their unit`(text: String, value: Int64) throws {
    #expect(try time(text) == ParsedTime(value: value, isDate: false))
  }

  @Test(arguments: [
    "", "yesterday", "2004", "2004-13-01", "2004-00-10", "2004-02-30", "2001-02-29", "1900-02-29", "2004-5-1",
    "2004-05-01T",
    "2004-05-01 24:00:00", "2004-05-01 12:60", "2004-05-01 12:30:61", "2004-05-01T12:30:45+2", "2004-05-01T12:30:45.",
    "2004-05-01T12:30:45Zx", "05/01/2004", "2004-05-01T12:30:45+24:00",
  ])
  func `what is not a time`(text: String) throws {
    if text == "2004" {
      #expect(try !time(text).isDate)
    } else {
      #expect(throws: FieldProblem.notATime) { try time(text) }
    }
  }

  @Test func `numbers beyond 64 bits`() {
    #expect(throws: FieldProblem.outOfRange) { try time("9223372036854775808") }
    #expect(throws: FieldProblem.outOfRange) { try time("1e30") }
    #expect(throws: FieldProblem.notFinite) { try time("nan") }
  }

  /// Every day of four centuries, counted one by one.
  @Test func `the calendar has no gaps`() throws {
    var expected: Int64 = -11_676_096_000  // 1600-01-01
    for year in 1600..<2000 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        for day in [1, days] {
          let text = "\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(day < 10 ? "0" : "")\(day)"
          let found = try time(text).value
          if found != expected + Int64(day - 1) * 86_400 { Issue.record("\(text) is \(found)") }
        }
        expected += Int64(days) * 86_400
      }
    }
    #expect(expected == 946_684_800)
  }

  @Test func `units by magnitude`() {
    for (unit, now) in [
      (TimeUnit.seconds, UInt64(1_700_000_000)), (.milliseconds, 1_700_000_000_000),
      (.microseconds, 1_700_000_000_000_000),
      (.nanoseconds, 1_700_000_000_000_000_000),
    ] {
      #expect(TimeUnit.guess(largestMagnitude: now) == unit)
      #expect(unit.seconds(Int64(now)) == 1_700_000_000)
      #expect(unit.seconds(-1) == -1)
    }
    #expect(TimeUnit.guess(largestMagnitude: 99_999_999_999) == .seconds)
    #expect(TimeUnit.guess(largestMagnitude: 100_000_000_000) == .milliseconds)
    #expect(TimeUnit.guess(largestMagnitude: .max) == .nanoseconds)
  }
}

import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct LabelTextTests {
  @Test func `short text stays one line`() {
    #expect(wrapped("Alien (1979)", columns: 24, maximumLines: 3) == ["Alien (1979)"])
    #expect(wrapped("", columns: 24, maximumLines: 3) == [])
  }

  @Test func `lines break between words and are balanced`() {
    #expect(
      wrapped("Willy Wonka & the Chocolate Factory (1971)", columns: 24, maximumLines: 3) == [
        "Willy Wonka & the", "Chocolate Factory (1971)",
      ])
    #expect(wrapped("one two three four", columns: 15, maximumLines: 3) == ["one two", "three four"])
    #expect(wrapped("abcdefghijkl mn", columns: 14, maximumLines: 3) == ["abcdefghijkl", "mn"], "words stay whole")
    #expect(wrapped("abcdefghijkl mn", columns: 8, maximumLines: 3) == ["abcdefgh", "ijkl mn"], "where they can")
  }

  @Test func `what does not fit ends in an ellipsis`() {
    let lines = wrapped(String(repeating: "word ", count: 2000), columns: 20, maximumLines: 3)
    #expect(lines == ["word word word word", "word word word word", "word word word word…"])
  }

  @Test func `a word longer than a line is cut`() {
    let lines = wrapped(String(repeating: "x", count: 10_000), columns: 10, maximumLines: 2)
    #expect(lines == ["xxxxxxxxxx", "xxxxxxxxx…"])
  }

  @Test func `wide characters count twice and break anywhere`() {
    #expect(wrapped("千と千尋の神隠し", columns: 8, maximumLines: 2) == ["千と千尋", "の神隠し"])
    #expect(displayWidth("千") == 2 && displayWidth("🎬") == 2 && displayWidth("👩‍👩‍👧‍👦") == 2)
    #expect(displayWidth("é") == 1 && displayWidth("ש") == 1)
  }

  @Test func `grapheme clusters are never split`() {
    let family = "👩‍👩‍👧‍👦"
    let lines = wrapped(String(repeating: family, count: 12), columns: 8, maximumLines: 3)
    #expect(lines == Array(repeating: String(repeating: family, count: 4), count: 3))
    let accented = String(repeating: "e\u{301}", count: 10)
    #expect(wrapped(accented, columns: 5, maximumLines: 2) == [String(accented.prefix(5)), String(accented.prefix(5))])
  }

  @Test func `stacked marks are cut`() {
    let lines = wrapped("a" + String(repeating: "\u{301}", count: 10_000), columns: 10, maximumLines: 2)
    #expect(lines.count == 1 && lines[0].unicodeScalars.count == 4)
  }

  @Test(arguments: UInt64(0)..<50)
  func `lines fit, and together are the text`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let alphabet = ["a", "bc", " ", "  ", "-", "千", "👩‍👩‍👧‍👦", "é", "word", "/"]
    let text = cleaned(
      (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random)! }.joined())
    let lines = wrapped(text, columns: 12, maximumLines: 100)
    #expect(lines.allSatisfy { line in line.reduce(0) { $0 + displayWidth($1) } <= 12 })
    #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
  }

  @Test func `cleaning leaves one line of drawable characters`() {
    #expect(cleaned("  a\r\n\tb\u{2028}c  ") == "a b c")
    #expect(cleaned("a\u{0}b\u{1B}[31m\u{85}\u{FFFE}") == "a\u{FFFD}b\u{FFFD}[31m \u{FFFD}")
    #expect(cleaned("non\u{A0}breaking") == "non\u{A0}breaking")
    #expect(cleaned("\n \t").isEmpty)
    #expect(cleaned(String(repeating: "\u{200B} ", count: 1000) + "x").unicodeScalars.count == 8 * 2 + 1)
    #expect(cleaned("\u{2060}\u{200B} \u{202E}\u{301}").isEmpty)
    #expect(wrapped("abcdefghij \u{2060}", columns: 10, maximumLines: 2) == ["abcdefghij"])
  }

  @Test func `shortening keeps whole characters`() {
    #expect(shortened("abc", to: 3) == "abc")
    #expect(shortened("abcd", to: 3) == "ab…")
    #expect(shortened("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", to: 2) == "👩‍👩‍👧‍👦…")
  }
}

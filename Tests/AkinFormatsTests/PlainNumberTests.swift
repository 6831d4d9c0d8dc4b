import TestSupport
import Testing

@testable import AkinFormats

/// The short ways of plain numbers, against the parsers that know every form.
@Suite struct PlainNumberTests {
  @Test func `a plain decimal is what the parser of all forms makes of it`() {
    var random = SplitMix64(seed: 11)
    var taken = 0
    for _ in 0..<40_000 {
      let characters = Array("0123456789.5 -e".utf8)
      let field = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        characters[Int.random(in: 0..<(Bool.random(using: &random) ? 12 : 15), using: &random)]
      }
      let bytes = Array("x".utf8) + field + Array("7".utf8)
      guard let found = plainDecimal(bytes.span, 1, 1 + field.count) else { continue }
      taken += 1
      #expect(
        (try? Float(parsing: field.span))?.bitPattern == found.bitPattern, "\(String(decoding: field, as: UTF8.self))")
    }
    #expect(taken > 10_000)
    for text in ["3", "4.5", "0.125", ".5", "5.", "16777216", "1234567"] {
      let bytes = Array(text.utf8)
      #expect(plainDecimal(bytes.span, 0, bytes.count) == Float(text.hasSuffix(".") ? text + "0" : text))
    }
    for text in ["", ".", "1..2", "16777217", "123456789", "1e5", "-1", " 1"] {
      let bytes = Array(text.utf8)
      #expect(plainDecimal(bytes.span, 0, bytes.count) == nil, "\(text)")
    }
  }

  @Test func `digits eight at a time are digits one at a time`() {
    var random = SplitMix64(seed: 12)
    for _ in 0..<40_000 {
      var field = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random)
      }
      if !field.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
        field[Int.random(in: 0..<field.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let isShort = !field.isEmpty && field.count <= 18 && field.allSatisfy { (0x30...0x39).contains($0) }
      #expect(shortDigits(field.span) == (isShort ? Int64(String(decoding: field, as: UTF8.self)) : nil))
    }
  }
}

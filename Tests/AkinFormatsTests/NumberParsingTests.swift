import Glibc
import Testing
import TestSupport

import AkinFormats

@Suite struct NumberParsingTests {
  func double(_ text: String) throws(FieldProblem) -> Double {
    let bytes = Array(text.utf8)
    return try Double(parsing: bytes.span)
  }
  func float(_ text: String) throws(FieldProblem) -> Float {
    let bytes = Array(text.utf8)
    return try Float(parsing: bytes.span)
  }
  func integer(_ text: String) throws(FieldProblem) -> Int64 {
    let bytes = Array(text.utf8)
    return try Int64(parsing: bytes.span)
  }

  /// Short and long, near the edges of the fast path, of the range and of halfway cases.
  func randomDecimal(_ random: inout SplitMix64) -> String {
    func digits(_ range: ClosedRange<Int>) -> String {
      String((String(random.next()) + String(random.next())).prefix(Int.random(in: range, using: &random)))
    }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return "\(Int.random(in: 0...5, using: &random)).\(digits(1...2))"
    case 1: return (Bool.random(using: &random) ? "-" : "+") + digits(1...20) + "." + digits(0...20)
    case 2: return digits(1...18) + "e" + String(Int.random(in: -345...310, using: &random))
    case 3: return "." + digits(1...30) + "E" + String(Int.random(in: -45...40, using: &random))
    case 4:  // A float or a halfway point between two of them, to 17 digits: rounding twice would show.
      let bits = UInt32.random(in: 0x0080_0000..<0x7F00_0000, using: &random)
      let low = Double(Float(bitPattern: bits))
      let high = Double(Float(bitPattern: bits + 1))
      return "\((low + high) / 2)"
    default: return "\(Double(bitPattern: random.next() & 0x7FDF_FFFF_FFFF_FFFF))"
    }
  }

  @Test func `agrees with strtod and strtof on random decimals`() throws {
    var random = SplitMix64(seed: 1)
    var wrong: [String] = []
    for _ in 0..<100_000 {
      let text = randomDecimal(&random)
      let expectedDouble = unsafe strtod(text, nil)
      let expectedFloat = unsafe strtof(text, nil)
      do throws(FieldProblem) {
        if try double(text).bitPattern != expectedDouble.bitPattern { wrong.append(text) }
      } catch {
        if error != .notFinite || expectedDouble.isFinite { wrong.append(text) }
      }
      do throws(FieldProblem) {
        if try float(text).bitPattern != expectedFloat.bitPattern { wrong.append(text) }
      } catch {
        if error != .notFinite || expectedFloat.isFinite { wrong.append(text) }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  /// 1 + 2⁻²⁴ lies halfway between two floats; what follows decides, though no double shows it.
  @Test func `a float is not rounded twice`() throws {
    let half = "1.000000059604644775390625"
    #expect(try float(half) == 1)
    #expect(try float(half + "00000000000000000001") == Float(1).nextUp)
    #expect(try float("1.00000005960464477539") == 1)
    #expect(try float("-0").sign == .minus)
    #expect(try float("1e-45") == .leastNonzeroMagnitude)
  }

  @Test(arguments: [
    "", " ", "-", ".", "+.", "e5", "1e", "1e+", "1.2.3", "1x", "x1", "0x10", "1 2", "1,5", "--1", "½", "nano", "in",
  ])
  func `what is not a decimal number`(text: String) {
    #expect(throws: FieldProblem.notANumber) { try double(text) }
    #expect(throws: FieldProblem.notANumber) { try float(text) }
  }

  @Test(arguments: ["nan", "NaN", "-nan", "inf", "+Inf", "INFINITY", " -infinity ", "1e400", "-1e99999999999999999999"])
  func `what is not finite`(text: String) {
    #expect(throws: FieldProblem.notFinite) { try double(text) }
    #expect(throws: FieldProblem.notFinite) { try float(text) }
  }

  @Test func `spaces around a number do not matter`() throws {
    #expect(try double("  3.5 ") == 3.5)
    #expect(try integer(" -7  ") == -7)
    #expect(throws: FieldProblem.notFinite) { try float("3.5e38") }
    #expect(try double(String(repeating: "0", count: 5000) + "1." + String(repeating: "0", count: 5000)) == 1)
  }

  @Test func `integers up to the edges of 64 bits`() throws {
    for value in [0, 1, -1, 42, Int64.max, Int64.min, Int64.max - 1] { #expect(try integer(String(value)) == value) }
    #expect(try integer("+5") == 5)
    #expect(try integer("000000000000000000000000000012") == 12)
    for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999999"] {
      #expect(throws: FieldProblem.outOfRange) { try integer(text) }
    }
    for text in ["", "+", "1.0", "1e3", "12a", "99999999999999999999999x"] {
      #expect(throws: FieldProblem.notANumber) { try integer(text) }
    }
  }
}

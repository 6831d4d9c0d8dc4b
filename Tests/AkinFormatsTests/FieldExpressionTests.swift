import Glibc
import Testing

@testable import AkinFormats

@Suite struct FieldExpressionTests {
  func value(_ source: String, _ fields: [String: String] = [:]) throws -> Double {
    let expression = try FieldExpression(source)
    return try expression.number { fields[expression.columns[$0]] ?? "" }
  }

  @Test(arguments: [
    ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("-2 - -3", 1), ("6 / 4", 1.5), ("2e2", 200), ("max(1, min(5, 3))", 3),
    ("1 < 2 and not 2 < 1", 1), ("1 == 2 or 2 >= 2", 1), ("'a' < 'b'", 1), ("not 0", 1), ("length('abc')", 3),
  ])
  func `formulas follow the usual order`(source: String, expected: Double) throws {
    #expect(try value(source) == expected)
  }

  @Test func `columns are numbers, and texts beside a text`() throws {
    #expect(try value("log1p(count)", ["count": "3"]) == log1p(3))
    #expect(try value("`a b` * 2", ["a b": "4"]) == 8)
    #expect(try value("language == 'en' and rating >= 4", ["language": "en", "rating": "4.5"]) == 1)
    #expect(try value("language == 'en' and rating >= 4", ["language": "fr", "rating": "no number"]) == 0)
    #expect(throws: FieldExpression.Failure(column: "rating", found: "x", expected: "a number")) {
      try value("rating >= 4", ["rating": "x"])
    }
  }

  @Test(arguments: [
    "", "1 +", "(1", "1 2", "pow(1)", "max(1)", "'a", "a ==", "1 = 2", String(repeating: "(", count: 5000),
  ])
  func `what is no formula is refused`(source: String) {
    #expect(throws: FieldExpression.SyntaxError.self) { try FieldExpression(source) }
  }
}

import AkinEngine
import AkinGraph
import AkinRanking
import Foundation
import TestSupport
import Testing

@Suite struct CandidateRulesTests {
  @Test(arguments: [
    ("language = en", "language", AttributePredicate.Comparison.equal, ["en"]),
    ("language=en|de", "language", .equal, ["en", "de"]), ("year>= 1990", "year", .atLeast, ["1990"]),
    ("year <1990", "year", .below, ["1990"]), ("title != a b", "title", .unequal, ["a b"]),
  ])
  func `conditions are read`(text: String, name: String, comparison: AttributePredicate.Comparison, values: [String])
    throws
  {
    let condition = try AttributePredicate(text)
    #expect(condition.attribute == name)
    #expect(condition.comparison == comparison)
    #expect(condition.values == values)
  }

  @Test(arguments: ["", "language", "= en", "language =", "year < 3|4", "language = en|"])
  func `what is no condition is refused`(text: String) {
    #expect(
      throws: EngineError.unfitRule(
        text, reason: "expected attribute = value, or with != < <= > >=; several values with | between")
    ) { try AttributePredicate(text) }
  }
}

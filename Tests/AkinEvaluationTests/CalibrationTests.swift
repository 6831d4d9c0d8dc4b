import AkinEvaluation
import Foundation
import Testing
import TestSupport

@Suite struct CalibrationTests {
  /// The situation of Steck's introduction, 70 % romance and 30 % action, answered with romance alone:
  /// 0.7·ln(0.7 / 0.997) + 0.3·ln(0.3 / 0.003) = −0.247569 + 1.381551.
  @Test func `by hand`() {
    #expect(abs(calibrationDivergence(history: [0.7, 0.3], list: [1, 0]) - 1.133982) < 5e-7)
    #expect(calibrationDivergence(history: [0.7, 0.3], list: [0.7, 0.3]) < 1e-12)
    #expect(calibrationDivergence(history: [1, 0], list: [1, 0]) == 0)
    #expect(abs(calibrationDivergence(history: [1, 0], list: [0, 1]) + log(0.01)) < 1e-12)
    #expect(calibrationDivergence(history: [1, 0], list: [0, 1], smoothing: 0) == .infinity)
  }

  @Test func `an item is divided among its categories`() throws {
    let categories = try ItemCategories([[0, 1], [1], [], [2]], categoryCount: 3)
    #expect(categories.distribution(of: [0, 1]) == [0.25, 0.75, 0])
    #expect(categories.distribution(of: [0, 2, 1]) == [0.25, 0.75, 0])
    #expect(categories.distribution(of: [2]) == nil)
    #expect(categories.distribution(of: []) == nil)
  }

  @Test(arguments: UInt64(0)..<30)
  func `never negative, never above the bound of the smoothing`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func shares() -> [Double] {
      let raw = (0..<6).map { _ in max(0, Double.random(in: -0.5...1, using: &random)) + 1e-9 }
      let total = raw.reduce(0, +)
      return raw.map { $0 / total }
    }
    let (history, list) = (shares(), shares())
    #expect((0...(-log(0.01))).contains(calibrationDivergence(history: history, list: list)))
    #expect(calibrationDivergence(history: history, list: history) < 1e-12)
  }
}

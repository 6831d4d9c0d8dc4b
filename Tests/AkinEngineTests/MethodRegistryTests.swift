import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

/// Every method of the registry on data whose right answer is plain.
@Suite struct MethodRegistryTests {
  static let names = MethodRegistry.all.map(\.name)

  /// Users and items of two kinds; users have only items of their kind, each all but one.
  func checkerboard() throws -> Engine {
    var pairs: [(String, String)] = []
    for user in 0..<20 {
      for item in 0..<16 where user % 2 == item % 2 && (user / 2) % 8 != item / 2 {
        pairs.append(("u\(user)", "i\(item)"))
      }
    }
    return Engine(try bipartiteSnapshot(pairs))
  }

  // Edges without numbers have nothing to correlate.
  @Test(arguments: names.filter { !["pearson", "adjusted-cosine"].contains($0) })
  func `related items are of the same kind`(name: String) throws {
    let engine = try checkerboard()
    let question = try engine.relatedQuestion(to: [try engine.node(named: "i3")])
    let method = try engine.method(named: name, for: question)
    let list = try method.rank(question.query, k: 7)
    #expect(
      Set(try list.items.map { try engine.snapshot.name(of: $0.node) })
        == ["i1", "i5", "i7", "i9", "i11", "i13", "i15"])
    #expect(list.shortfall == nil)
    #expect(method.info.name == name)
    #expect(try method.rank(question.query, k: 7) == list)
    #expect(
      Set(method.info.parameters.map(\.name)) == Set(try MethodRegistry.definition(named: name).parameters.map(\.name)))
  }

  @Test(arguments: names.filter { !["pearson", "adjusted-cosine"].contains($0) })
  func `the one item that a user lacks comes first`(name: String) throws {
    let engine = try checkerboard()
    let question = try engine.recommendationQuestion(for: try engine.node(named: "u4"))
    let list = try engine.method(named: name, for: question).rank(question.query, k: 1)
    #expect(try list.items.map { try engine.snapshot.name(of: $0.node) } == ["i4"])
  }

  @Test func `names are unique`() {
    #expect(Set(Self.names).count == Self.names.count)
  }
}

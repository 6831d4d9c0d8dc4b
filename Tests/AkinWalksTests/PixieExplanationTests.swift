import AkinGraph
import AkinParallel
import AkinRanking
import Foundation
import TestSupport
import Testing

@testable import AkinWalks

@Suite struct PixieExplanationTests {
  let woman = NodeTypeID(rawValue: 0)
  let event = NodeTypeID(rawValue: 1)
  let back = Hop(relation: 0, direction: .reverse)

  func women() throws -> Snapshot { try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event") }

  func query(_ sources: [UInt32], seed: UInt64 = 0, excluded: [UInt32] = []) -> Query {
    Query(
      sources: sources.map { WeightedSource(NodeID(type: event, index: $0), weight: Double($0 % 3 + 1)) },
      candidates: CandidateFilter(type: event, excluded: NodeSet(excluded)), seed: seed)
  }

  func session(_ pixie: Pixie) throws -> any ExplainingSession {
    try #require(pixie.makeSession() as? any ExplainingSession)
  }

  /// With restart 1 everything is a first step: the part of a woman is the probability of going over her, by the rule of
  /// the preference written out.
  @Test(arguments: [0.0, 0.25, 1.0])
  func `first steps are explained without error`(connectorExponent: Double) throws {
    let snapshot = try women()
    var options = PixieOptions()
    options.restart = 1
    options.connectorExponent = connectorExponent
    options.hubExponent = 0
    options.caution = 0
    let session = try session(Pixie(snapshot, hop: back, options: options))
    let pairs = try southernWomen()
    let attended = Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
    let guests = attended.filter { $0.value.contains("E3") }
    let total = guests.values.reduce(0) { $0 + exp((1 - connectorExponent) * log(Double($1.count))) }
    for target in 0..<UInt32(14) {
      let node = NodeID(type: event, index: target)
      let name = try snapshot.name(of: node)
      let found = try session.explanation(of: node, for: query([2]), limit: 100)
      let both = guests.filter { $0.value.contains(name) }
      #expect((found == nil) == both.isEmpty)
      guard let found else { continue }
      #expect(abs(found.total - found.score) <= 1e-12 * found.score)
      #expect(found.parts.count == both.count && found.remainder == 0)
      var sum = 0.0
      for list in both.values {
        sum += exp((1 - connectorExponent) * log(Double(list.count))) / total / Double(list.count)
      }
      for part in found.parts {
        let way = try #require(part.way.first)
        let list = try #require(both[try snapshot.name(of: way)])
        let expected = exp((1 - connectorExponent) * log(Double(list.count))) / total / Double(list.count)
        #expect(part.way.count == 1 && part.source == NodeID(type: event, index: 2))
        #expect(abs(part.amount / found.score - expected / sum) < 1e-12)
      }
    }
  }

  /// From one source, without penalties, a score is its visits over the steps, so parts over all candidates are the visits
  /// of each connector.
  @Test(arguments: [40, 700], [1, 3])
  func `parts over all candidates are the visits of the connectors`(steps: Int, threads: Int) throws {
    // More ways than steps, so that first steps are drawn as `visits` draws them.
    var pairs: [(String, String)] = []
    for user in 0..<40 { for item in 0..<45 where (user * item) % 7 < 5 { pairs.append(("u\(user)", "i\(item)")) } }
    let snapshot = try bipartiteSnapshot(pairs)
    var options = PixieOptions()
    options.steps = steps
    options.restart = 0.4
    options.hubExponent = 0
    options.caution = 0
    let pixie = Pixie(snapshot, hop: back, options: options, execution: Execution(threads: threads))
    let query = query([3], seed: 5)
    let visits = try pixie.visits(for: query)
    let session = try session(pixie)
    var found: [NodeID: Double] = [:]
    for count in visits.candidates {
      let explanation = try #require(try session.explanation(of: count.node, for: query, limit: 1000))
      #expect(abs(explanation.score * Double(steps) - count.visits) < 1e-9 * count.visits)
      for part in explanation.parts {
        let way = try #require(part.way.first)
        found[way, default: 0] += part.amount * Double(steps)
      }
    }
    #expect(found.count == visits.connectors.count)
    for count in visits.connectors { #expect(abs((found[count.node] ?? 0) - count.visits) < 1e-9 * count.visits) }
  }

  @Test(arguments: UInt64(0)..<6)
  func `parts of several sources share the score as their roots do, and add up`(seed: UInt64) throws {
    let snapshot = try women()
    var options = PixieOptions()
    options.restart = [1, 0.5, 0.1][Int(seed % 3)]
    options.steps = 9000
    // Each source alone has the visits that it has among others when it has the same steps.
    let pixie = Pixie(snapshot, hop: back, options: options)
    let session = try session(pixie)
    let query = query([1, 6, 12], seed: seed, excluded: [1, 6, 12])
    for target in 0..<UInt32(14) {
      let node = NodeID(type: event, index: target)
      let score = try session.scores(of: [node], for: query)[0]
      let found = try session.explanation(of: node, for: query, limit: 1000)
      #expect(found?.score == score)
      guard let found, let score else { continue }
      #expect(abs(found.total - score) <= 1e-9 * score)
      #expect(found.parts.allSatisfy { $0.amount > 0 })
      // Everyone named was at the event.
      let row = snapshot.relations[0].reverse
      let guests = try Set(row.edges(of: target).map { try row.neighbor(at: $0) })
      #expect(found.parts.allSatisfy { guests.contains($0.way[0].index) })
      let few = try #require(try session.explanation(of: node, for: query, limit: 2))
      #expect(few.parts == Array(found.parts.prefix(2)))
      #expect(abs(few.remainder - found.parts.dropFirst(2).reduce(0) { $0 + $1.amount }) <= 1e-12 * score)
    }
  }

  @Test func `a walk from a user names nobody in between for what the user has`() throws {
    let snapshot = try women()
    let evelyn = NodeID(type: woman, index: 0)
    var options = PixieOptions()
    options.restart = 1
    let session = try session(Pixie(snapshot, hop: back, options: options))
    let query = Query(sources: [WeightedSource(evelyn)], candidates: CandidateFilter(type: event))
    let found = try #require(
      try session.explanation(of: NodeID(type: event, index: 0), for: query, limit: 5))
    #expect(found.parts.map(\.way) == [[]])
    #expect(found.parts.map(\.source) == [evelyn])
    #expect(abs(found.parts[0].amount - found.score) <= 1e-12 * found.score)
  }

  @Test func `an early stop is explained as it was walked`() throws {
    let snapshot = try women()
    var options = PixieOptions()
    options.steps = 500_000
    options.restart = 0.3
    options.earlyStop = PixieOptions.EarlyStop(candidates: 10, visits: 200)
    let pixie = Pixie(snapshot, hop: back, options: options)
    let query = query([4, 9], seed: 3)
    guard case .walk(let steps, let budget) = try pixie.rank(query, k: 5).effort else {
      Issue.record("a walk has steps")
      return
    }
    #expect(steps < budget)
    let session = try session(pixie)
    for target in 0..<UInt32(14) {
      let node = NodeID(type: event, index: target)
      let found = try #require(try session.explanation(of: node, for: query, limit: 100))
      #expect(try session.scores(of: [node], for: query) == [found.score])
      #expect(abs(found.total - found.score) <= 1e-9 * found.score)
    }
  }
}

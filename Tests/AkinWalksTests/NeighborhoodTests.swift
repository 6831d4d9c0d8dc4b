import AkinGraph
import AkinParallel
import AkinRanking
import AkinWalks
import Foundation
import TestSupport
import Testing

@Suite struct NeighborhoodTests {
  let event = NodeTypeID(rawValue: 1)
  let back = Hop(relation: 0, direction: .reverse)

  func women() throws -> Snapshot { try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event") }

  func neighborhoods(_ change: (inout NeighborhoodOptions) -> Void = { _ in }, threads: Int = 1) throws -> Neighborhoods
  {
    let snapshot = try women()
    var options = NeighborhoodOptions()
    change(&options)
    return try Neighborhoods(
      snapshot, along: .alternating(back, in: snapshot.schema), options: options, execution: Execution(threads: threads)
    )
  }

  /// Two-hop probabilities by counting in the list of pairs.
  func transition(from: Int) throws -> [Double] {
    let pairs = try southernWomen()
    var events: [String] = []
    for pair in pairs where !events.contains(pair.1) { events.append(pair.1) }
    var result = [Double](repeating: 0, count: events.count)
    let guests = pairs.filter { $0.1 == events[from] }.map(\.0)
    for guest in guests {
      let attended = pairs.filter { $0.0 == guest }.map(\.1)
      for event in attended { result[events.firstIndex(of: event)!] += 1 / Double(guests.count * attended.count) }
    }
    return result
  }

  /// After one step the walks are independent draws, so a share of n of them is off by more than 5 standard errors with
  /// probability below 1e-6.
  @Test func `weights are the shares of walks that end at a neighbour`() throws {
    let walks = 200_000
    let all = try neighborhoods {
      $0.walks = walks
      $0.length = 1
      $0.size = 100
    }
    for source in 0..<14 {
      let expected = try transition(from: source)
      let elsewhere = 1 - expected[source]
      let found = try all.neighbors(of: UInt32(source))
      #expect(
        Set(found.map(\.node)) == Set(expected.indices.filter { $0 != source && expected[$0] > 0 }.map(UInt32.init)))
      for (node, weight) in found {
        let share = expected[Int(node)] / elsewhere
        let error = (share * (1 - share) / (Double(walks) * elsewhere)).squareRoot()
        #expect(abs(Double(weight) - share) < 5 * error + 1e-6)
        // A matrix that is 10 % off would be found out for the neighbours that count.
        if share > 0.1 { #expect(abs(Double(weight) - share * 1.1) > 5 * error) }
      }
    }
  }

  @Test func `rows are sorted, cut and normalised`() throws {
    let all = try neighborhoods { $0.size = 5 }
    let rows = try all.all()
    #expect(rows.count == 14 && rows.offsets.count == 15 && rows.offsets.last == UInt64(rows.neighbors.count))
    let wide = try neighborhoods { $0.size = 100 }.all()
    for node in 0..<14 {
      let row = Int(rows.offsets[node])..<Int(rows.offsets[node + 1])
      #expect(row.count <= 5 && !row.isEmpty)
      #expect(!rows.neighbors[row].contains(UInt32(node)))
      #expect(abs(rows.weights[row].reduce(0, +) - 1) < 1e-5)
      #expect(
        zip(row, row.dropFirst()).allSatisfy {
          rows.weights[$0] > rows.weights[$1]
            || (rows.weights[$0] == rows.weights[$1] && rows.neighbors[$0] < rows.neighbors[$1])
        })
      // The largest of all, in the same order.
      let start = Int(wide.offsets[node])
      #expect(Array(rows.neighbors[row]) == Array(wide.neighbors[start..<start + row.count]))
    }
  }

  @Test func `rows do not depend on threads, on other nodes or on where work was taken up`() throws {
    let all = try neighborhoods()
    let rows = try all.all()
    #expect(try neighborhoods(threads: 3).all() == rows)
    for node in UInt32(0)..<14 {
      let row = Int(rows.offsets[Int(node)])..<Int(rows.offsets[Int(node) + 1])
      let own = try all.neighbors(of: node)
      #expect(own.map(\.node) == Array(rows.neighbors[row]) && own.map(\.weight) == Array(rows.weights[row]))
    }
    let first = try all.rows(of: 0..<6)
    var told = 0
    #expect(try all.all(after: first) { told = $0.count } == rows)
    #expect(told == 14)
    #expect(try neighborhoods { $0.seed = 1 }.all() != rows)
  }

  @Test func `a node without an edge has an empty row`() throws {
    let board = try Checkerboard()
    let all = try Neighborhoods(board.snapshot, along: .alternating(board.hop, in: board.snapshot.schema))
    let rows = try all.all()
    #expect(rows.count == Checkerboard.itemCount + 1)
    #expect(rows.offsets[Checkerboard.itemCount] == rows.offsets[Checkerboard.itemCount + 1])
    // Two communities that share nothing.
    for node in 0..<Checkerboard.itemCount {
      let row = Int(rows.offsets[node])..<Int(rows.offsets[node + 1])
      #expect(rows.neighbors[row].allSatisfy { Int($0) % 2 == node % 2 })
    }
  }

  @Test func `hard negatives come from the window of ranks, each once`() throws {
    let snapshot = try women()
    let pixie = Pixie(snapshot, hop: back)
    let source = NodeID(type: event, index: 3)
    let query = Query(
      sources: [WeightedSource(source)], candidates: CandidateFilter(type: event, excluded: NodeSet([3])), seed: 9)
    let ranked = try pixie.rank(query, k: 14).items.map(\.node.index)
    let drawn = try Neighborhoods.hardNegatives(of: source, ranks: 4..<9, count: 3, by: pixie, seed: 9)
    #expect(drawn.count == 3 && Set(drawn).count == 3 && Set(drawn).isSubset(of: ranked[4..<9]))
    #expect(try Neighborhoods.hardNegatives(of: source, ranks: 4..<9, count: 3, by: pixie, seed: 9) == drawn)
    #expect(
      Set(try Neighborhoods.hardNegatives(of: source, ranks: 4..<9, count: 50, by: pixie, seed: 9))
        == Set(ranked[4..<9]))
    #expect(try Neighborhoods.hardNegatives(of: source, ranks: 500..<900, count: 3, by: pixie).isEmpty)
  }
}

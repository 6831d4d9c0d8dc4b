import AkinGraph
import AkinNeighbors
import AkinRanking
import TestSupport

/// A small random graph of users, items and ratings, with the dense matrix that it was made from.
struct RatedGraph {
  var snapshot: Snapshot
  /// By item, then user; `nil` where there is no edge.
  var numbers: [[Double?]]
  var times: [[Double?]]

  static let item = NodeTypeID(rawValue: 1)
  static let user = NodeTypeID(rawValue: 0)
  /// From items to users.
  static let hop = Hop(relation: 0, direction: .reverse)

  enum Content { case binary, weights, values }

  init(seed: UInt64, content: Content, maxItems: Int = 14, maxUsers: Int = 12) throws {
    var random = SplitMix64(seed: seed)
    let items = Int.random(in: 1...maxItems, using: &random)
    let users = Int.random(in: 1...maxUsers, using: &random)
    let density = Double.random(in: 0.05...0.9, using: &random)
    numbers = Array(repeating: Array(repeating: nil, count: users), count: items)
    times = numbers
    for item in 0..<items {
      for user in 0..<users where Double.random(in: 0..<1, using: &random) < density {
        numbers[item][user] =
          switch content {
          case .binary: 1
          case .weights: Double(Int.random(in: 1...10, using: &random)) / 2
          case .values: Double(Int.random(in: -5...5, using: &random))
          }
        times[item][user] =
          Int.random(in: 0..<5, using: &random) == 0
          ? nil : Double(Int.random(in: 1_000_000...1_000_400, using: &random))
      }
    }
    // Some items are equal, so that there are ties.
    for _ in 0..<3 {
      let (from, to) = (Int.random(in: 0..<items, using: &random), Int.random(in: 0..<items, using: &random))
      numbers[to] = numbers[from]
      times[to] = times[from]
    }
    snapshot = try Self.snapshot(numbers, times, content)
  }

  init(_ numbers: [[Double?]], content: Content) throws {
    self.numbers = numbers
    times = numbers.map { $0.map { _ in nil } }
    snapshot = try Self.snapshot(numbers, times, content)
  }

  private static func snapshot(_ numbers: [[Double?]], _ times: [[Double?]], _ content: Content) throws -> Snapshot {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let relation = builder.addRelation("rated", from: user, to: item, duplicates: .last)
    for number in numbers.indices { _ = try builder.intern("i\(number)", type: item) }
    for number in numbers[0].indices { _ = try builder.intern("u\(number)", type: user) }
    for (row, numbers) in numbers.enumerated() {
      for (column, number) in numbers.enumerated() {
        guard let number else { continue }
        builder.addEdge(
          relation, from: UInt32(column), to: UInt32(row), weight: content == .weights ? Float(number) : nil,
          value: content == .values ? Float(number) : nil,
          time: times[row][column].map { Int64($0) } ?? TimeColumn.unknown)
      }
    }
    return try builder.build().snapshot
  }

  /// What the method should find, by brute force: every row sorted in full.
  func table(k: Int, _ score: (Int, Int) -> Double) -> [[(Int, Double)]] {
    numbers.indices.map { row in
      let scored = numbers.indices.filter { $0 != row }.map { ($0, score(row, $0)) }.filter { $0.1 > 1e-9 }
      return Array(scored.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(k))
    }
  }
}

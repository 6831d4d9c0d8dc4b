import AkinGraph
import AkinRanking
import TestSupport

/// Users and items in communities: each user has items of the own community for the most part, drawn by a seed.
struct CommunityGraph {
  let snapshot: Snapshot
  /// The items of each user, ascending.
  let rows: [[UInt32]]
  let itemCount: Int
  let items: NodeTypeID
  /// From items to users.
  let hop = Hop(relation: 0, direction: .reverse)

  /// - Parameter isolated: whether a user and an item without edges come last.
  init(
    seed: UInt64, users: Int, items: Int, communities: Int = 2, degree: Int, strangers: Double = 0.1,
    isolated: Bool = true
  ) throws {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    let userType = builder.addNodeType("user")
    self.items = builder.addNodeType("item")
    let saved = builder.addRelation("saved", from: userType, to: self.items, duplicates: .last)
    itemCount = items + (isolated ? 1 : 0)
    for user in 0..<users + (isolated ? 1 : 0) { _ = try builder.intern("u\(user)", type: userType) }
    for item in 0..<itemCount { _ = try builder.intern("i\(item)", type: self.items) }
    var rows: [[UInt32]] = []
    for user in 0..<users {
      var row = Set<UInt32>()
      while row.count < degree {
        let item = Int.random(in: 0..<items, using: &random)
        guard item % communities == user % communities || Double.random(in: 0..<1, using: &random) < strangers else {
          continue
        }
        row.insert(UInt32(item))
      }
      rows.append(row.sorted())
      for item in rows[user] { builder.addEdge(saved, from: UInt32(user), to: item) }
    }
    self.rows = rows
    snapshot = try builder.build().snapshot
  }

  func query(_ history: [UInt32]) -> Query {
    Query(
      sources: history.map { WeightedSource(NodeID(type: items, index: $0)) },
      candidates: CandidateFilter(type: items, excluded: NodeSet(history)))
  }
}

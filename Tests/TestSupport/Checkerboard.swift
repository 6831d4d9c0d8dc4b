public import AkinGraph
public import AkinRanking

/// Two communities that share nothing: even users save even items, odd users odd ones. Of their own colour each user
/// has not saved the items listed in `unseen`, and those are the only right answers.
public struct Checkerboard: Sendable {
  public static let userCount = 24
  public static let itemCount = 24

  /// With times and a relation from items to the category of their colour; the last user and the last item have no edge.
  public let snapshot: Snapshot
  public let users: NodeTypeID
  public let items: NodeTypeID
  /// By user.
  public let seen: [[UInt32]]
  public let unseen: [[UInt32]]

  public init() throws {
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let categories = builder.addNodeType("category")
    let saved = builder.addRelation("saved", from: users, to: items, duplicates: .last)
    let inCategory = builder.addRelation("in", from: items, to: categories, duplicates: .last)
    for user in 0...Self.userCount { _ = try builder.intern("u\(user)", type: users) }
    for item in 0...Self.itemCount { _ = try builder.intern("i\(item)", type: items) }
    for color in 0..<2 { _ = try builder.intern("c\(color)", type: categories) }
    var seen = [[UInt32]](repeating: [], count: Self.userCount)
    var unseen = seen
    for user in 0..<Self.userCount {
      for item in 0..<Self.itemCount where item % 2 == user % 2 {
        // Three of the twelve items of a colour, other ones for each user.
        if (item / 2 + user / 2) % 4 == 0 {
          unseen[user].append(UInt32(item))
        } else {
          seen[user].append(UInt32(item))
          builder.addEdge(
            saved, from: UInt32(user), to: UInt32(item), time: 1_600_000_000 + Int64(user * 100 + item) * 3600)
        }
      }
    }
    for item in 0..<Self.itemCount { builder.addEdge(inCategory, from: UInt32(item), to: UInt32(item % 2)) }
    snapshot = try builder.build().snapshot
    self.users = users
    self.items = items
    self.seen = seen
    self.unseen = unseen
  }

  /// From items to the users who saved them.
  public var hop: Hop { Hop(relation: 0, direction: .reverse) }

  public func query(for user: Int, seed: UInt64 = 0) -> Query {
    Query(
      sources: seen[user].map { WeightedSource(NodeID(type: items, index: $0)) },
      candidates: CandidateFilter(type: items, excluded: NodeSet(seen[user])), seed: seed)
  }
}

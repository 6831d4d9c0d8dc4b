import AkinGraph
import AkinParallel

/// A bipartite graph of any size: users save items, each pair drawn at random, so that nothing but the size decides how
/// much of it a cache can hold. Parallel edges stay, weights are 1 to 5, times are of one year.
struct BenchmarkGraph {
  let snapshot: Snapshot
  /// From items to users.
  let hop = Hop(relation: 0, direction: .reverse)

  init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  /// - Parameter edges: a twentieth as many users, a fortieth as many items.
  init(edges: Int, hasWeights: Bool = false, hasTimes: Bool = false) throws {
    let users = max(10, edges / 20)
    let items = max(10, edges / 40)
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    for index in 0..<users { _ = try builder.intern("u\(index)", type: user) }
    for index in 0..<items { _ = try builder.intern("i\(index)", type: item) }
    let saved = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
    var random = RandomStream(seed: 7, stream: UInt64(edges))
    for _ in 0..<edges {
      builder.addEdge(
        saved, from: random.draw(below: UInt32(users)), to: random.draw(below: UInt32(items)),
        weight: hasWeights ? Float(1 + random.draw(below: 5)) : nil,
        time: hasTimes ? Int64(random.draw(below: 31_536_000)) : TimeColumn.unknown)
    }
    snapshot = try builder.build().snapshot
  }
}

import AkinGraph
import AkinParallel
import Glibc

/// A bipartite graph of any size with what makes real ones hard and easy: popular items, users of many tastes, and
/// communities, so that what is near a source is not what is near every other. Repeated pairs count once.
struct CommunityGraph {
  let snapshot: Snapshot

  /// - Parameter edges: about as many, a twentieth as many users, a fortieth as many items, a community for each 400 items.
  init(edges: Int) throws {
    let users = max(20, edges / 20)
    let items = max(10, edges / 40)
    let communities = max(1, items / 400)
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    for index in 0..<users { _ = try builder.intern("u\(index)", type: user) }
    for index in 0..<items { _ = try builder.intern("i\(index)", type: item) }
    let saved = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
    // Items c, c + communities, … are those of community c, the popular first.
    for index in 0..<users {
      var random = RandomStream(seed: 11, stream: UInt64(index))
      let home = Int(random.draw(below: UInt32(communities)))
      // A power law with a mean of 20, from 5 on.
      let degree = min(1000, Int(5 * pow(1 - random.drawUnit(), -0.75)))
      var seen = Set<UInt32>()
      for _ in 0..<degree {
        // Ranks of popularity by a power law, within the community for three edges of four.
        let place = pow(random.drawUnit(), 2.5)
        let isHome = random.drawUnit() < 0.75
        let node =
          isHome
          ? min(items - 1, Int(place * Double(items / communities)) * communities + home)
          : Int(place * Double(items))
        if seen.insert(UInt32(node)).inserted { builder.addEdge(saved, from: UInt32(index), to: UInt32(node)) }
      }
    }
    snapshot = try builder.build().snapshot
  }
}

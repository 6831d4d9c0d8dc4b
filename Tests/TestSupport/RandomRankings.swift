/// Ranked lists and held-out items of made-up users, as plain arrays: what metrics are tried on.
public struct RandomRankings: Sendable {
  public var itemCount: Int
  /// By user, best first, each item once; some short, some empty unless `length` is fixed.
  public var lists: [[UInt32]] = []
  /// By user, in no order; some empty unless `length` is fixed.
  public var relevant: [[UInt32]] = []
  /// Of the relevant items, 1 to 4.
  public var grades: [[Float]] = []
  /// By user, with nothing of the list or the relevant items in it.
  public var history: [[UInt32]] = []

  /// - Parameter length: of every list; `nil` for random lengths up to 12.
  public init(users: Int, items: Int, length: Int? = nil, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    itemCount = items
    for _ in 0..<users {
      let catalog = (0..<UInt32(items)).shuffled(using: &random)
      let seen = catalog.prefix(Int.random(in: 1...max(1, items / 6), using: &random))
      let candidates = catalog.dropFirst(seen.count)
      let own = candidates.prefix(length ?? Int.random(in: 0...min(12, candidates.count), using: &random))
      // Relevant items come from the front of the same shuffle, so that hits are common.
      let pool = candidates.prefix(max(own.count * 2, 8)).shuffled(using: &random)
      let relevant = pool.prefix(Int.random(in: (length == nil ? 0 : 1)...min(9, pool.count), using: &random))
      lists.append(own.shuffled(using: &random))
      self.relevant.append(Array(relevant))
      grades.append(relevant.map { _ in Float(Int.random(in: 1...4, using: &random)) })
      history.append(Array(seen))
    }
  }
}

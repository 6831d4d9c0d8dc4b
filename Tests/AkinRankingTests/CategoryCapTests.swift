import AkinRanking
import Testing

@Suite struct CategoryCapTests {
  static let type = NodeTypeID(rawValue: 0)

  /// Ranks nodes 0, 1, 2 … by index, of which there are `count`.
  final class InOrder: RankingSession {
    let count: Int
    var depths: [Int] = []
    init(count: Int) { self.count = count }

    func rank(_ query: Query, k: Int) throws -> RankedList {
      depths.append(k)
      let items = (0..<min(k, count)).map {
        RankedNode(node: NodeID(type: CategoryCapTests.type, index: UInt32($0)), score: Double(count - $0))
      }
      return RankedList(
        items: items, shortfall: items.count < k ? .reachedOnly(count, filtered: 0) : nil,
        effort: .scan(candidates: count))
    }

    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] { nodes.map { _ in nil } }
  }

  let query = Query(
    sources: [WeightedSource(NodeID(type: type, index: 0))], candidates: CandidateFilter(type: type))

  private func cap(_ categories: [UInt32?], limit: Int) -> CategoryCap {
    CategoryCap(nodeCount: categories.count, limit: limit) { categories[Int($0)].map { [$0] } ?? [] }
  }

  @Test func `the next best takes the place of one too many`() throws {
    // Nine of category 1 lead; after them come 2, 3, 2, 3 …; 20 and 21 have no category.
    let mixed: [UInt32] = [2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2]
    let categories = [UInt32?](repeating: 1, count: 9) + mixed + [nil, nil]
    let session = InOrder(count: 22)
    let list = try session.rank(query, k: 5, cap: cap(categories, limit: 2))
    #expect(list.items.map(\.node.index) == [0, 1, 9, 10, 11])
    #expect(list.leftOut == 7)
    #expect(list.shortfall == nil)
    #expect(session.depths == [5, 20])
  }

  @Test func `a list that cannot be full says what was left out, and why`() throws {
    let categories = [UInt32?](repeating: 1, count: 20) + [nil, nil]
    let list = try InOrder(count: 22).rank(query, k: 10, cap: cap(categories, limit: 3))
    #expect(list.items.map(\.node.index) == [0, 1, 2, 20, 21])
    #expect(list.leftOut == 17)
    #expect(list.shortfall == .reachedOnly(22, filtered: 0))
  }

  @Test func `without too many nothing changes`() throws {
    let session = InOrder(count: 22)
    let list = try session.rank(query, k: 22, cap: cap([UInt32?](repeating: 4, count: 22), limit: 22))
    #expect(list.items == (try session.rank(query, k: 22)).items)
    #expect(list.leftOut == 0 && list.shortfall == nil)
  }

  @Test func `a node of several categories is left out when one of them is full`() {
    // 0: a, 1: a and b, 2: b, 3: a, 4: b and c, 5: none, 6: c, 7: c
    let categories: [[UInt32]] = [[0], [0, 1], [1], [0], [1, 2], [], [2], [2]]
    let cap = CategoryCap(nodeCount: 8, limit: 2) { categories[Int($0)] }
    let ranked = (0..<8).map { RankedNode(node: NodeID(type: Self.type, index: UInt32($0)), score: Double(8 - $0)) }
    let (items, leftOut) = cap.selection(from: ranked, k: 8)
    #expect(items.map(\.node.index) == [0, 1, 2, 5, 6, 7])
    #expect(leftOut == 2)
  }
}

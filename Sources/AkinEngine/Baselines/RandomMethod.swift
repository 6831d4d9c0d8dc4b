import AkinGraph
import AkinParallel
import AkinRanking

extension MethodDefinition {
  /// Any candidate as good as any other: what chance alone achieves.
  static let random = MethodDefinition(
    name: "random", summary: "drawn by lot", isPersonalized: false, parameters: [],
    make: { context in
      RandomRanking(
        type: context.snapshot.origin(of: context.hop),
        count: context.snapshot.adjacency(context.hop).nodeCount, info: context.info(of: "random"))
    })
}

/// Gives each candidate a score drawn uniformly from 0..<1, from the seed and the sources of the query.
///
/// - Complexity: O(candidates) a query.
struct RandomRanking: Recommender {
  let type: NodeTypeID
  let count: Int
  let info: MethodInfo

  func makeSession() -> any RankingSession { Session(method: self) }

  private final class Session: RankingSession {
    let method: RandomRanking
    init(method: RandomRanking) { self.method = method }

    func rank(_ query: Query, k: Int) throws -> RankedList {
      precondition(k >= 1, "k must be at least 1, found \(k)")
      let seed = try method.seed(of: query)
      var top = TopK(min(k, method.count))
      var admitted = 0
      for index in 0..<UInt32(method.count) where query.candidates.admits(index) {
        admitted += 1
        top.offer(index, score: method.score(of: index, seed: seed))
      }
      return RankedList(
        items: top.ranked(type: method.type),
        shortfall: admitted < k ? .reachedOnly(admitted, filtered: method.count - admitted) : nil,
        effort: .scan(candidates: method.count))
    }

    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
      let seed = try method.seed(of: query)
      return nodes.map { node in
        guard node.type == method.type, Int(node.index) < method.count, query.candidates.admits(node.index) else {
          return nil
        }
        return method.score(of: node.index, seed: seed)
      }
    }
  }

  /// Two users get different lists under one seed; the order of the sources makes no difference.
  private func seed(of query: Query) throws(BaselineError) -> UInt64 {
    guard query.candidates.type == type else { throw .candidateTypeMismatch(method: info.name) }
    return query.sources.reduce(query.seed) { seed, source in
      seed &+ mix64(UInt64(source.node.type.rawValue) << 32 | UInt64(source.node.index))
    }
  }

  private func score(of index: UInt32, seed: UInt64) -> Double {
    var random = RandomStream(seed: seed, stream: UInt64(index))
    return random.drawUnit()
  }
}

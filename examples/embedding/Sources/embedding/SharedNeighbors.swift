import AkinGraph
import AkinRanking

/// A method of one's own: a candidate's score is how many connectors it shares with the sources, weighted by theirs.
/// Akin's commands get it with a `MethodDefinition` and a line in `MethodRegistry.all`.
struct SharedNeighbors: Recommender {
  let snapshot: Snapshot
  /// From candidates to what connects them.
  let hop: Hop

  var info: MethodInfo {
    MethodInfo(name: "shared-neighbors", parameters: [], fingerprint: snapshot.fingerprint)
  }

  func makeSession() -> any RankingSession { Session(method: self) }

  private final class Session: RankingSession {
    let method: SharedNeighbors

    init(method: SharedNeighbors) { self.method = method }

    func rank(_ query: Query, k: Int) throws -> RankedList {
      let (found, edges) = try scores(for: query)
      let admitted = found.filter { query.candidates.admits($0.key) }
      var best = TopK(min(k, max(1, admitted.count)))
      for (index, score) in admitted { best.offer(index, score: score) }
      let items = best.ranked(type: query.candidates.type)
      let shortfall: Shortfall? =
        items.count < k
        ? found.isEmpty ? .isolatedSources : .reachedOnly(items.count, filtered: found.count - admitted.count) : nil
      return RankedList(items: items, shortfall: shortfall, effort: .exact(edges: edges))
    }

    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
      let found = try scores(for: query).found
      let type = query.candidates.type
      return nodes.map { $0.type == type && query.candidates.admits($0.index) ? found[$0.index] : nil }
    }

    private func scores(for query: Query) throws -> (found: [UInt32: Double], edges: Int) {
      guard query.candidates.type == method.snapshot.origin(of: method.hop) else { throw CannotRankType() }
      let outward = method.snapshot.adjacency(method.hop)
      let back = Hop(relation: method.hop.relation, direction: method.hop.direction.opposite)
      let inward = method.snapshot.adjacency(back)
      var found: [UInt32: Double] = [:]
      var edges = 0
      for source in query.sources {
        for edge in try outward.edges(of: source.node.index) {
          for way in try inward.edges(of: outward.neighbor(at: edge)) {
            found[try inward.neighbor(at: way), default: 0] += source.weight
            edges += 1
          }
        }
      }
      return (found, edges)
    }
  }
}

struct CannotRankType: Error {}

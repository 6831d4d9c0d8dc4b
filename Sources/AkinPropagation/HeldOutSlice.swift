import AkinGraph
import AkinParallel
import AkinRanking
import Glibc

/// A part of some users' histories that training does not see, to tell when it has learned enough.
struct HeldOutSlice: Sendable {
  /// The graph without the slice.
  let train: Snapshot
  /// What is asked: the rest of each user's history, without itself in the answer.
  private let queries: [Query]
  /// What should be answered.
  private let hidden: [NodeSet]

  /// Graphs with fewer edges can spare nothing.
  static let smallestGraph = 2000

  /// `nil` where the graph is too small, or has too few users with five items or more.
  ///
  /// Who is in the slice and what of theirs is decided by a hash of seed, user and item, so parallel edges go together.
  init?(_ snapshot: Snapshot, hop: Hop, options: LightGCNOptions, execution: Execution) throws {
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    guard options.heldOutShare > 0, options.heldOutUsers > 0, inward.edgeCount >= Self.smallestGraph else { return nil }
    let seed = mix64(options.seed ^ 0x736C_6963_65)
    var histories: [(user: UInt32, items: [UInt32])] = []
    for user in 0..<UInt32(inward.nodeCount) where try inward.degree(of: user) >= 5 {
      let items = try inward.edges(of: user).map { try inward.neighbor(at: $0) }.removingRepetitions()
      if items.count >= 5 { histories.append((user, items)) }
    }
    histories.sort { (mix64(seed &+ UInt64($0.user)), $0.user) < (mix64(seed &+ UInt64($1.user)), $1.user) }
    let chosen = histories.prefix(min(options.heldOutUsers, histories.count / 2)).sorted { $0.user < $1.user }
    guard chosen.count >= 10 else { return nil }
    var heldOut: [UInt32: [UInt32]] = [:]
    let type = snapshot.origin(of: hop)
    var (queries, hidden): ([Query], [NodeSet]) = ([], [])
    for (user, items) in chosen {
      let count = min(items.count - 1, max(1, Int((Float(items.count) * options.heldOutShare).rounded())))
      let key = mix64(seed ^ UInt64(user) << 32)
      let shuffled = items.sorted { (mix64(key &+ UInt64($0)), $0) < (mix64(key &+ UInt64($1)), $1) }
      heldOut[user] = shuffled[..<count].sorted()
      hidden.append(NodeSet(shuffled[..<count]))
      let rest = NodeSet(shuffled[count...])
      queries.append(
        Query(
          sources: rest.indices.map { WeightedSource(NodeID(type: type, index: $0)) },
          candidates: CandidateFilter(type: type, excluded: rest)))
    }
    train = try snapshot.keepingEdges(of: hop.relation, execution: execution) { edge in
      let (user, item) = hop.direction == .reverse ? (edge.source, edge.target) : (edge.target, edge.source)
      return heldOut[user].map { !$0.span.contains(item) } ?? true
    }
    self.queries = queries
    self.hidden = hidden
  }

  var userCount: Int { queries.count }

  /// The mean NDCG@20 of the answers of `method`, which was made from `train`.
  func ndcg(of method: some Recommender, execution: Execution) throws -> Double {
    let gains = (0..<20).map { 1 / log2(Double($0 + 2)) }
    let sums = try concurrentMap(count: queries.count, chunkSize: 256, execution: execution) { range in
      let lists = try method.makeSession().lists(for: Array(queries[range]), k: 20)
      return zip(range, lists).reduce(0.0) { sum, answer in
        let relevant = hidden[answer.0]
        let gain = zip(answer.1.items, gains).reduce(0.0) { $0 + (relevant.contains($1.0.node.index) ? $1.1 : 0) }
        return sum + gain / gains.prefix(relevant.count).reduce(0, +)
      }
    }
    return sums.reduce(0, +) / Double(queries.count)
  }
}

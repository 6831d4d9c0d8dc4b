import AkinGraph
public import AkinRanking

/// Why a node is not in a list.
public struct WhyNot: Sendable, Equatable {
  /// The node that was asked about.
  public var node: NodeID
  /// Length of the list that it was looked for in.
  public var k: Int
  /// The first reason that applies.
  public var cause: Cause
  /// From 1, among all candidates with a score; `nil` without a score.
  public var rank: Int?
  /// Its score on the scale of the list; `nil` where the method gives it none, or it may not be listed.
  public var score: Double?
  /// How many candidates have a score.
  public var rankedCount: Int
  /// The last of the list: what the node would have to beat.
  public var last: RankedNode?
  /// Where the node would stand if nothing left it out.
  public var unfiltered: RankAndScore?
  /// What leads from the sources to the node; `nil` where they are of types that the hop does not join.
  public var connection: Connection?

  /// A place in a list.
  public struct RankAndScore: Sendable, Equatable {
    /// From 1.
    public var rank: Int
    /// On the scale of the list.
    public var score: Double
  }

  /// Why it is where it is. Reasons that keep it out whatever it scores come first.
  public enum Cause: Sendable, Equatable {
    /// It is in the list.
    case listed
    case otherType(found: String, expected: String)
    case isSource
    /// The asker has it already, by this relation.
    case seen(relation: String)
    /// A rule leaves it out.
    case filtered
    /// It has no edge of the relation that the method follows.
    case isolated(relation: String)
    /// The sources and it share no neighbour, and the method went no further or found nothing there.
    case unconnected
    /// It shares neighbours with the sources, but the method gives it no score.
    case withoutScore
    /// Others score higher.
    case outscored
  }

  /// The neighbours that a node shares with the sources, and how many ways each of them has to share between.
  public struct Connection: Sendable, Equatable {
    /// How many neighbours they share.
    public var sharedCount: Int
    /// The shared neighbour with most edges: it passes on least of what reaches it along each.
    public var hub: NodeID?
    /// Edges of the hub; 0 where nothing is shared.
    public var hubDegree: Int
    /// The middle of the shared neighbours' degrees.
    public var medianDegree: Int
    /// Edges of the node itself.
    public var degree: Int
    /// The middle of the degrees of what is in the list.
    public var listedMedianDegree: Int
  }
}

extension Engine {
  /// Why `node` is not among the first `k` answers to `question`.
  ///
  /// - Throws: what the method throws; `GraphError.damagedData`.
  /// - Complexity: two queries that rank every candidate.
  public func whyNot(_ node: NodeID, for question: Question, by method: any Recommender, k: Int) throws -> WhyNot {
    let session = method.makeSession()
    let candidates = question.query.candidates
    let count = max(1, snapshot.table(of: candidates.type).count)
    let all = try session.rank(question.query, k: count).items
    let position = all.firstIndex { $0.node == node }
    let listed = Array(all.prefix(k))
    var answer = WhyNot(
      node: node, k: k, cause: .outscored, rank: position.map { $0 + 1 }, score: position.map { all[$0].score },
      rankedCount: all.count, last: listed.last)
    answer.connection = try connection(of: node, with: question, listed: listed.map(\.node))
    answer.cause = try cause(of: node, question, position: position, k: k, answer.connection)
    switch answer.cause {
    case .isSource, .seen, .filtered:
      let open = Query(
        sources: question.query.sources,
        candidates: CandidateFilter(
          type: candidates.type, excluded: NodeSet(candidates.excluded.indices.filter { $0 != node.index }),
          allowed: candidates.allowed.map { NodeSet($0.indices + [node.index]) }), seed: question.query.seed)
      let items = try session.rank(open, k: count).items
      if let position = items.firstIndex(where: { $0.node == node }) {
        answer.unfiltered = WhyNot.RankAndScore(rank: position + 1, score: items[position].score)
      }
    default: break
    }
    return answer
  }

  private func cause(
    of node: NodeID, _ question: Question, position: Int?, k: Int, _ connection: WhyNot.Connection?
  ) throws -> WhyNot.Cause {
    if let position { return position < k ? .listed : .outscored }
    let schema = snapshot.schema
    let candidates = question.query.candidates
    guard node.type == candidates.type else {
      return .otherType(found: schema.name(of: node.type), expected: schema.name(of: candidates.type))
    }
    if !candidates.admits(node.index) {
      if let asker = question.asker {
        for number in schema.roles.seenRelations {
          let relation = schema.relations[number]
          guard relation.sourceType == asker.type, relation.targetType == node.type else { continue }
          let adjacency = snapshot.relations[number].forward
          for edge in try adjacency.edges(of: asker.index) where try adjacency.neighbor(at: edge) == node.index {
            return .seen(relation: relation.name)
          }
        }
      }
      return question.query.sources.contains { $0.node == node } ? .isSource : .filtered
    }
    if snapshot.origin(of: question.hop) == node.type, try snapshot.adjacency(question.hop).degree(of: node.index) == 0
    {
      return .isolated(relation: schema.relations[question.hop.relation].name)
    }
    return (connection?.sharedCount ?? 0) == 0 ? .unconnected : .withoutScore
  }

  /// - Complexity: O(edges of sources, of the node, and of the neighbours that they share).
  private func connection(of node: NodeID, with question: Question, listed: [NodeID]) throws -> WhyNot.Connection? {
    let hop = question.hop
    guard node.type == snapshot.origin(of: hop) else { return nil }
    let outward = snapshot.adjacency(hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    var near: Set<UInt32> = []
    for source in question.query.sources.map(\.node) where source != node {
      if source.type == node.type {
        for edge in try outward.edges(of: source.index) { near.insert(try outward.neighbor(at: edge)) }
      } else if source.type == snapshot.destination(of: hop) {
        near.insert(source.index)
      }
    }
    var shared: [(degree: Int, index: UInt32)] = []
    var met: Set<UInt32> = []
    let row = try outward.edges(of: node.index)
    for edge in row {
      let neighbor = try outward.neighbor(at: edge)
      guard near.contains(neighbor), met.insert(neighbor).inserted else { continue }
      shared.append((try inward.degree(of: neighbor), neighbor))
    }
    shared.sort { ($1.degree, $0.index) < ($0.degree, $1.index) }
    let degrees = try listed.filter { $0.type == node.type }.map { try outward.degree(of: $0.index) }.sorted()
    return WhyNot.Connection(
      sharedCount: shared.count, hub: shared.first.map { NodeID(type: snapshot.destination(of: hop), index: $0.index) },
      hubDegree: shared.first?.degree ?? 0, medianDegree: Self.median(shared.map(\.degree)),
      degree: row.count, listedMedianDegree: Self.median(degrees))
  }

  /// Of numbers in order, rounded; 0 of none.
  private static func median(_ ordered: [Int]) -> Int {
    guard !ordered.isEmpty else { return 0 }
    return (ordered[(ordered.count - 1) / 2] + ordered[ordered.count / 2] + 1) / 2
  }
}

import AkinGraph
public import AkinParallel
public import AkinRanking

/// The lists of all nodes of a type: what `akin related --all` and `akin recommend --all` answer.
///
/// A list is the one that its node's own question gets, whatever the number of threads and wherever the job was
/// interrupted.
public struct ListJob: Sendable {
  /// What is asked for every node.
  public enum Kind: String, Sendable, Codable {
    case related
    case recommend
  }

  public let kind: Kind
  public let k: Int
  public let seed: UInt64
  /// The method that answers, with its parameters.
  public let info: MethodInfo
  /// The type of the nodes that are asked for, all of which have their turn in order of index.
  public let type: NodeTypeID
  public let count: Int
  private let engine: Engine
  private let along: String?
  private let rules: CandidateRules?
  /// By hop: in a relation within one type some nodes are followed the other way.
  private let pools: [(hop: Hop, pool: SessionPool)]

  /// One list, and whose it is.
  public struct Entry: Sendable {
    public var node: NodeID
    public var list: RankedList
  }

  /// - Parameters:
  ///   - along: what connects candidates, by name; the primary relation for `nil`.
  ///   - rules: on candidates, of the recommended type.
  ///   - method: makes the method for a question, its queries to be carried out as the second argument says; asked once
  ///     for each hop.
  /// - Throws: `EngineError`; what `method` throws.
  public init(
    _ kind: Kind, engine: Engine, k: Int, seed: UInt64 = 0, along: String? = nil, rules: CandidateRules? = nil,
    method: (Question, Execution) throws -> any Recommender
  ) throws {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    self.kind = kind
    self.k = k
    self.seed = seed
    self.along = along
    self.rules = rules
    self.engine = engine
    type = kind == .related ? engine.recommendedType : engine.askingType
    count = engine.snapshot.table(of: type).count
    let candidates = engine.recommendedType
    let hop = try engine.hop(along: along, from: candidates)
    var hops = [hop]
    let relation = engine.snapshot.schema.relations[hop.relation]
    if kind == .related, along == nil, relation.sourceType == relation.targetType {
      hops.append(Hop(relation: hop.relation, direction: hop.direction.opposite))
    }
    let purpose: Purpose = kind == .related ? .related : .recommendation
    let methods = try hops.map { hop in
      try method(
        Question(
          query: Query(
            sources: [WeightedSource(NodeID(type: candidates, index: 0))],
            candidates: CandidateFilter(type: candidates)), hop: hop, purpose: purpose),
        Execution(threads: 1, cancellation: engine.execution.cancellation))
    }
    info = methods[0].info
    pools = zip(hops, methods).map { ($0, SessionPool($1)) }
  }

  /// The lists of nodes `range`, in order; nodes without anything to ask from get an empty one.
  ///
  /// - Throws: what the method throws; `GraphError.damagedData`; `CancellationError`.
  public func lists(of range: Range<Int>) throws -> [Entry] {
    let chunkSize = 16
    return try concurrentMap(count: range.count, chunkSize: chunkSize, execution: engine.execution) { part in
      try lists(ofNodes: part.map { NodeID(type: type, index: UInt32(range.lowerBound + $0)) })
    }.flatMap { $0 }
  }

  private func lists(ofNodes nodes: [NodeID]) throws -> [Entry] {
    var entries = nodes.map {
      Entry(node: $0, list: RankedList(items: [], shortfall: .isolatedSources, effort: .scan(candidates: 0)))
    }
    var asked = pools.map { _ in [(position: Int, query: Query)]() }
    for (position, node) in nodes.enumerated() {
      guard let question = try question(for: node),
        let number = pools.firstIndex(where: { $0.hop == question.hop })
      else { continue }
      asked[number].append((position, rules?.restricting(question.query) ?? question.query))
    }
    for (queries, pool) in zip(asked, pools) where !queries.isEmpty {
      let lists = try pool.pool.withSession { session in
        guard let rules, rules.cap != nil else { return try session.lists(for: queries.map(\.query), k: k) }
        return try queries.map { query in
          let list = try rules.list(query.query, k: k, from: session)
          return RankedList(items: list.items, shortfall: list.shortfall, effort: list.effort)
        }
      }
      for (query, list) in zip(queries, lists) { entries[query.position].list = list }
    }
    return entries
  }

  /// `nil` for a user without history.
  private func question(for node: NodeID) throws -> Question? {
    switch kind {
    case .related: return try engine.relatedQuestion(to: [node], along: along, seed: seed)
    case .recommend:
      do {
        return try engine.recommendationQuestion(for: node, along: along, seed: seed)
      } catch EngineError.noHistory {
        return nil
      }
    }
  }
}

extension ListJob {
  /// What the whole job takes, judged by a few of its nodes, evenly spread.
  public struct Estimate: Sendable, Equatable {
    public var lists: Int
    public var items: Int
    public var cpuSeconds: Double
    /// Of text, by `size`.
    public var bytes: Int
  }

  /// - Parameter size: bytes that an entry takes in the output.
  /// - Complexity: that of `samples` queries.
  public func estimate(samples: Int = 32, size: (Entry) throws -> Int) throws -> Estimate {
    let drawn = min(samples, count)
    guard drawn > 0 else { return Estimate(lists: 0, items: 0, cpuSeconds: 0, bytes: 0) }
    // The first query warms caches and buffers up; it would count for all.
    _ = try lists(of: 0..<1)
    let meter = ResourceMeter()
    var items = 0
    var bytes = 0
    for sample in 0..<drawn {
      let node = sample * count / drawn
      for entry in try lists(of: node..<node + 1) {
        items += entry.list.items.count
        bytes += try size(entry)
      }
    }
    let scale = Double(count) / Double(drawn)
    return Estimate(
      lists: count, items: Int(Double(items) * scale), cpuSeconds: meter.cost().cpuSeconds * scale,
      bytes: Int(Double(bytes) * scale))
  }
}

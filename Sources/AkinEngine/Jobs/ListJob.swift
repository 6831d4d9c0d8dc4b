import AkinGraph
import AkinNeighbors
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

  /// What is asked for each node.
  public let kind: Kind
  /// Items of a list at most; at least 1.
  public let k: Int
  /// Seed of each query; methods without randomness ignore it.
  public let seed: UInt64
  /// The method that answers, with its parameters.
  public let info: MethodInfo
  /// The type of the nodes that are asked for, all of which have their turn in order of index.
  public let type: NodeTypeID
  /// How many nodes there are, and so how many lists.
  public let count: Int
  private let engine: Engine
  private let along: String?
  private let rules: CandidateRules?
  /// By hop: in a relation within one type some nodes are followed the other way.
  private let pools: [(hop: Hop, pool: SessionPool)]
  /// By hop, where the method has them; empty where it answers one query after the other.
  private let whole: [WholeLists]
  /// CPU seconds that making the method took.
  private let preparation: Double

  /// One list, and whose it is.
  public struct Entry: Sendable, Equatable {
    /// Whose list it is.
    public var node: NodeID
    /// The list, best first.
    public var items: [RankedNode]
    /// Why there are fewer than asked for.
    public var shortfall: Shortfall?
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
    let meter = ResourceMeter()
    let methods = try hops.map { hop in
      try method(
        Question(
          query: Query(
            sources: [WeightedSource(NodeID(type: candidates, index: 0))],
            candidates: CandidateFilter(type: candidates)), hop: hop, purpose: purpose),
        Execution(threads: 1, cancellation: engine.execution.cancellation))
    }
    preparation = meter.cost().cpuSeconds
    info = methods[0].info
    pools = zip(hops, methods).map { ($0, SessionPool($1)) }
    // A rule on candidates is a matter of each query.
    let whole =
      kind == .related && rules == nil ? methods.compactMap { WholeLists($0, k: k, execution: engine.execution) } : []
    self.whole = whole.count == hops.count ? whole : []
  }

  /// Whether all lists come from one product.
  public var isWhole: Bool { !whole.isEmpty }

  /// The lists of nodes `range`, in order; nodes without anything to ask from get an empty one.
  ///
  /// - Throws: what the method throws; `GraphError.damagedData`; `CancellationError`.
  public func lists(of range: Range<Int>) throws -> [Entry] {
    guard whole.isEmpty else { return try rows(of: range) }
    let chunkSize = Self.chunkSize
    return try concurrentMap(count: range.count, chunkSize: chunkSize, execution: engine.execution) { part in
      try lists(ofNodes: part.map { NodeID(type: type, index: UInt32(range.lowerBound + $0)) })
    }.flatMap { $0 }
  }

  /// How many queries are answered together.
  private static let chunkSize = 16

  /// The lists of `range` out of those of all nodes.
  private func rows(of range: Range<Int>) throws -> [Entry] {
    let rows = try rows()
    return try range.map { node in
      let row = try rows.row(of: node)
      return Entry(
        node: NodeID(type: type, index: UInt32(node)), items: rows.tables[row.table].row(node), shortfall: row.shortfall
      )
    }
  }

  /// All lists of a job whose lists come from one product, made when they are first asked for.
  ///
  /// - Precondition: `isWhole`.
  /// - Throws: what the method throws; `CancellationError`.
  public func rows() throws -> ListRows {
    precondition(isWhole, "the lists of this job do not come from one product")
    return ListRows(
      tables: try whole.map { try $0.table() }, outward: pools.map { engine.snapshot.adjacency($0.hop) }, k: k)
  }

  private func lists(ofNodes nodes: [NodeID]) throws -> [Entry] {
    var entries = nodes.map { Entry(node: $0, items: [], shortfall: .isolatedSources) }
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
      for (query, list) in zip(queries, lists) {
        entries[query.position].items = list.items
        entries[query.position].shortfall = list.shortfall
      }
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
  /// What the whole job takes, judged by a few of its nodes, evenly spread, and without what the disk takes.
  public struct Estimate: Sendable, Equatable {
    /// Lists of the whole job.
    public var lists: Int
    /// Items in all of them, as far as the samples tell.
    public var items: Int
    /// Processor time of all threads, method included.
    public var cpuSeconds: Double
    /// Of text, by `size`.
    public var bytes: Int
  }

  /// - Parameters:
  ///   - samples: how many chunks of queries are asked, spread evenly; of lists that come from one product, one row in
  ///     some hundred is computed instead.
  ///   - text: makes the text of entries, as the job will.
  /// - Complexity: that of 16 · `samples` queries, or of what a product lays out beforehand, three times.
  public func estimate(samples: Int = 24, text: ([Entry]) throws -> Int) throws -> Estimate {
    guard count > 0 else { return Estimate(lists: 0, items: 0, cpuSeconds: 0, bytes: 0) }
    return whole.isEmpty ? try estimateByQueries(samples, text) : try estimateByRows(text)
  }

  /// Chunks are asked as the job asks them, so that what a batch saves is saved here too.
  private func estimateByQueries(_ samples: Int, _ text: ([Entry]) throws -> Int) throws -> Estimate {
    let size = Self.chunkSize
    let chunks = (count + size - 1) / size
    let drawn = min(samples, chunks)
    // The first queries warm caches and buffers up; they would count for all.
    _ = try lists(of: 0..<min(count, size))
    var items = 0
    var bytes = 0
    var asked = 0
    let meter = ResourceMeter()
    for sample in 0..<drawn {
      // From the middle of each stretch: nodes that came first are often popular ones.
      let start = (2 * sample + 1) * chunks / (2 * drawn) * size
      let entries = try lists(of: start..<min(count, start + size))
      items += entries.reduce(0) { $0 + $1.items.count }
      bytes += try text(entries)
      asked += entries.count
    }
    let scale = Double(count) / Double(asked)
    return Estimate(
      lists: count, items: Int(Double(items) * scale), cpuSeconds: preparation + meter.cost().cpuSeconds * scale,
      bytes: Int(Double(bytes) * scale))
  }

  private func estimateByRows(_ text: ([Entry]) throws -> Int) throws -> Estimate {
    // A node is followed one way only, but all rows are computed each way.
    let stride = count > 20_000 ? 16 : 1
    let primary = engine.snapshot.adjacency(pools[0].hop)
    var seconds = preparation
    var items = 0
    var bytes = 0
    for (number, lists) in whole.enumerated() {
      let measured = try lists.seconds(oneIn: stride)
      seconds += measured.seconds
      var entries: [Entry] = []
      for node in 0..<measured.sample.nodeCount {
        let row = measured.sample.row(node)
        let isOther = try (pools.count > 1 && primary.degree(of: UInt32(node)) == 0)
        guard !row.isEmpty, isOther == (number == 1) else { continue }
        entries.append(Entry(node: NodeID(type: type, index: UInt32(node)), items: row))
      }
      let meter = ResourceMeter()
      bytes += try text(entries) * stride
      seconds += meter.cost().cpuSeconds * Double(stride)
      items += entries.reduce(0) { $0 + $1.items.count } * stride
    }
    return Estimate(lists: count, items: items, cpuSeconds: seconds, bytes: bytes)
  }
}

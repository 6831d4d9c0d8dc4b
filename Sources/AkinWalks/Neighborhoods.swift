public import AkinGraph
public import AkinParallel
public import AkinRanking

/// Parameters of neighbourhoods by visit count.
public struct NeighborhoodOptions: Sendable, Equatable {
  /// Neighbours of a node at most, T; at least 1.
  public var size = 50
  /// Walks from each node; at least 1.
  public var walks = 50
  /// Steps of a walk at most, each one round of the path; at least 1.
  public var length = 2
  /// Probability that a walk ends after a step, in 0...1.
  public var restart = 0.5
  /// What edges are drawn by; by default all edges of a node are alike.
  public var weighting = EdgeWeighting()
  /// Seed of all walks; each node has a stream of its own under it.
  public var seed: UInt64 = 0

  /// At most 50 neighbours a node, out of 50 walks of at most two steps.
  public init() {}
}

/// For each of some nodes its neighbours with weights, as compressed sparse rows ready for propagation.
public struct NeighborRows: Sendable, Equatable {
  /// One more than there are rows; row r is `offsets[r]..<offsets[r + 1]`.
  public var offsets: [UInt64] = [0]
  /// By row, most visited first; equal counts by ascending index.
  public var neighbors: [UInt32] = []
  /// Shares of the visits to the neighbours of the row, which sum to 1.
  public var weights: [Float] = []

  /// No rows.
  public init() {}

  /// How many rows there are.
  public var count: Int { offsets.count - 1 }

  /// Adds rows after the last, as they are.
  ///
  /// - Complexity: O(size of `other`).
  public mutating func append(_ other: NeighborRows) {
    let base = UInt64(neighbors.count)
    offsets += other.offsets.dropFirst().lazy.map { $0 + base }
    neighbors += other.neighbors
    weights += other.weights
  }
}

/// PinSage's neighbourhoods: the neighbours of a node are those that short random walks from it visit most, and each
/// counts by its share of the visits (importance pooling).
///
/// With v(x) the visits of x by `walks` walks from u, N(u) are the `size` nodes x ≠ u of largest v(x), and
///
///     weight(u, x) = v(x) / Σ_{y ∈ N(u)} v(y)
///
/// A node has a random stream of its own, so rows are the same on any number of threads and whichever nodes are asked for.
///
/// - Complexity: O(walks · length) a node.
///
/// Source: Ying et al., "Graph convolutional neural networks for web-scale recommender systems", KDD 2018,
/// doi:10.1145/3219819.3219890.
public struct Neighborhoods: Sendable {
  /// Nodes that one thread walks from at a time.
  private static let nodesAtATime = 2048

  /// The graph that is walked on.
  public let snapshot: Snapshot
  /// The cycle that walks follow.
  public let path: WalkPath
  /// How walks are made, and how many neighbours are kept.
  public let options: NeighborhoodOptions
  private let execution: Execution
  private let tables: StepTables
  private let preference: NodePreference?
  /// How many walkers a thread moves in turns. Never changes a result.
  var walkersInFlight = StepTables.walkersInFlight

  /// - Parameter path: a cycle; neighbours are of the type of its first state, counted when walks come back to that state.
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, along path: WalkPath, options: NeighborhoodOptions = NeighborhoodOptions(),
    biases: [NodeBias] = [], execution: Execution = .serial
  ) throws {
    precondition(options.size >= 1, "size must be at least 1, found \(options.size)")
    precondition(options.walks >= 1 && options.length >= 1, "walks and length must be at least 1")
    precondition(options.walks * options.length <= 1 << 24, "at most 2²⁴ steps a node")
    precondition((0...1).contains(options.restart), "restart must be in 0...1, found \(options.restart)")
    self.snapshot = snapshot
    self.path = path
    self.options = options
    self.execution = execution
    tables = try StepTables(
      snapshot, path: path, weighting: options.weighting, linksDraws: biases.isEmpty, execution: execution)
    preference = biases.isEmpty ? nil : NodePreference(biases, along: path, in: snapshot)
  }

  /// The type of the nodes that have neighbourhoods.
  public var type: NodeTypeID { path.states[0].type }
  /// How many nodes of `type` there are: one row each.
  public var nodeCount: Int { snapshot.table(of: type).count }

  /// The neighbours of one node; none where no edge leads from it.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func neighbors(of node: UInt32) throws -> [(node: UInt32, weight: Float)] {
    let rows = try rows(of: node..<node + 1)
    return zip(rows.neighbors, rows.weights).map { ($0, $1) }
  }

  /// The neighbours of all nodes.
  ///
  /// - Parameters:
  ///   - done: rows of the first nodes, as an earlier call handed them over: work goes on after them.
  ///   - progress: told all rows there are, after every few thousand; what it throws ends the work, and what it has been
  ///     told is a place to go on from.
  /// - Throws: `GraphError.damagedData`; `CancellationError`; what `progress` throws.
  public func all(
    after done: NeighborRows = NeighborRows(), progress: (NeighborRows) throws -> Void = { _ in }
  ) throws -> NeighborRows {
    precondition(done.count <= nodeCount, "\(done.count) rows are done of \(nodeCount) nodes")
    var rows = done
    let round = Self.nodesAtATime * 4
    while rows.count < nodeCount {
      let first = rows.count
      let count = min(round, nodeCount - first)
      let pieces = try concurrentMap(count: count, chunkSize: Self.nodesAtATime, execution: execution) { range in
        try self.rows(of: UInt32(first + range.lowerBound)..<UInt32(first + range.upperBound))
      }
      for piece in pieces { rows.append(piece) }
      try progress(rows)
    }
    return rows
  }

  /// Rows of some nodes; they are those of `all`.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func rows(of nodes: Range<UInt32>) throws -> NeighborRows {
    precondition(Int(nodes.upperBound) <= nodeCount, "nodes \(nodes) of \(nodeCount)")
    let room = options.walks * options.length
    var rows = NeighborRows()
    rows.offsets.reserveCapacity(nodes.count + 1)
    rows.neighbors.reserveCapacity(nodes.count * min(options.size, room))
    rows.weights.reserveCapacity(nodes.count * min(options.size, room))
    var memory = WalkMemory<UInt32>()
    var tasks: [WalkTask] = []
    var ranking = VisitRanking(visits: room)
    // As many at a time as keep the visits in the cache.
    let atATime = max(1, min(nodes.count, (1 << 18) / room))
    var first = nodes.lowerBound
    while first < nodes.upperBound {
      let last = min(nodes.upperBound, first + UInt32(atATime))
      tasks.removeAll(keepingCapacity: true)
      for node in first..<last {
        tasks.append(
          WalkTask(
            source: node, state: 0,
            random: RandomStream(
              seed: options.seed, stream: mix64(UInt64(type.rawValue) << 32 | UInt64(node))),
            budget: options.walks, output: tasks.count * room, capacity: room))
      }
      let course = NeighborhoodCourse(
        length: options.length, restart: options.restart, hopsAStep: path.states.count)
      if let preference {
        try tables.walk(tasks, rule: preference, course: course, memory: &memory, inFlight: walkersInFlight)
      } else {
        try tables.walk(tasks, rule: AnyEdge(), course: course, memory: &memory, inFlight: walkersInFlight)
      }
      for (number, task) in tasks.enumerated() {
        let visits = memory.records.span.extracting(task.output..<task.output + memory.ends[number].written)
        ranking.append(visits, of: task.source, size: options.size, to: &rows)
      }
      first = last
    }
    return rows
  }

  /// Nodes that are somewhat like `node` and yet not like it: what a model finds hard to tell from neighbours.
  ///
  /// Pixie ranks all that it reaches from the node, and `count` are drawn without replacement from the ranks in `window`,
  /// best being rank 0.
  ///
  /// - Parameters:
  ///   - window: PinSage takes 2000..<5000.
  ///   - pixie: over the same nodes; its steps bound the ranks that are reached.
  /// - Returns: in the order drawn; fewer than `count` where the window holds fewer.
  /// - Throws: `WalkError`; `GraphError.damagedData`; `CancellationError`.
  public static func hardNegatives(
    of node: NodeID, ranks window: Range<Int>, count: Int, by pixie: Pixie, seed: UInt64 = 0
  ) throws -> [UInt32] {
    try hardNegatives(
      of: node, ranks: window, count: count, by: pixie.makeSession(), candidates: pixie.candidateType, seed: seed)
  }

  /// The same with a session that is used again.
  public static func hardNegatives(
    of node: NodeID, ranks window: Range<Int>, count: Int, by session: any RankingSession, candidates: NodeTypeID,
    seed: UInt64 = 0
  ) throws -> [UInt32] {
    precondition(window.lowerBound >= 0 && count >= 0, "ranks start at 0 and counts are not negative")
    guard !window.isEmpty, count > 0 else { return [] }
    let query = Query(
      sources: [WeightedSource(node)],
      candidates: CandidateFilter(
        type: candidates, excluded: NodeSet(node.type == candidates ? [node.index] : [])),
      seed: seed)
    var pool = try session.rank(query, k: window.upperBound).items.dropFirst(window.lowerBound).map(\.node.index)
    // A stream apart from those of the walks.
    var random = RandomStream(seed: seed, stream: ~mix64(UInt64(node.type.rawValue) << 32 | UInt64(node.index)))
    var drawn: [UInt32] = []
    while drawn.count < count, !pool.isEmpty {
      drawn.append(pool.remove(at: Int(random.draw(below: UInt32(pool.count)))))
    }
    return drawn
  }
}

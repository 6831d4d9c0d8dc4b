public import AkinGraph
public import AkinParallel
public import AkinRanking
import CAkinKernels

/// Parameters of walks of fixed length.
public struct RandomWalkOptions: Sendable, Equatable {
  /// Nodes in a walk, its source included; at least 2.
  public var length = 80
  /// Walks from each node; at least 1.
  public var walksPerNode = 10
  /// What edges are drawn by.
  public var weighting = EdgeWeighting()
  /// node2vec's p > 0: above 1 walks seldom go straight back.
  public var returnParameter = 1.0
  /// node2vec's q > 0: above 1 walks stay near where they were, below 1 they go outward.
  public var inOutParameter = 1.0
  /// Seed of all walks; each has a stream of its own under it.
  public var seed: UInt64 = 0

  /// Whether draws depend on the node before.
  fileprivate var isSecondOrder: Bool { returnParameter != 1 || inOutParameter != 1 }

  /// The lengths and numbers of DeepWalk, with all edges of a node alike.
  public init() {}
}

/// Random walks of fixed length from every node: what skip-gram models are trained on.
///
/// At each node the next is drawn with
///
///     P(x) ∝ edge(x) · ∏ factor(x) · node2vec(x)
///
/// where edge(x) is 1 or by `EdgeWeighting`, the factors come from `NodeBias`, and node2vec(x) is 1/p, 1 or 1/q, see
/// `ReturnBias`. With none of these the walks are DeepWalk's.
///
/// Walks start at every node from which an edge leads on, in the order of types, then of nodes; all nodes once, then all
/// once more, `walksPerNode` times. A walk at a node without an edge to follow ends there, shorter than `length`. Each walk
/// has a random stream of its own, so walks are the same on any number of threads.
///
/// - Complexity: O(walks · length) time; 20 bytes an edge and direction where edges are not alike.
///
/// Source: Perozzi, Al-Rfou & Skiena, "DeepWalk: online learning of social representations", KDD 2014,
/// doi:10.1145/2623330.2623732.
public struct RandomWalks: Sendable {
  /// Walks that one thread makes at a time.
  private static let walksAtATime = 2048
  /// Nodes that walks made at the same time may have, unless one walk alone has more: 8 MB of them.
  private static let nodesAtATime = 1 << 21

  private var walksAtATime: Int { max(1, min(Self.walksAtATime, Self.nodesAtATime / options.length)) }

  /// The graph that is walked on.
  public let snapshot: Snapshot
  /// What walks may follow.
  public let path: WalkPath
  /// How walks are made.
  public let options: RandomWalkOptions
  /// Where the indices of each node type start when all nodes of the graph are numbered through.
  public let typeStarts: [UInt32]
  let execution: Execution
  private let tables: StepTables
  private let preference: NodePreference?
  /// Positions of the nodes that walks start at.
  private let sources: [UInt32]
  /// How many walkers a thread moves in turns. Never changes a result.
  var walkersInFlight = StepTables.walkersInFlight

  /// - Parameters:
  ///   - startTypes: types of the nodes that walks start at; by default all types of the path. A walk starts at the first
  ///     state of its type.
  /// - Throws: `WalkError.tooManyNodes`; `WalkError.brokenPath` for a start type that is not on the path;
  ///   `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, along path: WalkPath, options: RandomWalkOptions = RandomWalkOptions(),
    biases: [NodeBias] = [], startTypes: [NodeTypeID]? = nil, execution: Execution = .serial
  ) throws {
    precondition(options.length >= 2, "length must be at least 2, found \(options.length)")
    precondition(options.walksPerNode >= 1, "walksPerNode must be at least 1, found \(options.walksPerNode)")
    for parameter in [options.returnParameter, options.inOutParameter] {
      precondition(parameter > 0 && parameter.isFinite, "p and q must be positive and finite, found \(parameter)")
    }
    self.snapshot = snapshot
    self.path = path
    self.options = options
    self.execution = execution
    var starts: [UInt32] = []
    var total = 0
    for table in snapshot.nodes {
      starts.append(UInt32(clamping: total))
      total += table.count
    }
    guard total < Int(UInt32.max) else { throw WalkError.tooManyNodes(found: total, limit: Int(UInt32.max) - 1) }
    typeStarts = starts
    tables = try StepTables(
      snapshot, path: path, weighting: options.weighting, linksDraws: biases.isEmpty && !options.isSecondOrder,
      execution: execution)
    preference = biases.isEmpty ? nil : NodePreference(biases, along: path, in: snapshot)
    var sources: [UInt32] = []
    let types = startTypes ?? Array(Set(path.states.map(\.type)))
    for type in Set(types).sorted() {
      guard let state = path.state(of: type) else {
        throw WalkError.brokenPath(
          place: "start", found: "type '\(snapshot.schema.name(of: type))'", expected: "a type of the path")
      }
      let ways = path.states[state].ways.map { snapshot.adjacency($0.hop) }
      for node in 0..<UInt32(snapshot.table(of: type).count)
      where try ways.contains(where: { try $0.degree(of: node) > 0 }) {
        sources.append(starts[Int(type.rawValue)] + node)
      }
    }
    self.sources = sources
  }

  /// How many walks there are in all: `walksPerNode` for each node that they start at.
  public var walkCount: Int { sources.count * options.walksPerNode }

  /// The node at a position in the numbering of all nodes.
  public func node(at position: UInt32) -> NodeID {
    let type = typeStarts.lastIndex { $0 <= position } ?? 0
    // Types without nodes start where the next one does.
    return NodeID(type: NodeTypeID(rawValue: UInt16(type)), index: position - typeStarts[type])
  }

  /// All walks, in order.
  ///
  /// Made for small graphs and tests; `forEachBlock` holds no more than a few thousand at a time.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  public func walks() throws -> [[NodeID]] {
    var walks: [[NodeID]] = []
    try forEachBlock({ block in (0..<block.count).map { block.walk($0).map(node(at:)) } }) { walks += $0 }
    return walks
  }

  /// Makes something of every block of walks, on all threads, and hands it over in order.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`; what `make` and `take` throw.
  public func forEachBlock<Made: Sendable>(
    _ make: @Sendable (WalkRows) throws -> Made, _ take: (Made) throws -> Void
  ) throws {
    let walksAtATime = walksAtATime
    let chunks = (walkCount + walksAtATime - 1) / walksAtATime
    // Enough to keep all threads busy, few enough to be held.
    let round = execution.threads == 1 ? 1 : execution.threads * 4
    for first in stride(from: 0, to: chunks, by: round) {
      let made = try concurrentMap(count: min(round, chunks - first), chunkSize: 1, execution: execution) { range in
        let chunk = first + range.lowerBound
        return try make(
          try rows(chunk * walksAtATime..<min(walkCount, (chunk + 1) * walksAtATime)))
      }
      for result in made { try take(result) }
    }
  }

  private func rows(_ numbers: Range<Int>) throws(GraphError) -> WalkRows {
    var tasks: [WalkTask] = []
    tasks.reserveCapacity(numbers.count)
    for number in numbers {
      let position = sources[number % sources.count]
      let node = node(at: position)
      // The name of the walks from this node; mixing keeps those of different nodes apart.
      let stream = mix64(UInt64(node.type.rawValue) << 32 | UInt64(node.index))
      tasks.append(
        WalkTask(
          source: node.index, state: path.state(of: node.type) ?? 0,
          random: RandomStream(seed: options.seed, stream: stream &+ UInt64(number / sources.count)),
          budget: options.length, output: (number - numbers.lowerBound) * options.length, capacity: options.length))
    }
    var memory = WalkMemory<UInt32>()
    let course = CorpusCourse(starts: tables.states.map { typeStarts[Int($0.type.rawValue)] })
    if options.isSecondOrder {
      let bias = ReturnBias(p: options.returnParameter, q: options.inOutParameter, tables: tables)
      if let preference {
        try walk(tasks, Both(first: preference, second: bias), course, &memory)
      } else {
        try walk(tasks, bias, course, &memory)
      }
    } else if let preference {
      try walk(tasks, preference, course, &memory)
    } else {
      try walk(tasks, AnyEdge(), course, &memory)
    }
    return WalkRows(
      first: numbers.lowerBound, length: options.length, positions: memory.records,
      counts: memory.ends.map(\.written))
  }

  private func walk(
    _ tasks: [WalkTask], _ rule: some StepRule, _ course: CorpusCourse, _ memory: inout WalkMemory<UInt32>
  ) throws(GraphError) {
    try tables.walk(tasks, rule: rule, course: course, memory: &memory, inFlight: walkersInFlight)
  }
}

/// Some walks in a row.
public struct WalkRows: Sendable {
  /// Number of the first among all walks.
  public let first: Int
  let length: Int
  let positions: [UInt32]
  let counts: [Int]

  /// How many walks there are in the row.
  public var count: Int { counts.count }

  /// The nodes of a walk, as positions in the numbering of all nodes; see `RandomWalks.node(at:)`.
  public func walk(_ number: Int) -> ArraySlice<UInt32> {
    positions[number * length..<number * length + counts[number]]
  }
}

/// Every node is written down, and a walk is one walk.
struct CorpusCourse: WalkCourse {
  /// Where the numbering of the nodes of a state starts.
  let starts: [UInt32]

  @inline(__always)
  func placed(_ walker: inout Walker, _ pen: Pen<UInt32>) {
    pen.write(starts[Int(walker.state)] &+ walker.node, by: &walker)
    walker.left &-= 1
  }

  @inline(__always)
  func arrived(_ walker: inout Walker, _ pen: Pen<UInt32>) -> Turn {
    pen.write(starts[Int(walker.state)] &+ walker.node, by: &walker)
    walker.left &-= 1
    return walker.left == 0 ? .over : .on
  }

  func stranded(_ walker: inout Walker) -> Turn? { .over }

  var plain: PlainCourse? { PlainCourse(kind: AKIN_WALK_NODES, labels: starts) }
}

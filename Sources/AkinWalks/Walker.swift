import AkinParallel

/// A piece of a walk with randomness of its own, so that it depends on nothing that is walked beside it.
struct WalkTask: Sendable {
  var source: UInt32
  /// State of the path at which the source is.
  var state: Int
  var random: RandomStream
  /// Steps or walks, as the course counts them; at least 1.
  var budget: Int
  /// First steps of walks are summed up and not recorded.
  var sumsFirstSteps = false
  /// What it belongs to and which part of that it is: names for its caller.
  var owner = 0
  var part = 0
  /// Where its records go: `capacity` of them from `output` on.
  var output: Int
  var capacity: Int
}

/// What became of a task.
struct TaskEnd: Sendable {
  /// How many records it wrote.
  var written = 0
  /// What its first steps count, where they are summed up.
  var firstSteps = 0.0
}

/// Where a walker is, and what it needs next.
struct Walker: Sendable {
  enum Phase: UInt8 {
    /// At its source, not yet under way.
    case placed
    /// An edge was drawn and its memory asked for.
    case reading
    /// As `reading`, but the row was weighed and the neighbour is known.
    case chosen
    /// Looks at a node whose row was asked for.
    case looking
  }

  var random: RandomStream
  /// Position of the edge that was drawn.
  var edge = 0
  /// Where it is; while it looks at a node, that node.
  var node: UInt32
  var previous: UInt32
  /// Where it was before `previous`.
  var earlier: UInt32
  /// The states of the path that belong to these nodes.
  var state: Int32
  var previousState: Int32
  var earlierState: Int32
  /// The way by which it leaves `node`, and the one by which it came: positions in `StepTables.ways`; −1 for none.
  var way: Int32 = -1
  var previousWay: Int32 = -1
  /// How many hops it has walked since it was placed.
  var hops: Int32 = 0
  /// How often in a row it was refused.
  var refusals: UInt16 = 0
  var phase = Phase.placed
  /// The node that it looks at is kept without asking.
  var isSure = false
  var sumsFirstSteps: Bool
  var task: Int32
  /// What is left of the budget.
  var left: Int
  /// What an arrival counts.
  var worth = 1.0
  /// Sum of what first steps count.
  var firstSteps = 0.0
  let source: UInt32
  let sourceState: Int32
  /// Where the next record goes, and the end of its room.
  var output: Int
  let limit: Int

  init(_ work: WalkTask, number: Int) {
    random = work.random
    source = work.source
    node = work.source
    previous = work.source
    earlier = work.source
    sourceState = Int32(work.state)
    state = sourceState
    previousState = sourceState
    earlierState = sourceState
    left = work.budget
    sumsFirstSteps = work.sumsFirstSteps
    task = Int32(number)
    output = work.output
    limit = work.output + work.capacity
  }
}

/// The working memory of one thread that walks: reused, so that nothing is allocated once it has grown.
struct WalkMemory<Record: WalkRecord>: Sendable {
  var walkers: [Walker] = []
  var records: [Record] = []
  /// One a task.
  var ends: [TaskEnd] = []
  var plain = PlainMemory()

  mutating func prepare(_ tasks: [WalkTask], room: Int) {
    if records.count < room {
      records = [Record](repeating: Record(), count: room)
    }
    ends.removeAll(keepingCapacity: true)
    ends.append(contentsOf: repeatElement(TaskEnd(), count: tasks.count))
    walkers.removeAll(keepingCapacity: true)
  }
}

import AkinGraph
import AkinParallel
import AkinRanking

/// A part of the walk of one source that was walked.
struct WalkBlock {
  /// Position of the source among the starts.
  var start: Int
  /// Number of the block among those of its source.
  var number: Int
  var isLast: Bool
  /// Draws made, kept or not.
  var steps: Int
  /// What the kept first steps count, where `FirstStep` knows where they lead.
  var firstSteps: Double
}

/// What to do after a block.
enum BlockDecision {
  case goOn
  /// Leave out the other blocks of this source.
  case endSource
}

extension Pixie {
  /// Steps whose visits are held in memory at a time by one thread: 2 MB of visits.
  private static let stepsHeld = 1 << 17

  /// Walks the steps of all starts and hands over the blocks, by start and number.
  ///
  /// A block depends on its start and its number alone, neither on the blocks walked beside it nor on the thread. Where
  /// `take` may end a source early, blocks beyond that may have been walked in vain, but are never handed over.
  ///
  /// - Parameters:
  ///   - sumsFirstSteps: by start, whether first steps are summed up and not among the visits.
  ///   - chunkLimit: most blocks walked before `take` is asked.
  /// - Throws: `GraphError.damagedData`; `CancellationError`; what `take` throws.
  func follow(
    _ starts: [WalkStart], preference: ConnectorPreference, sumsFirstSteps: [Bool], seed: UInt64,
    memory: inout WalkMemory<Visit>, tasks: inout [WalkTask], chunkLimit: Int = .max,
    _ take: (WalkBlock, Span<Visit>) throws -> BlockDecision
  ) throws {
    var cursor = BlockCursor(starts: starts, sumsFirstSteps: sumsFirstSteps, seed: seed, chunkLimit: chunkLimit)
    if execution.threads == 1 {
      while cursor.fill(&tasks, stepsHeld: Self.stepsHeld) {
        try execution.cancellation.check()
        try walk(tasks, preference: preference, memory: &memory)
        try cursor.handOver(tasks, memory, take)
      }
      return
    }
    // Chunks of all threads side by side, then handed over in their order.
    var isDone = false
    while !isDone {
      var chunks: [[WalkTask]] = []
      while chunks.count < execution.threads * 2, cursor.fill(&tasks, stepsHeld: Self.stepsHeld / 2) {
        chunks.append(tasks)
      }
      isDone = chunks.count < execution.threads * 2
      let planned = chunks
      let walked = try concurrentMap(count: planned.count, chunkSize: 1, execution: execution) { range in
        var memory = WalkMemory<Visit>()
        try walk(planned[range.lowerBound], preference: preference, memory: &memory)
        memory.walkers = []
        return memory
      }
      for (tasks, memory) in zip(chunks, walked) { try cursor.handOver(tasks, memory, take) }
    }
  }

  private func walk(
    _ tasks: [WalkTask], preference: ConnectorPreference, memory: inout WalkMemory<Visit>
  ) throws(GraphError) {
    let course = PixieCourse(restart: options.restart)
    if let nodePreference {
      let rule = Both(first: nodePreference, second: preference)
      try tables.walk(tasks, rule: rule, course: course, memory: &memory, inFlight: walkersInFlight)
    } else if preference.isUniform {
      try tables.walk(tasks, rule: AnyEdge(), course: course, memory: &memory, inFlight: walkersInFlight)
    } else {
      try tables.walk(tasks, rule: preference, course: course, memory: &memory, inFlight: walkersInFlight)
    }
  }
}

/// Goes through the blocks of all starts in order.
private struct BlockCursor {
  let starts: [WalkStart]
  let sumsFirstSteps: [Bool]
  let seed: UInt64
  let chunkLimit: Int
  /// Records between the rooms of two blocks: walkers write side by side, and rooms that begin a power of two apart would
  /// all fall on the same lines of the cache.
  private static let gap = 20

  /// The next block to be planned.
  private var start = 0
  private var block = 0
  /// The start that was last ended early.
  private var ended = -1

  init(starts: [WalkStart], sumsFirstSteps: [Bool], seed: UInt64, chunkLimit: Int) {
    self.starts = starts
    self.sumsFirstSteps = sumsFirstSteps
    self.seed = seed
    self.chunkLimit = chunkLimit
  }

  private func blockCount(of start: Int) -> Int {
    (starts[start].steps + Pixie.blockSteps - 1) / Pixie.blockSteps
  }

  /// Plans blocks until they hold `stepsHeld` steps, or `chunkLimit` blocks; `false` where none is left.
  mutating func fill(_ tasks: inout [WalkTask], stepsHeld: Int) -> Bool {
    tasks.removeAll(keepingCapacity: true)
    var room = 0
    if start == ended {
      start += 1
      block = 0
    }
    while start < starts.count, room < stepsHeld, tasks.count < chunkLimit {
      let source = starts[start]
      // The name of the source's streams; mixing keeps the blocks of different sources apart.
      let stream = mix64(UInt64(source.node.type.rawValue) << 32 | UInt64(source.node.index))
      let steps = min(Pixie.blockSteps, source.steps - block * Pixie.blockSteps)
      tasks.append(
        WalkTask(
          source: source.node.index, state: Int(source.isConnector ? PixieState.connector : PixieState.candidate),
          random: RandomStream(seed: seed, stream: stream &+ UInt64(block)), budget: steps,
          sumsFirstSteps: sumsFirstSteps[start], owner: start, part: block, output: room, capacity: steps))
      room += steps + Self.gap
      block += 1
      if block == blockCount(of: start) {
        start += 1
        block = 0
      }
    }
    return !tasks.isEmpty
  }

  mutating func handOver(
    _ tasks: [WalkTask], _ memory: WalkMemory<Visit>, _ take: (WalkBlock, Span<Visit>) throws -> BlockDecision
  ) throws {
    for (number, task) in tasks.enumerated() where task.owner != ended {
      let end = memory.ends[number]
      let decision = try take(
        WalkBlock(
          start: task.owner, number: task.part, isLast: task.part + 1 == blockCount(of: task.owner),
          steps: task.budget, firstSteps: end.firstSteps),
        memory.records.span.extracting(task.output..<task.output + end.written))
      if decision == .endSource { ended = task.owner }
    }
  }
}

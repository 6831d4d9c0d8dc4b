import AkinParallel

/// The edges of one relation as they arrive: in chunks until there are enough of them for a round, and beyond a bound on
/// memory in sorted runs on disk.
struct ArrivingEdges: Sendable {
  private let policy: DuplicatePolicy
  private var rounds: [any ArrivedRound] = []
  /// What is in no round yet.
  private var chunks: [EdgeChunk] = []
  private var chunkedCount = 0
  /// Edges that came one by one, and do not make a chunk yet.
  private var open = EdgeList()
  private var runs: [SpilledRun] = []
  private var layout = EdgeLayout()
  /// All of them, wherever they are.
  private(set) var count = 0
  private(set) var countInMemory = 0

  private static let chunkSize = 1 << 16
  /// Each bucket of a round should be worth a copy of its own.
  private static let roundSize = 1 << 19

  init(policy: DuplicatePolicy) { self.policy = policy }

  var hasRuns: Bool { !runs.isEmpty }

  mutating func append(_ source: UInt32, _ target: UInt32, weight: Float?, value: Float?, time: Int64?) {
    open.sources.append(source)
    open.targets.append(target)
    if let weight { open.weights.append(weight) }
    if let value { open.values.append(value) }
    if let time { open.times.append(time) }
    count += 1
    countInMemory += 1
    if open.count == Self.chunkSize { close() }
  }

  mutating func append(_ chunk: EdgeChunk) {
    guard chunk.count > 0 else { return }
    close()
    chunks.append(chunk)
    chunkedCount += chunk.count
    count += chunk.count
    countInMemory += chunk.count
  }

  /// Makes chunks into a round once they are worth it: best soon after they came, while the cache holds them.
  ///
  /// - Parameter sourceCount: above every source.
  /// - Throws: `CancellationError`.
  mutating func settle(sourceCount: Int, execution: Execution) throws {
    guard chunkedCount >= Self.roundSize else { return }
    try makeRound(of: chunks.count, sourceCount: sourceCount, execution: execution)
  }

  private mutating func makeRound(of number: Int, sourceCount: Int, execution: Execution) throws {
    rounds.append(
      try arrivedRound(
        of: Array(chunks.prefix(number)), sourceCount: sourceCount, policy: policy, execution: execution))
    chunkedCount -= chunks.prefix(number).reduce(0) { $0 + $1.count }
    chunks.removeFirst(number)
  }

  mutating func scaleTimes(_ scale: @escaping @Sendable (Int64) -> Int64) {
    close()
    for number in rounds.indices { rounds[number] = rounds[number].scaled(scale) }
    for number in chunks.indices { chunks[number] = chunks[number].scaled(scale) }
    for number in runs.indices { runs[number].scaleTimes(scale) }
  }

  /// Moves what is in memory to disk.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  mutating func spill(to folder: SpillFolder) throws(GraphError) {
    guard countInMemory > 0 else { return }
    close()
    for part in rounds.map(\.layout) + chunks.map(\.layout) {
      layout.hasWeights = layout.hasWeights || part.hasWeights
      layout.hasValues = layout.hasValues || part.hasValues
      layout.hasTimes = layout.hasTimes || part.hasTimes
    }
    runs.append(try SpilledRun(rounds, chunks, in: folder))
    rounds = []
    chunks = []
    chunkedCount = 0
    countInMemory = 0
  }

  /// All that is in memory, which is not kept here.
  ///
  /// - Parameter sourceCount: above every source.
  /// - Throws: `CancellationError`.
  mutating func takeRounds(sourceCount: Int, execution: Execution) throws -> [any ArrivedRound] {
    close()
    while !chunks.isEmpty {
      var number = 0
      var size = 0
      while number < chunks.count, size < Self.roundSize {
        size += chunks[number].count
        number += 1
      }
      try makeRound(of: number, sourceCount: sourceCount, execution: execution)
    }
    defer { rounds = [] }
    return rounds
  }

  /// All that is on disk, which is not kept here.
  mutating func takeRuns() -> ([SpilledRun], EdgeLayout) {
    defer { runs = [] }
    return (runs, layout)
  }

  private mutating func close() {
    guard open.count > 0 else { return }
    chunks.append(EdgeChunk(open))
    chunkedCount += open.count
    open = EdgeList()
  }
}

/// The edges of one relation as they arrive: in chunks that need not be moved when there come more, and beyond a bound on
/// memory in sorted runs on disk.
struct ArrivingEdges: Sendable {
  private var chunks: [EdgeChunk?] = []
  /// Edges that came one by one, and do not make a chunk yet.
  private var open = EdgeList()
  private var runs: [SpilledRun] = []
  private var layout = EdgeLayout()
  /// All of them, wherever they are.
  private(set) var count = 0
  private(set) var countInMemory = 0

  private static let chunkSize = 1 << 16

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
    count += chunk.count
    countInMemory += chunk.count
  }

  mutating func scaleTimes(_ scale: @escaping @Sendable (Int64) -> Int64) {
    close()
    for number in chunks.indices { chunks[number] = chunks[number]!.scaled(scale) }
    for number in runs.indices { runs[number].scaleTimes(scale) }
  }

  /// Moves what is in memory to disk.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  mutating func spill(to folder: SpillFolder) throws(GraphError) {
    guard countInMemory > 0 else { return }
    close()
    for case let chunk? in chunks {
      layout.hasWeights = layout.hasWeights || !chunk.weights.isEmpty
      layout.hasValues = layout.hasValues || !chunk.values.isEmpty
      layout.hasTimes = layout.hasTimes || chunk.times.count > 0
    }
    runs.append(try SpilledRun(takeChunks(), in: folder))
    countInMemory = 0
  }

  /// All that is in memory, which is not kept here.
  mutating func takeChunks() -> ChunkShelf {
    close()
    let taken = chunks
    chunks = []
    return ChunkShelf(taken)
  }

  /// All that is on disk, which is not kept here.
  mutating func takeRuns() -> ([SpilledRun], EdgeLayout) {
    defer { runs = [] }
    return (runs, layout)
  }

  private mutating func close() {
    guard open.count > 0 else { return }
    chunks.append(EdgeChunk(open))
    open = EdgeList()
  }
}

/// The edges of one relation as they arrive, in chunks that need not be moved when there come more.
struct ArrivingEdges: Sendable {
  private var chunks: [EdgeChunk?] = []
  /// Edges that came one by one, and do not make a chunk yet.
  private var open = EdgeList()
  private(set) var count = 0

  private static let chunkSize = 1 << 16

  mutating func append(_ source: UInt32, _ target: UInt32, weight: Float?, value: Float?, time: Int64?) {
    open.sources.append(source)
    open.targets.append(target)
    if let weight { open.weights.append(weight) }
    if let value { open.values.append(value) }
    if let time { open.times.append(time) }
    count += 1
    if open.count == Self.chunkSize { close() }
  }

  mutating func append(_ chunk: EdgeChunk) {
    close()
    chunks.append(chunk)
    count += chunk.count
  }

  mutating func scaleTimes(_ scale: (Int64) -> Int64) {
    close()
    for number in chunks.indices { chunks[number] = chunks[number]!.scaled(scale) }
  }

  /// All of them, which are not kept here.
  mutating func takeChunks() -> ChunkShelf {
    close()
    let taken = chunks
    chunks = []
    return ChunkShelf(taken)
  }

  private mutating func close() {
    guard open.count > 0 else { return }
    chunks.append(EdgeChunk(open))
    open = EdgeList()
  }
}

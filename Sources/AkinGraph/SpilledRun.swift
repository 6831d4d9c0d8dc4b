import AkinParallel

/// Edges sorted by (source, target), equal pairs in order of arrival, in a temporary file.
struct SpilledRun: Sendable {
  typealias Record = EdgeRecord<WholePayload>

  let count: Int
  /// From the earliest known time to the latest, as they arrived.
  private var times: ClosedRange<Int64>?
  /// What times are to be passed through, in order, when they are read.
  private var scales: [@Sendable (Int64) -> Int64] = []
  private let file: SpillFile

  /// Sorts and keeps these edges, those of chunks behind those of rounds.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  /// - Complexity: O(edges); 24 bytes an edge in memory, and as many on disk.
  init(_ rounds: [any ArrivedRound], _ chunks: [EdgeChunk] = [], in folder: SpillFolder) throws(GraphError) {
    let buffer = unsafe RecordBuffer(
      capacity: rounds.reduce(0) { $0 + $1.count } + chunks.reduce(0) { $0 + $1.count })
    for round in rounds {
      if let range = round.timeRange { times = times?.joined(range) ?? range }
      round.forEachWhole { unsafe buffer.append($0) }
    }
    for chunk in chunks {
      if let range = chunk.times.range { times = times?.joined(range) ?? range }
      unsafe chunk.withEdges(above: 0) { edges in
        for edge in 0..<chunk.count {
          unsafe buffer.append(
            Record(source: edges.sources[edge], target: edges.targets[edge], payload: WholePayload(edges, at: edge)))
        }
      }
    }
    (file, count) = try unsafe (buffer.sorted(in: folder), buffer.count)
  }

  /// Sorts and keeps what is in `buffer`, whose times are those of the relation.
  init(_ buffer: RecordBuffer, in folder: SpillFolder) throws(GraphError) {
    (file, count) = try unsafe (buffer.sorted(in: folder), buffer.count)
  }

  mutating func scaleTimes(_ scale: @escaping @Sendable (Int64) -> Int64) { scales.append(scale) }

  private func scaled(_ time: Int64) -> Int64 { scales.reduce(time) { $1($0) } }

  /// From the earliest known time to the latest, scaled; a scale never changes the order of times.
  var timeRange: ClosedRange<Int64>? { times.map { scaled($0.lowerBound)...scaled($0.upperBound) } }

  subscript(edge: Int) -> Record {
    precondition(edge >= 0 && edge < count, "edge \(edge) of a run of \(count)")
    // Safe: the file holds `count` records.
    var record = unsafe file.start.assumingMemoryBound(to: Record.self)[edge]
    if !scales.isEmpty, record.payload.time != TimeColumn.unknown { record.payload.time = scaled(record.payload.time) }
    return record
  }
}

/// Room for the edges of one run.
@unsafe
final class RecordBuffer {
  private let allocation: Allocation
  private let records: UnsafeMutablePointer<SpilledRun.Record>
  let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    unsafe self.capacity = capacity
    unsafe allocation = Allocation(byteCount: max(1, capacity * MemoryLayout<SpilledRun.Record>.stride))
    unsafe records = allocation.start.bindMemory(to: SpilledRun.Record.self, capacity: capacity)
  }

  func append(_ record: SpilledRun.Record) {
    precondition(unsafe count < capacity, "a run of \(unsafe capacity) edges is full")
    unsafe records[count] = record
    unsafe count += 1
  }

  func removeAll() { unsafe count = 0 }

  /// A file of the edges, sorted; the buffer is left in disorder.
  func sorted(in folder: SpillFolder) throws(GraphError) -> SpillFile {
    let file = try unsafe SpillFile(in: folder, byteCount: count * MemoryLayout<SpilledRun.Record>.stride)
    let target = unsafe file.start.bindMemory(to: SpilledRun.Record.self, capacity: count)
    var (source, neighbor): (UInt32, UInt32) = (0, 0)
    for edge in unsafe 0..<count {
      unsafe source |= records[edge].source
      unsafe neighbor |= records[edge].target
    }
    // The file is the second place that sorting needs.
    let sorted = unsafe sortedByPair(
      records, target, count: count, sourceBits: UInt32.bitWidth - source.leadingZeroBitCount,
      targetBits: UInt32.bitWidth - neighbor.leadingZeroBitCount)
    if unsafe sorted != target { unsafe target.update(from: sorted, count: count) }
    return file
  }
}

/// The edges of several runs as one sorted sequence; of equal pairs, those of earlier runs first.
struct RunMerge {
  private let runs: [SpilledRun]
  private var next: [Int]
  /// A binary heap of runs by the pair that each is at, then by the number of the run.
  private var heap: [Head] = []

  private struct Head {
    var key: UInt64
    var run: Int

    static func < (left: Head, right: Head) -> Bool { (left.key, left.run) < (right.key, right.run) }
  }

  init(_ runs: [SpilledRun]) {
    self.runs = runs
    next = [Int](repeating: 0, count: runs.count)
    for run in runs.indices where runs[run].count > 0 {
      heap.append(Head(key: Self.key(runs[run][0]), run: run))
    }
    for place in (0..<heap.count / 2).reversed() { sift(place) }
  }

  private static func key(_ record: SpilledRun.Record) -> UInt64 { UInt64(record.source) << 32 | UInt64(record.target) }

  mutating func pop() -> SpilledRun.Record? {
    guard let head = heap.first else { return nil }
    let record = runs[head.run][next[head.run]]
    next[head.run] += 1
    if next[head.run] < runs[head.run].count {
      heap[0].key = Self.key(runs[head.run][next[head.run]])
    } else {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    sift(0)
    return record
  }

  private mutating func sift(_ start: Int) {
    var place = start
    while true {
      var least = place
      var child = 2 * place + 1
      while child < heap.count, child <= 2 * place + 2 {
        if heap[child] < heap[least] { least = child }
        child += 1
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}

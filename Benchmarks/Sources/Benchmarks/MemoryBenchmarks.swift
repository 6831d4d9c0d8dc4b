import AkinGraph
import AkinParallel

/// What a read of memory at random costs, alone and with many outstanding: the limit of every walk.
struct MemoryBenchmarks {
  /// In huge pages where the system has them.
  private let values: Column<UInt32>

  init(megabytes: Int) {
    values = Column(count: megabytes << 18) { target in
      for position in target.indices { target[position] = UInt32(truncatingIfNeeded: mix64(UInt64(position))) }
    }
  }

  /// Nanoseconds a read where each of `lanes` chains waits for its own last read alone, and all chains take turns.
  ///
  /// No memory is asked for ahead: the processor itself overlaps the chains, as far as its window of instructions goes.
  func read(lanes: Int) -> Double {
    let count = 2_000_000 / lanes
    var sum: UInt64 = 0
    let times = runs(3) { number in
      values.withSpan { span in
        var places = (0..<lanes).map { mix64(UInt64($0 + 1000 * number)) }
        for _ in 0..<count {
          for lane in 0..<lanes {
            let place = Int(((places[lane] >> 32) &* UInt64(span.count)) >> 32)
            places[lane] = mix64(places[lane] &+ UInt64(span[place]))
          }
        }
        sum &+= places[0]
      }
    }
    if sum == 1 { print() }
    return times.median / Double(count * lanes) * 1e9
  }

  func run() {
    let megabytes = values.byteCount >> 20
    for lanes in [1, 8, 16, 32, 64] { report("Memory/read/\(megabytes)MB/\(lanes)", read(lanes: lanes), "ns/read") }
  }
}

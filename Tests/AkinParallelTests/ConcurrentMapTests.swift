import AkinParallel
import Glibc
import Synchronization
import Testing

@Suite struct ConcurrentMapTests {
  @Test(arguments: [1, 2, 3, 8])
  func `chunks come back in order, whatever the number of threads`(threads: Int) throws {
    let execution = Execution(threads: threads)
    for (count, chunkSize) in [(0, 5), (1, 5), (5, 5), (6, 5), (1000, 7)] {
      let ranges = try concurrentMap(count: count, chunkSize: chunkSize, execution: execution) { $0 }
      #expect(ranges.flatMap { Array($0) } == Array(0..<count))
      #expect(ranges.allSatisfy { $0.count <= chunkSize && !$0.isEmpty })
    }
  }

  @Test(arguments: [1, 4])
  func `an error of a chunk is thrown`(threads: Int) {
    struct Broken: Error, Equatable { var at: Int }
    #expect(throws: Broken(at: 40)) {
      try concurrentMap(count: 100, chunkSize: 10, execution: Execution(threads: threads)) { range in
        if range.lowerBound == 40 { throw Broken(at: range.lowerBound) }
      }
    }
  }

  @Test(arguments: [1, 4])
  func `cancelling stops between chunks`(threads: Int) {
    let execution = Execution(threads: threads)
    #expect(throws: CancellationError.self) {
      try concurrentMap(count: 1_000_000, chunkSize: 1, execution: execution) { range in
        if range.lowerBound == 10 { execution.cancellation.cancel() }
      }
    }
  }
}

@Suite struct ConcurrentPassTests {
  @Test(arguments: [1, 2, 3, 8])
  func `every range comes once, whoever is slow`(threads: Int) throws {
    let execution = Execution(threads: threads)
    for (count, chunkSize) in [(0, 5), (1, 5), (6, 5), (1000, 7)] {
      let counts = Mutex([Int](repeating: 0, count: count))
      try concurrentPass(count: count, chunkSize: chunkSize, execution: execution) { range in
        // The first part takes long, so that others go on with it.
        if range.lowerBound < 30 { usleep(500) }
        counts.withLock { for position in range { $0[position] += 1 } }
      }
      #expect(counts.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  @Test(arguments: [1, 4])
  func `an error stops it and is thrown`(threads: Int) {
    struct Broken: Error, Equatable { var at: Int }
    #expect(throws: Broken(at: 40)) {
      try concurrentPass(count: 100, chunkSize: 10, execution: Execution(threads: threads)) { range in
        if range.lowerBound == 40 { throw Broken(at: range.lowerBound) }
      }
    }
  }

  @Test(arguments: [1, 4])
  func `cancelling stops a pass between ranges`(threads: Int) {
    let execution = Execution(threads: threads)
    #expect(throws: CancellationError.self) {
      try concurrentPass(count: 1_000_000, chunkSize: 1, execution: execution) { range in
        if range.lowerBound == 10 { execution.cancellation.cancel() }
      }
    }
  }
}

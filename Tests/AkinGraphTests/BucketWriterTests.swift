import TestSupport
import Testing

@testable import AkinGraph

/// Records that go to their buckets by lines, against ones that are appended to an array for each.
@Suite struct BucketWriterTests {
  private struct Twelve: BitwiseCopyable, Equatable { var (a, b, c): (UInt32, UInt32, UInt32) }
  private struct TwentyFour: BitwiseCopyable, Equatable { var (a, b, c): (UInt64, UInt64, UInt64) }

  /// Several writers in turns, as groups of edges have them, and places between buckets that nobody writes.
  private func check<Record: BitwiseCopyable & Equatable>(_ blank: Record, _ make: (UInt32) -> Record, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bucketCount = Int.random(in: 1...70, using: &random)
    let groups = (0..<3).map { _ in
      (0..<Int.random(in: 0...900, using: &random)).map { _ in
        // Some buckets get most, and some nothing.
        Int.random(in: 0..<bucketCount, using: &random) >> Int.random(in: 0...2, using: &random)
      }
    }
    var starts = [[Int]](repeating: [], count: groups.count)
    var place = 0
    for bucket in 0..<bucketCount {
      for group in groups.indices {
        starts[group].append(place)
        place += groups[group].count { $0 == bucket }
      }
      place += Int.random(in: 0...1, using: &random)
    }
    var expected = [Record](repeating: blank, count: place)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, place * MemoryLayout<Record>.stride), alignment: 64)
    defer { unsafe memory.deallocate() }
    let records = unsafe memory.bindMemory(to: Record.self, capacity: place)
    unsafe records.initialize(repeating: blank, count: place)
    for (group, buckets) in groups.enumerated() {
      var next = starts[group]
      var writer = unsafe BucketWriter(records, next: next)
      unsafe writer.write { put in
        for (number, bucket) in buckets.enumerated() { put(make(UInt32(group << 16 | number)), bucket) }
      }
      unsafe writer.finish()
      for (number, bucket) in buckets.enumerated() {
        expected[next[bucket]] = make(UInt32(group << 16 | number))
        next[bucket] += 1
      }
    }
    #expect(unsafe Array(UnsafeBufferPointer(start: records, count: place)) == expected, "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<40)
  func `every record is in its place, and nothing else is touched`(seed: UInt64) {
    check(UInt64.max, { UInt64($0) }, seed: seed)
    check(Twelve(a: .max, b: 0, c: 0), { Twelve(a: $0, b: $0 + 1, c: $0 + 2) }, seed: seed)
    check(SIMD4<UInt32>(repeating: .max), { SIMD4($0, 1, 2, $0) }, seed: seed)
    check(TwentyFour(a: .max, b: 0, c: 0), { TwentyFour(a: UInt64($0), b: 7, c: UInt64($0)) }, seed: seed)
  }
}

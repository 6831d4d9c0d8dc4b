import AkinGraph
import CAkinKernels

extension VisitCounts {
  /// How far ahead memory is asked for: as many accesses as a processor has outstanding at a time.
  private static let lookahead = 24

  /// Blank counters, in huge pages where the system has them.
  static func counters(_ count: Int) -> [Counter] {
    // All empty arrays share a storage, which is not to be filled by several threads, even with nothing.
    count == 0
      ? []
      : unsafe [Counter](unsafeUninitializedCapacity: count) { buffer, initialized in
        unsafe adviseHugePages(UnsafeMutableRawBufferPointer(buffer))
        unsafe buffer.initialize(repeating: Counter())
        initialized = count
      }
  }

  /// Counts visits in their order; there are counters.
  mutating func count(_ visits: Span<Visit>) {
    unsafe counters.withUnsafeMutableBufferPointer { counters in
      guard let base = counters.baseAddress else { return }
      for number in visits.indices {
        if number &+ Self.lookahead < visits.count {
          unsafe akin_prefetch(base + Int(visits[unchecked: number &+ Self.lookahead].candidate))
        }
        let visit = unsafe visits[unchecked: number]
        // Safe: a walk checks that candidates are below the number of candidate nodes, and there is a counter for each.
        let counter = unsafe base + Int(visit.candidate)
        if unsafe counter.pointee.visits == 0 { visited.append(visit.candidate) }
        unsafe counter.pointee.visits += visit.worth
        unsafe counter.pointee.squares += visit.worth * visit.worth
      }
    }
  }

  /// Lets `body` write the counter of each of `candidates`, asking for memory ahead.
  @inline(__always)
  static func update<Failure: Error>(
    _ counters: inout [Counter], of candidates: [UInt32], prefetch: (UInt32) -> Void,
    _ body: (UInt32, inout Counter) throws(Failure) -> Void
  ) throws(Failure) {
    try unsafe counters.withUnsafeMutableBufferPointer { counters throws(Failure) in
      guard let base = counters.baseAddress else { return }
      for number in candidates.indices {
        if number &+ lookahead < candidates.count {
          let next = candidates[number &+ lookahead]
          unsafe akin_prefetch(base + Int(next))
          prefetch(next)
        }
        // Safe: candidates come from `add`.
        try unsafe body(candidates[number], &base[Int(candidates[number])])
      }
    }
  }
}

import Dispatch
import Synchronization

/// Calls `body` with ranges of `chunkSize` that make up `0..<count`, for work that passes over memory.
///
/// As with `concurrentMap`, ranges depend on `count` and `chunkSize` alone. But each thread takes ranges that follow each
/// other, as long as there are any: what one leaves in the cache of a core the next still finds there, and so does the same
/// part of the next pass. A thread that is through goes on with what others have not begun.
///
/// - Throws: the error of the lowest failing range that ran; `CancellationError` between ranges.
/// - Complexity: O(count / chunkSize) calls of `body`; nothing is allocated on one thread.
public func concurrentPass(
  count: Int, chunkSize: Int, execution: Execution, _ body: @Sendable (Range<Int>) throws -> Void
) throws {
  precondition(chunkSize > 0, "chunkSize must be at least 1, found \(chunkSize)")
  let chunks = (count + chunkSize - 1) / chunkSize
  @Sendable func range(_ chunk: Int) -> Range<Int> { chunk * chunkSize..<min(count, (chunk + 1) * chunkSize) }
  let threads = min(execution.threads, chunks)
  guard threads > 1 else {
    for chunk in 0..<chunks {
      try execution.cancellation.check()
      try body(range(chunk))
    }
    return
  }
  let parts = PassParts(chunks: chunks, threads: threads)
  let failure = Mutex<(chunk: Int, error: any Error)?>(nil)
  let hasFailed = Atomic<Bool>(false)
  DispatchQueue.concurrentPerform(iterations: threads) { thread in
    for part in 0..<threads {
      while !hasFailed.load(ordering: .relaxed), !execution.cancellation.isCancelled,
        let chunk = parts.claim(of: (thread + part) % threads)
      {
        do {
          try body(range(chunk))
        } catch {
          hasFailed.store(true, ordering: .relaxed)
          failure.withLock { if chunk < $0?.chunk ?? .max { $0 = (chunk, error) } }
        }
      }
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure.error }
  try execution.cancellation.check()
}

/// Which chunks are still to be had: a part for each thread, as long as each other within one.
@safe
private final class PassParts: @unchecked Sendable {
  private let chunks: Int
  private let threads: Int
  // Safe: allocated for as many as there are, and read and written atomically. On cache lines of their own, as every claim
  // writes one.
  private let next: UnsafeMutablePointer<Atomic<Int>>
  private static let spacing = 64 / MemoryLayout<Atomic<Int>>.stride

  init(chunks: Int, threads: Int) {
    (self.chunks, self.threads) = (chunks, threads)
    unsafe next = .allocate(capacity: threads * Self.spacing)
    for slot in 0..<threads * Self.spacing {
      unsafe (next + slot).initialize(to: Atomic(chunks * (slot / Self.spacing) / threads))
    }
  }

  deinit {
    unsafe next.deinitialize(count: threads * Self.spacing)
    unsafe next.deallocate()
  }

  /// The next chunk of a part.
  func claim(of part: Int) -> Int? {
    let chunk = unsafe next[part * Self.spacing].wrappingAdd(1, ordering: .relaxed).oldValue
    return chunk < chunks * (part + 1) / threads ? chunk : nil
  }
}

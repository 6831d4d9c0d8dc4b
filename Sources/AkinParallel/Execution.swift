import Dispatch
import Glibc
import Synchronization

/// How work is carried out: on how many threads, and who may stop it. Never changes a result.
public struct Execution: Sendable {
  /// Number of threads, at least 1.
  public var threads: Int
  /// Who may stop the work; a flag that nobody raises unless one is given.
  public var cancellation: Cancellation

  /// By default all cores of the machine are used. `threads` is at least 1.
  public init(threads: Int = Execution.availableCores, cancellation: Cancellation = Cancellation()) {
    precondition(threads >= 1, "threads must be at least 1, found \(threads)")
    self.threads = threads
    self.cancellation = cancellation
  }

  /// The cores that this process may run on.
  public static let availableCores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  /// One thread that nobody stops: the default of most calls.
  public static let serial = Execution(threads: 1)
}

/// A flag that asks running work to stop; safe to raise from any thread and from a signal handler.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not raised.
  public init() {}
  /// Whether `cancel()` was called, by any thread.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
  /// Raises the flag for good; work that looks at it stops with `CancellationError`.
  public func cancel() { flag.store(true, ordering: .relaxed) }
  /// - Throws: `CancellationError` once `cancel()` was called.
  public func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}

/// Splits `0..<count` into ranges of `chunkSize` and returns what `body` makes of each, in order.
///
/// Chunks depend on `count` and `chunkSize` alone, never on the number of threads, so a result folded from the returned
/// array is the same on one core and on many. Threads claim the next chunk when they are free.
///
/// - Throws: the error of the lowest failing chunk that ran; `CancellationError` between chunks.
/// - Complexity: O(count / chunkSize) calls of `body`.
public func concurrentMap<Result: Sendable>(
  count: Int, chunkSize: Int, execution: Execution, _ body: @Sendable (Range<Int>) throws -> Result
) throws -> [Result] {
  precondition(chunkSize > 0, "chunkSize must be at least 1, found \(chunkSize)")
  let chunks = (count + chunkSize - 1) / chunkSize
  @Sendable func range(_ chunk: Int) -> Range<Int> { chunk * chunkSize..<min(count, (chunk + 1) * chunkSize) }
  let threads = min(execution.threads, chunks)
  guard threads > 1 else {
    return try (0..<chunks).map { chunk in
      try execution.cancellation.check()
      return try body(range(chunk))
    }
  }
  let next = Atomic<Int>(0)
  let outcomes = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
  let failed = Atomic<Bool>(false)
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    while !failed.load(ordering: .relaxed), !execution.cancellation.isCancelled {
      let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard chunk < chunks else { return }
      let outcome = Swift.Result { try body(range(chunk)) }
      if case .failure = outcome { failed.store(true, ordering: .relaxed) }
      outcomes.withLock { $0[chunk] = outcome }
    }
  }
  let finished = outcomes.withLock { $0 }
  if let first = finished.filter({ if case .failure = $0.value { true } else { false } }).min(by: { $0.key < $1.key }) {
    _ = try first.value.get()
  }
  try execution.cancellation.check()
  return try (0..<chunks).map { try finished[$0]!.get() }
}

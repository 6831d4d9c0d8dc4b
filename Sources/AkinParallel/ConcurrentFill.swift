/// Splits `output` into runs of `chunkSize` elements and lets `body` write each; what it returns comes back in order.
///
/// `body` gets the positions of its run and the run itself, which it alone writes. Chunks depend on `output.count` and
/// `chunkSize` alone, never on the number of threads, so sums folded from the returned array are the same on one core
/// and on many.
///
/// - Throws: the error of the lowest failing chunk that ran; `CancellationError` between chunks. `output` is then partly
///   written.
/// - Complexity: O(count / chunkSize) calls of `body`.
public func concurrentFill<Element: BitwiseCopyable & Sendable, Result: Sendable>(
  _ output: inout [Element], chunkSize: Int, execution: Execution,
  _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) throws -> Result
) throws -> [Result] {
  try unsafe output.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return [] }
    let base = unsafe SharedBase(pointer: start)
    return try concurrentMap(count: buffer.count, chunkSize: chunkSize, execution: execution) { range in
      // Safe: ranges are disjoint parts of the buffer, which outlives the call.
      var run = unsafe MutableSpan(_unsafeStart: base.pointer + range.lowerBound, count: range.count)
      return try body(range, &run)
    }
  }
}

/// As above, with what `body` returns folded from `initial` on, in the order of the chunks; on one thread nothing is
/// allocated.
///
/// - Throws: as above.
public func concurrentFill<Element: BitwiseCopyable & Sendable, Result: Sendable>(
  _ output: inout [Element], chunkSize: Int, execution: Execution, folding initial: Result,
  _ combine: (Result, Result) -> Result, _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) throws -> Result
) throws -> Result {
  guard execution.threads == 1 else {
    return try concurrentFill(&output, chunkSize: chunkSize, execution: execution, body).reduce(initial, combine)
  }
  precondition(chunkSize > 0, "chunkSize must be at least 1, found \(chunkSize)")
  return try unsafe output.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return initial }
    var result = initial
    for lower in stride(from: 0, to: buffer.count, by: chunkSize) {
      try execution.cancellation.check()
      let range = lower..<min(buffer.count, lower + chunkSize)
      // Safe: the range is within the buffer.
      var run = unsafe MutableSpan(_unsafeStart: start + lower, count: range.count)
      result = combine(result, try body(range, &run))
    }
    return result
  }
}

/// The start of a buffer whose disjoint parts several threads write.
@unsafe
private struct SharedBase<Element>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
}

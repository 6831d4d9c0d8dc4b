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

/// The start of a buffer whose disjoint parts several threads write.
@unsafe
private struct SharedBase<Element>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
}

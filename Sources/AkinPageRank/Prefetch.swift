import CAkinKernels

extension Span where Element: BitwiseCopyable {
  /// Asks for an element before it is needed. Any position is harmless, so one that was not checked
  /// may be asked for.
  @inline(__always)
  func prefetch(_ position: Int) {
    unsafe withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe akin_prefetch(UnsafeRawPointer(base) + position &* MemoryLayout<Element>.stride)
    }
  }
}

extension Span where Element: BitwiseCopyable {
  /// As above, for an element of two cache lines.
  @inline(__always)
  func prefetchLarge(_ position: Int) {
    unsafe withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let start = unsafe UnsafeRawPointer(base) + position &* MemoryLayout<Element>.stride
      unsafe akin_prefetch(start)
      unsafe akin_prefetch(start + 64)
    }
  }
}

extension MutableSpan where Element: BitwiseCopyable {
  /// As for `Span`.
  @inline(__always)
  func prefetch(_ position: Int) {
    unsafe withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe akin_prefetch(UnsafeRawPointer(base) + position &* MemoryLayout<Element>.stride)
    }
  }
}

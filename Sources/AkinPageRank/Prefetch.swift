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

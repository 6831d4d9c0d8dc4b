import AkinGraph

extension Array where Element: BitwiseCopyable & AdditiveArithmetic {
  /// Zeros on huge pages, where the array is large and the system has them: fewer pages to be handed out one by one.
  init(zerosOnHugePages count: Int) {
    // The storage that all empty arrays share would be written to: with what it holds, but by several threads.
    if count == 0 {
      self = []
      return
    }
    self = unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe adviseHugePages(UnsafeMutableRawBufferPointer(buffer))
      unsafe buffer.initialize(repeating: .zero)
      initialized = count
    }
  }
}

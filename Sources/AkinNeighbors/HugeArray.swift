import AkinGraph

extension Array where Element: BitwiseCopyable & AdditiveArithmetic {
  /// Zeros on huge pages, where the array is large and the system has them: fewer pages to be handed out one by one.
  init(zerosOnHugePages count: Int) {
    self = unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe adviseHugePages(UnsafeMutableRawBufferPointer(buffer))
      unsafe buffer.initialize(repeating: .zero)
      initialized = count
    }
  }
}

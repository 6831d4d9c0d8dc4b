import Glibc

/// Asks the system to back memory that was just allocated with huge pages, so that random access to it seldom waits for
/// a page to be looked up. Without huge pages nothing changes; what the memory holds never does. File mappings cannot
/// have them: what is to be fast is copied first.
///
/// - Parameter memory: not yet written to, since pages that exist stay as they are.
@unsafe public func adviseHugePages(_ memory: UnsafeMutableRawBufferPointer) {
  let page = 1 << 21
  guard let start = memory.baseAddress, memory.count >= 2 * page else { return }
  let first = (Int(bitPattern: start) + page - 1) & ~(page - 1)
  let end = (Int(bitPattern: start) + memory.count) & ~(page - 1)
  guard end > first, let aligned = unsafe UnsafeMutableRawPointer(bitPattern: first) else { return }
  // The kernel may not know of them, and then there is nothing to be done.
  _ = unsafe madvise(aligned, end - first, Int32(MADV_HUGEPAGE))
}

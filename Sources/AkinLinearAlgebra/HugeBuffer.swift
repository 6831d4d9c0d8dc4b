import CAkinKernels
import Glibc

/// Gives back what was freed: the heap keeps pages of buffers below the size that is mapped, and maps others beside them.
package func releaseFreeMemory() { akin_release_free_memory() }

/// Zeroed memory for numbers, aligned to 64 bytes and, where it is large, on huge pages, so that rows read in random
/// order seldom miss the translation of addresses as well as the cache.
@safe
package final class HugeBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Safe to share: who writes it owns it alone (`DenseMatrix` copies on write) or parts of it that nobody else touches.
  package let start: UnsafeMutablePointer<Element>
  package let count: Int
  private let mappedBytes: Int

  package init(count: Int) {
    precondition(count >= 0, "a buffer cannot have \(count) elements")
    self.count = count
    let byteCount = max(64, count * MemoryLayout<Element>.stride)
    if byteCount >= 1 << 22 {
      let pages = (byteCount + 4095) / 4096 * 4096
      let mapping = unsafe mmap(nil, pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard unsafe mapping != MAP_FAILED, let mapping = unsafe mapping else {
        fatalError("no memory for an array of \(byteCount) bytes: plan before allocating")
      }
      // A request: without huge pages it is slower, no more.
      _ = unsafe madvise(mapping, pages, MADV_HUGEPAGE)
      unsafe start = mapping.bindMemory(to: Element.self, capacity: count)
      mappedBytes = pages
    } else {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
      unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
      unsafe start = memory.bindMemory(to: Element.self, capacity: count)
      mappedBytes = 0
    }
  }

  deinit {
    if mappedBytes > 0 { unsafe munmap(start, mappedBytes) } else { unsafe UnsafeMutableRawPointer(start).deallocate() }
  }
}

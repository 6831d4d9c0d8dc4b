import AkinParallel
import CAkinKernels
import Glibc
import Synchronization

/// Zeroed memory, freed with the last column that views it.
@safe
final class Allocation {
  let start: UnsafeMutableRawPointer
  /// Bytes that were mapped; 0 where the memory came from the heap.
  private let mappedByteCount: Int
  /// What the system gives and takes back at once.
  private let page: Int
  /// Bytes that have pages of others, or may have got some of the system's.
  private var passedByteCount = 0
  /// Pieces that lie in pages of others.
  private var pieces: [Range<Int>] = []

  /// - Parameter inHugePages: for memory that is read at random. What is filled from end to end and given back in pieces
  ///   is better off without: virtual machines may have to fetch a huge page from their host at several times the price.
  init(byteCount: Int, inHugePages: Bool = false) {
    page = inHugePages ? 1 << 21 : 1 << 12
    // The system's own pages come zeroed, so that much memory is not written twice, and not by one thread alone; and
    // they go back to it at once.
    if byteCount >= 1 << 20,
      let mapped = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe mapped != MAP_FAILED
    {
      unsafe start = mapped
      mappedByteCount = byteCount
      if inHugePages { unsafe adviseHugePages(UnsafeMutableRawBufferPointer(start: start, count: byteCount)) }
    } else {
      unsafe start = UnsafeMutableRawPointer.allocate(byteCount: max(1, byteCount), alignment: 64)
      unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
      mappedByteCount = 0
    }
  }

  /// Gives whole pages back to the system that nobody reads any more: what they hold is lost.
  func release(_ range: Range<Int>) {
    guard let pages = unsafe wholePages(of: range) else { return }
    _ = unsafe madvise(pages.baseAddress, pages.count, Int32(MADV_DONTNEED))
  }

  /// The pages that lie within a range of bytes from end to end; none of what came from the heap.
  @unsafe fileprivate func wholePages(of range: Range<Int>) -> UnsafeMutableRawBufferPointer? {
    let first = (Int(bitPattern: unsafe start) + range.lowerBound + page - 1) & ~(page - 1)
    let end = (Int(bitPattern: unsafe start) + range.upperBound) & ~(page - 1)
    guard mappedByteCount > 0, end > first else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: first), count: end - first)
  }

  /// A range of bytes in parts that the system can move, each of which lies in one piece.
  fileprivate func movable(_ range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for end in pieces.flatMap({ [$0.lowerBound, $0.upperBound] }) where end > start && end < range.upperBound {
      parts.append(start..<end)
      start = end
    }
    if start < range.upperBound { parts.append(start..<range.upperBound) }
    return parts
  }

  /// Lets the first `byteCount` bytes lie in pages of `spare` as far as there are any; they then hold what those held.
  ///
  /// To be called before any of them is written, but for those of an earlier call, which stay as they are. Not from two threads
  /// at a time.
  func back(_ byteCount: Int, with spare: SparePages) {
    let end = min(mappedByteCount, (byteCount + page - 1) & ~(page - 1))
    while let pages = unsafe wholePages(of: passedByteCount..<max(passedByteCount, end)) {
      let taken = unsafe spare.move(to: pages)
      guard taken > 0 else { break }
      pieces.append(passedByteCount..<passedByteCount + taken)
      passedByteCount += taken
    }
    passedByteCount = max(passedByteCount, end)
  }

  /// Has the system find pages for what has none yet of the memory, all of which is about to be written: in one go they cost
  /// two thirds of what they cost one by one.
  ///
  /// - Throws: `CancellationError`.
  func populate(execution: Execution) throws {
    let piece = 1 << 18
    let first = (pieces.last?.upperBound ?? 0) / piece
    let count = (mappedByteCount + piece - 1) / piece
    guard count > first else { return }
    let bytes = unsafe SharedBytes(start: start, count: mappedByteCount)
    _ = try concurrentMap(count: count - first, chunkSize: 1, execution: execution) { range in
      let start = (first + range.lowerBound) * piece
      let end = min(bytes.count, start + piece)
      unsafe akin_populate_pages(bytes.start + start, Int64(end - start))
    }
  }

  deinit {
    SparePages.pieces.subtract(pieces.count, ordering: .relaxed)
    if mappedByteCount > 0 { unsafe munmap(start, mappedByteCount) } else { unsafe start.deallocate() }
  }
}

@safe
private struct SharedBytes: @unchecked Sendable {
  // Safe to share: who has it asks the system for pages and reads nothing.
  let start: UnsafeMutableRawPointer
  let count: Int

  init(start: UnsafeMutableRawPointer, count: Int) {
    unsafe self.start = unsafe start
    self.count = count
  }
}

/// Pages of memory that nobody reads any more, for memory that is about to be written: a page that moves costs a thirtieth
/// of one that the system has to find and clear.
///
/// Not to be used from two threads at a time.
final class SparePages {
  private var ranges: [(owner: Allocation, bytes: Range<Int>)] = []
  /// How many pieces of memory of this process lie in pages of others: the system keeps a list of such pieces, which must not
  /// grow too long.
  fileprivate static let pieces = Atomic(0)
  private static let pieceLimit = 16_384
  /// A piece with fewer bytes is not worth its place in the list.
  private static let leastPiece = 1 << 16

  /// Takes bytes of `owner` that nobody reads or writes any more: what they hold is lost.
  func add(_ bytes: Range<Int>, of owner: Allocation) {
    ranges += owner.movable(bytes).map { (owner, $0) }
  }

  /// Moves pages to the start of `target`, which is whole pages that were never written.
  ///
  /// - Returns: how many bytes of it have pages now.
  @unsafe fileprivate func move(to target: UnsafeMutableRawBufferPointer) -> Int {
    while let last = ranges.last {
      guard let pages = unsafe last.owner.wholePages(of: last.bytes), pages.count >= Self.leastPiece else {
        last.owner.release(last.bytes)
        ranges.removeLast()
        continue
      }
      let count = min(pages.count, target.count)
      guard
        Self.pieces.add(1, ordering: .relaxed).newValue <= Self.pieceLimit,
        unsafe akin_move_pages(pages.baseAddress, target.baseAddress, Int64(count)) != 0
      else {
        Self.pieces.subtract(1, ordering: .relaxed)
        return 0
      }
      let start = unsafe Int(bitPattern: pages.baseAddress) - Int(bitPattern: last.owner.start)
      ranges[ranges.count - 1].bytes = start + count..<last.bytes.upperBound
      return count
    }
    return 0
  }
}

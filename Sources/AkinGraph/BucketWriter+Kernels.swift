import CAkinKernels

/// Moves records to the ends of many buckets, whole cache lines at a time.
///
/// A record alone would fetch the line that it goes to first, and with hundreds of buckets that line has left the nearest
/// cache before the next record comes. So records wait here until they make up lines of their bucket, which then go to
/// memory without being read.
///
/// Safe: the caller vouches that buckets are below the number of `next`, and that no more records come for a bucket than
/// it has places; two writers share no place. `finish` comes last.
@unsafe
struct BucketWriter<Record: BitwiseCopyable> {
  /// Records that fill two lines or more exactly, a power of two: with one line each, the processor foresees too seldom
  /// which record is the last of it.
  static var width: Int {
    var (line, stride) = (64, MemoryLayout<Record>.stride)
    while stride > 0 { (line, stride) = (stride, line % stride) }
    let fitting = 64 / line
    return fitting * MemoryLayout<Record>.stride < 128 ? 2 * fitting : fitting
  }

  private let records: UnsafeMutablePointer<Record>
  private let waiting: UnsafeMutablePointer<Record>
  /// Where each bucket began.
  private let first: [Int]
  private var next: [Int]

  /// - Parameters:
  ///   - records: where lines begin at multiples of 64 bytes.
  ///   - next: where the first record of each bucket goes.
  init(_ records: UnsafeMutablePointer<Record>, next: [Int]) {
    unsafe self.records = unsafe records
    unsafe self.first = next
    unsafe self.next = next
    let room = unsafe UnsafeMutableRawPointer.allocate(
      byteCount: max(1, next.count) * Self.width * MemoryLayout<Record>.stride, alignment: 64)
    unsafe waiting = unsafe room.bindMemory(to: Record.self, capacity: next.count * Self.width)
  }

  /// Puts every record that `body` hands over behind those of its bucket.
  mutating func write(_ body: ((_ record: Record, _ bucket: Int) -> Void) -> Void) {
    let width = unsafe Self.width
    let (records, waiting) = unsafe (records, waiting)
    unsafe first.withUnsafeBufferPointer { first in
      unsafe next.withUnsafeMutableBufferPointer { next in
        body { record, bucket in
          let place = unsafe next[bucket]
          unsafe next[bucket] = place &+ 1
          let slot = place & (width &- 1)
          let own = unsafe waiting + bucket &* width
          unsafe own[slot] = record
          guard slot == width &- 1 else { return }
          let start = place &- slot
          if unsafe start >= first[bucket] {
            unsafe akin_stream_lines(records + start, own, Int64(width * MemoryLayout<Record>.stride / 64))
          } else {
            for place in unsafe first[bucket]...place { unsafe records[place] = own[place & (width &- 1)] }
          }
        }
      }
    }
  }

  /// Writes what makes up no line.
  consuming func finish() {
    let width = unsafe Self.width
    for bucket in unsafe next.indices {
      let end = unsafe next[bucket]
      let start = unsafe max(first[bucket], end & ~(width - 1))
      for place in start..<end { unsafe records[place] = waiting[bucket * width + place & (width - 1)] }
    }
    akin_finish_streams()
    unsafe waiting.deallocate()
  }
}

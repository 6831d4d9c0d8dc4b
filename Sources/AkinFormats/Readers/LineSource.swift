/// The lines of a text, one after the other, each checked to be UTF-8.
struct LineSource {
  private let source: ByteSource
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private let limit: Int
  /// Of the last line that was taken, from 1.
  private(set) var number: UInt64 = 0

  /// - Parameter limit: the most bytes of a line.
  init(_ source: ByteSource, limit: Int = 1 << 24) {
    self.source = source
    self.limit = limit
  }

  /// The next line without its end, or `nil` after the last. A line longer than the limit is given up to there, and is
  /// `.failure`.
  mutating func next() throws(FormatError) -> Line? {
    var looked = start
    while true {
      if let end = buffer[looked...].firstIndex(of: Ascii.lineFeed) { return take(to: end, next: end + 1) }
      if isAtEnd { return start < buffer.count ? take(to: buffer.count, next: buffer.count) : nil }
      looked = buffer.count - start
      buffer.removeSubrange(..<start)
      start = 0
      let size = max(1 << 18, buffer.count)
      buffer += [UInt8](repeating: 0, count: size)
      let got = try source.read(into: &buffer, range: looked..<looked + size)
      buffer.removeLast(size - got)
      isAtEnd = got < size
    }
  }

  private mutating func take(to end: Int, next: Int) -> Line {
    var bytes = buffer[start..<end]
    start = next
    number += 1
    if bytes.last == Ascii.carriageReturn { bytes.removeLast() }
    if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if bytes.count > limit {
      return Line(bytes: bytes.prefix(limit), problem: .recordTooLong(limit: limit))
    }
    // A text check that takes a character cut off at the end for right is not enough for a whole line.
    let isClean = bytes.allSatisfy { $0 != 0 && $0 < 0x80 }
    if isClean { return Line(bytes: bytes, problem: nil) }
    let copy = Array(bytes)
    return Line(bytes: bytes, problem: firstWrongByte(copy.span, 0..<copy.count)?.kind)
  }

  struct Line {
    var bytes: ArraySlice<UInt8>
    var problem: RecordProblem.Kind?
  }
}

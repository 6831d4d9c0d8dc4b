import Synchronization

/// A reader that threads take blocks from, one after the other, each to be split and parsed while the next is read.
///
/// Safe to share: the lock lets one thread at a time to the reader; its owner uses it only while no thread does.
final class SharedReader: @unchecked Sendable {
  private let reader: any RecordReader
  private let state = Mutex(State())

  private struct State {
    var pool: [RecordBlock] = []
    var count = 0
    var isAtEnd = false
  }

  struct NumberedBlock: Sendable {
    /// Ascending in the order of the file.
    var number: Int
    var block: RecordBlock
  }

  init(_ reader: any RecordReader) { self.reader = reader }

  var isAtEnd: Bool { state.withLock(\.isAtEnd) }

  /// The next block, which may be left to split; `nil` at the end.
  ///
  /// - Throws: as `RecordReader.nextBlock`, and then there are no more blocks.
  func next() throws -> NumberedBlock? {
    try state.withLock { state in
      guard !state.isAtEnd else { return nil }
      var block = state.pool.popLast() ?? RecordBlock()
      // An error, too, is the end.
      state.isAtEnd = true
      guard try reader.nextUnsplit(into: &block) else { return nil }
      state.isAtEnd = false
      state.count += 1
      return NumberedBlock(number: state.count - 1, block: block)
    }
  }

  /// Takes blocks back whose memory may hold others.
  func reuse(_ blocks: [RecordBlock]) { state.withLock { $0.pool += blocks } }
}

/// A block, and what it says.
struct ParsedBlock: Sendable {
  var read: SharedReader.NumberedBlock
  var interactions: InteractionBlock
}

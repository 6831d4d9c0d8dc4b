import AkinGraph
import CAkinKernels
import Glibc

/// Puts the records of lists together, of which there are millions: `source,item,rank,score`.
///
/// Room is made for a whole list at once, and what is written often, ranks and scores, is kept as text.
struct RecordWriter {
  private let sources: PlainIDs
  private let items: PlainIDs
  private var bytes: [UInt8] = []
  private var count = 0
  /// By slot: a score and its text, whose length is 0 where there is none yet.
  private var scores: [UInt64]
  private var scoreLengths: [UInt8]
  private var scoreTexts: [UInt8]

  private static let slots = 1 << 10
  /// Of a record: two short ids, a rank and a score.
  private static let usualLength = 44
  /// A number of 64 bits takes no more, and leaves room for two steps of a copy.
  private static let scoreStride = 32
  private static let ranks = (0..<128).map { Array(",\($0 + 1),".utf8) }

  /// - Parameter records: how many there will be, as far as is known: room that need not be made in steps.
  init(_ sources: PlainIDs, _ items: PlainIDs, records: Int = 0) {
    bytes = [UInt8](repeating: 0, count: Self.usualLength * records)
    self.sources = sources
    self.items = items
    scores = [UInt64](repeating: 0, count: Self.slots)
    scoreLengths = [UInt8](repeating: 0, count: Self.slots)
    scoreTexts = [UInt8](repeating: 0, count: Self.slots * Self.scoreStride)
  }

  /// Everything that was appended.
  consuming func text() -> [UInt8] {
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  mutating func append(_ text: [UInt8]) {
    makeRoom(for: text.count)
    for byte in text {
      bytes[count] = byte
      count += 1
    }
  }

  /// Appends the records of a list; `false`, and nothing is appended, where an id needs quotes or more room.
  ///
  /// - Throws: `GraphError.damagedData`.
  mutating func append(
    of source: Int, length: Int, entry: (Int) -> (item: UInt32, score: Double)
  ) throws(GraphError) -> Bool {
    guard length > 0 else { return true }
    guard let own = try sources.range(of: source) else { return false }
    // An id, a rank of up to 20 digits and a score, each with what stands behind it, and what copies write too much.
    makeRoom(for: length * (own.count + PlainIDs.longest + 24 + Self.scoreStride) + 32)
    let start = count
    for position in 0..<length {
      let (item, score) = entry(position)
      guard let range = try items.range(of: Int(item)) else {
        count = start
        return false
      }
      let slot = slot(of: score)
      // Safe: room was made for the longest record; ranges lie inside their columns; a slot has a text of its stride.
      unsafe bytes.withUnsafeMutableBytes { bytes in
        let begin = unsafe bytes.baseAddress! + count
        var place = unsafe begin + sources.copy(own, to: begin)
        unsafe place.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
        unsafe place += 1
        unsafe place += items.copy(range, to: place)
        if position < Self.ranks.count {
          unsafe place += Self.write(Self.ranks[position], to: place)
        } else {
          unsafe place += Self.write(Array(",\(position + 1),".utf8), to: place)
        }
        unsafe scoreTexts.withUnsafeBytes { texts in
          unsafe place.copyMemory(from: texts.baseAddress! + slot * Self.scoreStride, byteCount: Self.scoreStride)
        }
        unsafe place += Int(scoreLengths[slot])
        unsafe place.storeBytes(of: UInt8(ascii: "\n"), as: UInt8.self)
        count = unsafe place - bytes.baseAddress! + 1
      }
    }
    return true
  }

  private static func write(_ text: [UInt8], to place: UnsafeMutableRawPointer) -> Int {
    unsafe text.withUnsafeBytes { unsafe place.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    return text.count
  }

  /// Where the text of a score is.
  @inline(__always)
  private mutating func slot(of score: Double) -> Int {
    let bits = score.bitPattern
    let slot = Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) &>> 54)
    if scores[slot] != bits || scoreLengths[slot] == 0 {
      var text = score.description
      text.withUTF8 { utf8 in
        for position in utf8.indices { scoreTexts[slot * Self.scoreStride + position] = unsafe utf8[position] }
        scoreLengths[slot] = UInt8(utf8.count)
      }
      scores[slot] = bits
    }
    return slot
  }

  private mutating func makeRoom(for more: Int) {
    guard bytes.count < count + more else { return }
    bytes.append(contentsOf: repeatElement(0, count: max(bytes.count, more, 1 << 16)))
  }
}

/// The ids of a type, and which of them CSV writes as they are: those of a few characters of ASCII without separators,
/// quotes and line breaks.
struct PlainIDs: Sendable {
  static let longest = 64
  private let ids: StringColumn
  private let isPlain: [Bool]

  /// - Complexity: O(bytes of all ids).
  init(_ ids: StringColumn) {
    self.ids = ids
    isPlain = ids.offsets.withSpan { offsets in
      ids.bytes.withSpan { bytes in
        (0..<ids.count).map { index in
          let (start, end) = (offsets[index], offsets[index + 1])
          guard start <= end, end <= UInt64(bytes.count), end - start <= UInt64(Self.longest) else { return false }
          for position in Int(start)..<Int(end) {
            // Safe: the end was checked.
            let byte = unsafe bytes[unchecked: position]
            if byte >= 128 || byte == 44 || byte == 34 || byte == 10 || byte == 13 { return false }
          }
          return true
        }
      }
    }
  }

  /// Asks for an id that is about to be copied.
  func prefetch(_ index: Int) {
    guard index < ids.count else { return }
    // Safe: a node below the count has an offset.
    unsafe akin_prefetch(ids.offsets.start + index)
  }

  /// Where a plain id is among the bytes; `nil` for any other.
  @inline(__always)
  func range(of index: Int) throws(GraphError) -> Range<Int>? {
    guard isPlain[index] else { return nil }
    // Safe: the offsets were looked at. A mapped file may have changed since, so the copy looks again.
    let (start, end) = unsafe (ids.offsets.start[index], ids.offsets.start[index + 1])
    guard start <= end, end <= UInt64(ids.bytes.count), end - start <= UInt64(Self.longest) else {
      throw .damagedData(
        place: "string \(index)", found: "bytes \(start)..<\(end)", expected: "what was there when it was opened")
    }
    return Int(start)..<Int(end)
  }

  /// Copies an id, and may write up to 16 bytes in all where it is shorter.
  @inline(__always)
  func copy(_ range: Range<Int>, to place: UnsafeMutableRawPointer) -> Int {
    // Safe: `range` comes from `range(of:)`.
    let from = unsafe UnsafeRawPointer(ids.bytes.start) + range.lowerBound
    if range.count <= 16, range.lowerBound + 16 <= ids.bytes.count {
      unsafe place.storeBytes(of: from.loadUnaligned(as: SIMD2<UInt64>.self), as: SIMD2<UInt64>.self)
    } else {
      unsafe place.copyMemory(from: from, byteCount: range.count)
    }
    return range.count
  }
}

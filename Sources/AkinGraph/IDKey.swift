/// An external id in 12 bytes: a short one whole, a long one by its hash.
struct IDKey: Equatable, Sendable {
  /// The bytes of an id of at most eight, padded with zeros; else XXH64 of them.
  var word: UInt64
  var length: UInt32

  /// Ids of no more bytes are known by their key alone.
  static let wholeLength: UInt32 = 8

  init(word: UInt64, length: UInt32) {
    self.word = word
    self.length = length
  }

  init(_ id: UnsafeRawBufferPointer) {
    length = UInt32(id.count)
    if id.count <= 8 {
      word = 0
      for position in id.indices { word |= unsafe UInt64(id[position]) &<< UInt64(8 &* position) }
    } else {
      word = unsafe XXH64.hash(id)
    }
  }

  /// - Parameter bytes: with at least eight bytes from `start` on.
  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer, start: Int, length: UInt32) {
    self.length = length
    if length <= 8 {
      let loaded = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
      // A shift by 64 gives zero, as it must.
      word = loaded & ~(UInt64.max << UInt64(8 * length))
    } else {
      word = unsafe XXH64.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(length)]))
    }
  }

  /// Well mixed in its upper bits.
  @inline(__always)
  var hash: UInt64 {
    var mixed = (word ^ UInt64(length) &<< 59) &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed &>> 32
    return mixed &* 0xD6E8_FEB8_6659_FD93
  }
}

/// A place of the hash table that a builder finds ids by: 16 bytes, so that a short id is found in one cache line.
struct InternSlot: BitwiseCopyable {
  var word: UInt64
  var length: UInt32
  /// `UInt32.max` where the slot is empty.
  var index: UInt32

  static let empty = InternSlot(word: 0, length: 0, index: .max)
}

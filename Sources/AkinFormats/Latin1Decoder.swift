/// How the bytes of a text file stand for characters.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8
  /// ISO 8859-1: every byte is the character of its number.
  case latin1
}

/// Turns Latin-1 into UTF-8: bytes above 0x7F become two.
struct Latin1Decoder {
  private var waiting: UInt8?

  /// Fills `target` from what `read` gives, and returns how many bytes were written; 0 at the end.
  mutating func decode(
    into target: UnsafeMutableRawBufferPointer,
    reading read: (UnsafeMutableRawBufferPointer) throws(FormatError) -> Int
  ) throws(FormatError) -> Int {
    var written = 0
    if let byte = waiting {
      unsafe target[0] = byte
      waiting = nil
      written = 1
      if target.count == 1 { return 1 }
    }
    // Half of the room, at the end: every byte may become two, and writing never overtakes reading.
    let room = target.count - written
    let share = max(1, room / 2)
    let start = target.count - share
    let count = try unsafe read(UnsafeMutableRawBufferPointer(rebasing: target[start...]))
    for position in start..<start + count {
      let byte = unsafe target[position]
      if byte < 0x80 {
        unsafe target[written] = byte
        written += 1
      } else {
        unsafe target[written] = 0xC0 | byte >> 6
        written += 1
        let second = 0x80 | byte & 0x3F
        // Only where a single byte of room was left.
        if written == target.count { waiting = second } else { unsafe target[written] = second }
        written += written == target.count ? 0 : 1
      }
    }
    return written
  }
}

/// Strings of a node type, one a node: UTF-8 bytes end to end, string *i* at `offsets[i]..<offsets[i + 1]`.
public struct StringColumn: Sendable {
  /// Where each string begins among `bytes`, one entry more than there are strings.
  public let offsets: Column<UInt64>
  /// The UTF-8 bytes of all strings, one after the other.
  public let bytes: Column<UInt8>

  init(offsets: Column<UInt64>, bytes: Column<UInt8>) {
    self.offsets = offsets
    self.bytes = bytes
  }

  init(_ strings: [String]) {
    var offsets: [UInt64] = [0]
    var bytes: [UInt8] = []
    for string in strings {
      bytes.append(contentsOf: string.utf8)
      offsets.append(UInt64(bytes.count))
    }
    self.init(offsets: Column(offsets), bytes: Column(bytes))
  }

  /// How many strings there are.
  public var count: Int { max(0, offsets.count - 1) }

  /// - Throws: `GraphError.damagedData` where the offsets of a mapped file contradict themselves.
  public func string(at index: Int) throws(GraphError) -> String {
    try unsafe withBytes(at: index) { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
  }

  /// Appends the bytes of a string as they are.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func append(at index: Int, to text: inout [UInt8]) throws(GraphError) {
    try unsafe withBytes(at: index) { bytes in unsafe text.append(contentsOf: bytes) }
  }

  /// Appends the bytes of a string, those that are not plain as %XX.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func append(at index: Int, to text: inout [UInt8], isPlain: (UInt8) -> Bool) throws(GraphError) {
    try unsafe withBytes(at: index) { bytes in
      for position in bytes.indices { unsafe appendEscaped(bytes[position], to: &text, isPlain: isPlain) }
    }
  }

  @unsafe func withBytes<Result>(
    at index: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(GraphError) -> Result {
    let start = offsets[index]
    let end = offsets[index + 1]
    guard start <= end, end <= UInt64(bytes.count) else {
      throw .damagedData(
        place: "string \(index)", found: "bytes \(start)..<\(end)", expected: "a range within 0..<\(bytes.count)")
    }
    return unsafe bytes.withBytes { all in
      unsafe body(UnsafeRawBufferPointer(rebasing: all[Int(start)..<Int(end)]))
    }
  }
}

/// Appends a byte, or %XX where it is not plain.
public func appendEscaped(_ byte: UInt8, to text: inout [UInt8], isPlain: (UInt8) -> Bool) {
  if isPlain(byte) {
    text.append(byte)
    return
  }
  let digits = Array("0123456789ABCDEF".utf8)
  text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}

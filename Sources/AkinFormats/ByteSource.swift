/// How a file is compressed.
public enum Compression: String, Sendable, CustomStringConvertible {
  case none = "plain"
  case gzip
  case xz
  case zstandard

  public var description: String { rawValue }
}

/// The decompressed bytes of one file, from its start to its end.
///
/// Compression is recognised by the first bytes of the file and never by its name: `1F 8B` is gzip, `FD 37 7A 58 5A 00`
/// is xz, `28 B5 2F FD` is Zstandard, anything else is plain. Files of several members or streams, as `cat a.gz b.gz` makes them, are read as one;
/// zero bytes after the last member are padding, anything else is an error.
public final class ByteSource {
  /// The path, or `standard input`; for messages.
  public let path: String
  /// As recognised by the first bytes of the file.
  public let compression: Compression
  private let input: FileInput
  private let decoder: (any StreamDecoder)?
  private var latin1: Latin1Decoder?
  /// Bytes that were read to look at, and not taken yet, from `aheadStart` on.
  private var ahead: [UInt8] = []
  private var aheadStart = 0

  /// - Throws: `FormatError` when the file is missing, a directory or not readable.
  public convenience init(path: String, encoding: TextEncoding = .utf8) throws(FormatError) {
    try self.init(path == "-" ? FileInput(standardInputBufferSize: 1 << 17) : FileInput(path: path), encoding: encoding)
  }

  /// What the process reads as standard input, compressed or plain.
  ///
  /// - Throws: `FormatError` where it cannot be read.
  public static func standardInput() throws(FormatError) -> ByteSource { try ByteSource(path: "-") }

  init(_ input: FileInput, encoding: TextEncoding = .utf8) throws(FormatError) {
    self.input = input
    latin1 = encoding == .latin1 ? Latin1Decoder() : nil
    path = input.path
    try input.require(XZDecoder.magic.count)
    if unsafe input.available.starts(with: GzipDecoder.magic) {
      compression = .gzip
      decoder = try GzipDecoder(path: path)
    } else if unsafe input.available.starts(with: XZDecoder.magic) {
      compression = .xz
      decoder = try XZDecoder(path: path)
    } else if unsafe input.available.starts(with: ZstandardDecoder.magic) {
      compression = .zstandard
      decoder = try ZstandardDecoder(path: path)
    } else {
      compression = .none
      decoder = nil
    }
  }

  /// Bytes of the file, as stored, that were read so far: with the size of the file, how far reading has come.
  public var storedBytesRead: UInt64 { input.offset }

  /// Bytes of the file, as stored, in all; 0 where that is not known.
  public var storedByteCount: UInt64 { input.byteCount }

  /// Fills `buffer[range]` from its start, and returns how many bytes were there: fewer than asked only at the end.
  ///
  /// - Throws: `FormatError` when the file cannot be read or its compressed data are truncated or damaged.
  public func read(into buffer: inout [UInt8], range: Range<Int>) throws(FormatError) -> Int {
    precondition(range.upperBound <= buffer.count, "\(range) of a buffer of \(buffer.count) bytes")
    var filled = range.lowerBound
    let fromAhead = min(ahead.count - aheadStart, range.count)
    if fromAhead > 0 {
      buffer.replaceSubrange(filled..<filled + fromAhead, with: ahead[aheadStart..<aheadStart + fromAhead])
      filled += fromAhead
      aheadStart += fromAhead
      if aheadStart == ahead.count {
        ahead = []
        aheadStart = 0
      }
    }
    while filled < range.upperBound {
      let outcome = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe readOnce(UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<range.upperBound]))
      }
      let count = try outcome.get()
      if count == 0 { break }
      filled += count
    }
    return filled - range.lowerBound
  }

  /// The next bytes without taking them: `count`, or fewer at the end.
  ///
  /// - Throws: as `read(into:range:)`.
  func peek(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
    let known = ahead.count - aheadStart
    if known < count {
      var more = [UInt8](repeating: 0, count: count)
      let kept = Array(ahead[aheadStart...])
      ahead = []
      aheadStart = 0
      let got = try read(into: &more, range: 0..<count - known)
      ahead = kept + more[0..<got]
    }
    return ahead[aheadStart..<min(ahead.count, aheadStart + count)]
  }

  private func readOnce(_ target: UnsafeMutableRawBufferPointer) -> Result<Int, FormatError> {
    Result { () throws(FormatError) in
      guard latin1 != nil else { return try unsafe readStored(target) }
      return try unsafe latin1!.decode(into: target) { bytes throws(FormatError) in try unsafe readStored(bytes) }
    }
  }

  private func readStored(_ target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    if let decoder { return try unsafe decoder.decode(from: input, into: target) }
    return try unsafe input.read(into: target)
  }
}

/// Turns the bytes of a file into decompressed ones.
protocol StreamDecoder: AnyObject {
  /// Writes at least one byte into `target`, which is not empty, and returns how many; 0 at the end.
  func decode(from input: FileInput, into target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int
}

/// What a node shows above its label.
public enum NodeImage: Sendable, Equatable {
  /// The bytes of a PNG or JPEG file; they become part of the picture.
  case png([UInt8])
  case jpeg([UInt8])
  /// An address that the reader of the picture fetches; only for SVG and HTML.
  case remote(String)

  /// The largest file that is taken into a picture.
  public static let maximumByteCount = 1 << 20

  /// - Throws: `DiagramError.badImage` when the bytes are neither PNG nor JPEG, or too many.
  public init(file bytes: [UInt8], path: String) throws(DiagramError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw .badImage(path, found: "\(bytes.count) bytes", expected: "at most \(Self.maximumByteCount)")
    }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png(bytes)
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg(bytes)
    } else {
      throw .badImage(path, found: "another kind of file", expected: "a PNG or JPEG image")
    }
  }
}

/// Bytes as text for `data:` addresses.
///
/// Source: RFC 4648, section 4.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var result: [UInt8] = []
  result.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
    for position in 0..<4 {
      result.append(position <= group.count ? alphabet[value >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: result, as: UTF8.self)
}

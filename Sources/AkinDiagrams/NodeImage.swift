import CTurboJPEG

/// What a node shows above its label.
public enum NodeImage: Sendable, Equatable {
  /// The bytes of a PNG or JPEG file; they become part of the picture.
  case png([UInt8])
  case jpeg([UInt8])
  /// An address that the reader of the picture fetches; only for SVG and HTML.
  case remote(String)

  /// The largest file that is taken into a picture.
  public static let maximumByteCount = 1 << 20
  /// The largest image: a small file can hold a huge one.
  public static let maximumPixels = 4096

  /// - Throws: `DiagramError.badImage` when the bytes are neither PNG nor JPEG, too many, or hold too many pixels.
  public init(file bytes: [UInt8], path: String) throws(DiagramError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw .badImage(path, found: "\(bytes.count) bytes", expected: "at most \(Self.maximumByteCount)")
    }
    let size: (width: Int, height: Int)?
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png(bytes)
      size = Self.sizeOfPNG(bytes)
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg(bytes)
      size = Self.sizeOfJPEG(bytes)
    } else {
      throw .badImage(path, found: "another kind of file", expected: "a PNG or JPEG image")
    }
    guard let size else { throw .badImage(path, found: "a damaged file", expected: "a PNG or JPEG image") }
    guard max(size.width, size.height) <= Self.maximumPixels else {
      throw .badImage(
        path, found: "\(size.width) × \(size.height) pixels", expected: "at most \(Self.maximumPixels) each way")
    }
  }

  /// Source: W3C, "Portable Network Graphics", section 11.2.2.
  private static func sizeOfPNG(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard bytes.count >= 24, Array(bytes[12..<16]) == Array("IHDR".utf8) else { return nil }
    func number(at start: Int) -> Int { bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(at: 16), number(at: 20))
    return width > 0 && height > 0 ? (width, height) : nil
  }

  private static func sizeOfJPEG(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard let decoder = unsafe tjInitDecompress() else { return nil }
    defer { unsafe tjDestroy(decoder) }
    var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let status = unsafe tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colors)
    return status == 0 && width > 0 && height > 0 ? (Int(width), Int(height)) : nil
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

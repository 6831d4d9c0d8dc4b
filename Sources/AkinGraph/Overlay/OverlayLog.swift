import Glibc

/// The file beside a snapshot with what came after it: `G.akin.log`.
///
/// 32 bytes of header (magic, version, the fingerprint of the snapshot, a checksum), then records: the length of the
/// payload, its XXH64 with the position of the record as seed, the payload. A record is one batch of changes: it is there
/// whole or not at all. What follows the last whole record is the rest of a write that a crash cut off; readers pass over
/// it, the next writer takes it away.
struct OverlayLog {
  static let magic: [UInt8] = [0x89, 0x41, 0x4B, 0x4C, 0x4F, 0x47, 0x0D, 0x0A]
  static let version: UInt32 = 1
  static let headerSize = 32
  private static let recordHeaderSize = 12

  let path: String
  /// The fingerprint of the snapshot that the log belongs to.
  let base: UInt64
  /// The batches of operations, undecoded.
  private(set) var batches: [[UInt8]] = []
  /// The fingerprint of the snapshot that all of this was folded into, where the last record says so.
  private(set) var foldedInto: UInt64?
  /// Where the next record goes.
  private(set) var end: UInt64
  /// Bytes behind the last whole record.
  private(set) var tornBytes: Int

  static func path(for graph: String) -> String { graph + ".log" }
  static func lockPath(for graph: String) -> String { graph + ".lock" }

  /// `nil` where there is no log.
  ///
  /// - Throws: `GraphError.cannotRead`, `.corrupt`.
  init?(reading path: String) throws(GraphError) {
    guard let bytes = try Self.contents(of: path) else { return nil }
    self.path = path
    // A crash may have cut off the very first write.
    guard bytes.count >= Self.headerSize else {
      guard Self.magic.starts(with: bytes.prefix(8)) || bytes.isEmpty || bytes.starts(with: Self.magic) else {
        throw .corrupt(path: path, place: "the start", found: "other bytes", expected: "the header of a log")
      }
      return nil
    }
    let stored: UInt64 = unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: 24) }
    let computed = unsafe bytes.withUnsafeBytes { unsafe XXH64.hash(UnsafeRawBufferPointer(rebasing: $0[0..<24])) }
    guard bytes.starts(with: Self.magic), stored == computed else {
      throw .corrupt(path: path, place: "the header", found: "checksum \(hex(computed))", expected: hex(stored))
    }
    let version: UInt32 = unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: 8) }
    guard version == Self.version else {
      throw .unsupportedVersion(path: path, found: Int(version), supported: Int(Self.version))
    }
    base = unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: 16) }
    var position = Self.headerSize
    while let payload = Self.record(in: bytes, at: position) {
      // An empty batch with a fingerprint is the mark of a compaction.
      if payload.count == 9, payload[0] == 0 {
        foldedInto = unsafe payload.withUnsafeBytes { unsafe $0.littleEndian(at: 1) }
      } else {
        batches.append(payload)
        foldedInto = nil
      }
      position += Self.recordHeaderSize + payload.count
    }
    end = UInt64(position)
    tornBytes = bytes.count - position
    if tornBytes > Self.recordHeaderSize {
      // A damaged record with a whole one behind it was not cut off by a crash.
      let length: UInt32 = unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: position) }
      let next = position + Self.recordHeaderSize + Int(length)
      if next < bytes.count, Self.record(in: bytes, at: next) != nil {
        throw .corrupt(
          path: path, place: "byte \(position)", found: "a damaged record before a whole one", expected: "whole records"
        )
      }
    }
  }

  private static func record(in bytes: [UInt8], at position: Int) -> [UInt8]? {
    guard bytes.count - position >= recordHeaderSize else { return nil }
    let length: UInt32 = unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: position) }
    let stored: UInt64 = unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: position + 4) }
    let start = position + recordHeaderSize
    guard Int(length) <= bytes.count - start, length > 0 else { return nil }
    let payload = Array(bytes[start..<start + Int(length)])
    let computed = unsafe payload.withUnsafeBytes { unsafe XXH64.hash($0, seed: UInt64(position)) }
    return computed == stored ? payload : nil
  }

  private static func contents(of path: String) throws(GraphError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .cannotRead(path: path, reason: systemMessage())
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(path: path, reason: systemMessage())
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
  }

  static func header(base: UInt64) -> [UInt8] {
    var bytes = magic
    bytes.append(littleEndian: version)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: base)
    bytes.append(littleEndian: unsafe bytes.withUnsafeBytes { unsafe XXH64.hash($0) })
    return bytes
  }

  static func record(_ payload: [UInt8], at position: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(payload.count))
    bytes.append(littleEndian: unsafe payload.withUnsafeBytes { unsafe XXH64.hash($0, seed: position) })
    return bytes + payload
  }

  static func foldMark(_ fingerprint: UInt64) -> [UInt8] {
    var payload: [UInt8] = [0]
    payload.append(littleEndian: fingerprint)
    return payload
  }
}

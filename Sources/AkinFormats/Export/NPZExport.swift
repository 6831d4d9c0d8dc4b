import AkinGraph
import CZlib

/// A NumPy archive of arrays: a ZIP file of `.npy` members, not compressed.
///
/// Sources: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays"; PKWARE, ".ZIP File Format
/// Specification", version 6.3.10, with ZIP64 for members and archives of 4 GiB and more.
struct NPZArchive: ~Copyable {
  private var output: TextOutput
  private var position: UInt64 = 0
  private var directory: [UInt8] = []
  private var memberCount: UInt64 = 0

  init(_ output: consuming TextOutput) { self.output = output }

  /// - Parameters:
  ///   - type: as NumPy writes it: `<f4`, `<i8`, `|S3`.
  ///   - pieces: calls its argument with the bytes of the array, the same each time.
  mutating func add(
    _ name: String, type: String, shape: [Int], byteCount: Int,
    pieces: ((ArraySlice<UInt8>) throws -> Void) throws -> Void
  ) throws {
    let dimensions = shape.map { "\($0)," }.joined(separator: " ")
    var description = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    // Magic, version and length take 10 bytes; data start at a multiple of 64.
    let padding = 63 - (10 + description.utf8.count) % 64
    description += String(repeating: " ", count: padding) + "\n"
    var header: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    header.append(little: UInt16(description.utf8.count))
    header += Array(description.utf8)
    var checksum = crc32(0, nil, 0)
    func add(_ bytes: ArraySlice<UInt8>) {
      checksum = unsafe bytes.withUnsafeBytes { raw in
        unsafe crc32(checksum, raw.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(raw.count))
      }
    }
    add(header[...])
    try pieces { add($0) }
    let size = UInt64(header.count + byteCount)
    let file = Array("\(name).npy".utf8)
    var local: [UInt8] = []
    local.append(little: UInt32(0x0403_4b50))
    local += Self.common(checksum: UInt32(checksum), nameLength: file.count, extraLength: 20)
    local += file
    local += Self.sizes([size, size])
    directory.append(little: UInt32(0x0201_4b50))
    directory.append(little: UInt16(45))
    directory += Self.common(checksum: UInt32(checksum), nameLength: file.count, extraLength: 28)
    directory.append(little: UInt16(0))
    directory.append(little: UInt16(0))
    directory.append(little: UInt16(0))
    directory.append(little: UInt32(0))
    directory.append(little: UInt32.max)
    directory += file
    directory += Self.sizes([size, size, position])
    memberCount += 1
    try output.write(local)
    try output.write(header)
    try pieces { try output.write($0) }
    position += UInt64(local.count) + size
  }

  /// From the version needed to the length of the extra field; sizes are in the extra field.
  private static func common(checksum: UInt32, nameLength: Int, extraLength: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt16(45))
    bytes.append(little: UInt16(0))
    bytes.append(little: UInt16(0))
    bytes.append(little: UInt16(0))
    // 1 January 1980, so that equal graphs give equal files.
    bytes.append(little: UInt16(0x21))
    bytes.append(little: checksum)
    bytes.append(little: UInt32.max)
    bytes.append(little: UInt32.max)
    bytes.append(little: UInt16(nameLength))
    bytes.append(little: UInt16(extraLength))
    return bytes
  }

  private static func sizes(_ numbers: [UInt64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt16(1))
    bytes.append(little: UInt16(numbers.count * 8))
    for number in numbers { bytes.append(little: number) }
    return bytes
  }

  consuming func commit() throws {
    let start = position
    var end: [UInt8] = []
    end.append(little: UInt32(0x0606_4b50))
    end.append(little: UInt64(44))
    end.append(little: UInt16(45))
    end.append(little: UInt16(45))
    end.append(little: UInt32(0))
    end.append(little: UInt32(0))
    end.append(little: memberCount)
    end.append(little: memberCount)
    end.append(little: UInt64(directory.count))
    end.append(little: start)
    // Where that record is.
    end.append(little: UInt32(0x0706_4b50))
    end.append(little: UInt32(0))
    end.append(little: start + UInt64(directory.count))
    end.append(little: UInt32(1))
    end.append(little: UInt32(0x0605_4b50))
    end += [0, 0, 0, 0]
    end.append(little: UInt16.max)
    end.append(little: UInt16.max)
    end.append(little: UInt32.max)
    end.append(little: UInt32.max)
    end.append(little: UInt16(0))
    try output.write(directory)
    try output.write(end)
    try output.commit()
  }
}

extension [UInt8] {
  fileprivate mutating func append<Value: FixedWidthInteger>(little value: Value) {
    for byte in 0..<Value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
  }
}

extension GraphExport {
  func writeNPZ(_ relation: Int, to path: String) throws -> [String] {
    let rows = snapshot.relations[relation].forward
    // All rows are read before anything is written, so that damage is found.
    for source in 0..<UInt32(rows.nodeCount) {
      for edge in try rows.edges(of: source) { _ = try rows.neighbor(at: edge) }
    }
    try SparseRowsExport.write(
      to: path, rows: rows.nodeCount, columns: rows.neighborCount, entries: rows.edgeCount,
      offset: { rows.offsets[$0] }, index: { rows.neighbors[$0] }, value: { rows.attributes.weights?[$0] ?? 1 },
      cancellation: cancellation)
    return [path] + (try writeIDs(relation, to: path))
  }
}

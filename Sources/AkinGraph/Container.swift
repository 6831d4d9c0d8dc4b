import AkinParallel
import Glibc

/// The first 64 bytes of every file of ours.
struct ContainerHeader: Equatable {
  /// Not text, so that no tool takes the file for text; the line ends show a transfer that "repaired" them.
  static let magic: [UInt8] = [0x89, 0x41, 0x4B, 0x49, 0x4E, 0x0D, 0x0A, 0x1A]
  static let byteOrderMark: UInt32 = 0x0102_0304
  static let version: UInt16 = 1
  static let size = 64

  var content: Content
  var sectionCount: UInt32
  var fileLength: UInt64
  /// Seconds since 1970, UTC.
  var created: Int64
  /// XXH64 of the section table: the fingerprint of the content.
  var fingerprint: UInt64

  /// What a container holds.
  enum Content: UInt32 {
    case graph = 1
    case model = 2
  }

  func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: Self.byteOrderMark)
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: content.rawValue)
    bytes.append(littleEndian: sectionCount)
    bytes.append(littleEndian: UInt64(Self.size))
    bytes.append(littleEndian: fileLength)
    bytes.append(littleEndian: created)
    bytes.append(littleEndian: fingerprint)
    bytes.append(littleEndian: unsafe bytes.withUnsafeBytes { unsafe XXH64.hash($0) })
    return bytes
  }

  /// - Throws: `GraphError`, naming `path`.
  init(of file: MappedFile, path: String) throws(GraphError) {
    let bytes = unsafe file.bytes
    guard bytes.count >= Self.magic.count, unsafe bytes.prefix(Self.magic.count).elementsEqual(Self.magic) else {
      throw .notASnapshot(path: path, found: unsafe Self.description(of: bytes))
    }
    guard bytes.count >= Self.size else { throw .truncated(path: path, found: bytes.count, expected: Self.size) }
    let mark: UInt32 = unsafe bytes.littleEndian(at: 8)
    guard mark == Self.byteOrderMark else {
      if mark == Self.byteOrderMark.byteSwapped { throw .wrongByteOrder(path: path) }
      throw .corrupt(
        path: path, place: "the header", found: "byte order mark \(mark)", expected: "\(Self.byteOrderMark)")
    }
    let version: UInt16 = unsafe bytes.littleEndian(at: 12)
    guard version == Self.version else {
      throw .unsupportedVersion(path: path, found: Int(version), supported: Int(Self.version))
    }
    let stored: UInt64 = unsafe bytes.littleEndian(at: 56)
    let computed = unsafe XXH64.hash(UnsafeRawBufferPointer(rebasing: bytes[0..<56]))
    guard stored == computed else {
      throw .corrupt(path: path, place: "the header", found: "checksum \(hex(computed))", expected: hex(stored))
    }
    let contentCode: UInt32 = unsafe bytes.littleEndian(at: 16)
    guard let content = Content(rawValue: contentCode) else {
      throw .wrongContent(
        path: path, found: "a file of content kind \(contentCode)", expected: "a graph (kind 1) or a model (kind 2)")
    }
    self.content = content
    unsafe sectionCount = bytes.littleEndian(at: 20)
    unsafe fileLength = bytes.littleEndian(at: 32)
    unsafe created = bytes.littleEndian(at: 40)
    unsafe fingerprint = bytes.littleEndian(at: 48)
    guard fileLength == UInt64(bytes.count) else {
      if fileLength > UInt64(bytes.count) {
        throw .truncated(path: path, found: bytes.count, expected: Int(clamping: fileLength))
      }
      throw .corrupt(
        path: path, place: "the end", found: "\(bytes.count) bytes", expected: "\(fileLength) as the header says")
    }
  }

  init(content: Content, sectionCount: UInt32, fileLength: UInt64, created: Int64, fingerprint: UInt64) {
    self.content = content
    self.sectionCount = sectionCount
    self.fileLength = fileLength
    self.created = created
    self.fingerprint = fingerprint
  }

  private static func description(of bytes: UnsafeRawBufferPointer) -> String {
    if unsafe bytes.isEmpty { return "an empty file" }
    return unsafe "the bytes " + bytes.prefix(8).map { hex($0, digits: 2) }.joined(separator: " ")
  }
}

/// A file of ours, open for reading: the header and table are checked, the sections are not.
struct Container: Sendable {
  let file: MappedFile
  let path: String
  let header: ContainerHeader
  let entries: [SectionEntry]
  private let byKey: [SectionKey: SectionEntry]

  /// - Throws: `GraphError` where the file cannot be read, is not ours, is of a newer version or contradicts itself in
  ///   header, table or the bounds of its sections.
  /// - Complexity: O(sections), whatever the size of the file.
  init(path: String) throws(GraphError) {
    file = try MappedFile(path: path)
    self.path = path
    header = try ContainerHeader(of: file, path: path)
    let bytes = unsafe file.bytes
    let tableEnd = ContainerHeader.size + Int(header.sectionCount) * SectionEntry.size
    guard tableEnd <= bytes.count else { throw .truncated(path: path, found: bytes.count, expected: tableEnd) }
    let table = unsafe UnsafeRawBufferPointer(rebasing: bytes[ContainerHeader.size..<tableEnd])
    let checksum = unsafe XXH64.hash(table)
    guard checksum == header.fingerprint else {
      throw .corrupt(
        path: path, place: "the section table", found: "checksum \(hex(checksum))", expected: hex(header.fingerprint))
    }
    var entries: [SectionEntry] = []
    var byKey: [SectionKey: SectionEntry] = [:]
    for number in 0..<Int(header.sectionCount) {
      let start = number * SectionEntry.size
      let entry = unsafe SectionEntry(
        decoding: UnsafeRawBufferPointer(rebasing: table[start..<start + SectionEntry.size]))
      let end = entry.offset.addingReportingOverflow(entry.byteCount)
      guard entry.offset % SectionEntry.alignment == 0, entry.offset >= UInt64(tableEnd), !end.overflow,
        end.partialValue <= UInt64(bytes.count) || entry.byteCount == 0
      else {
        throw .corrupt(
          path: path, place: entry.place, found: "bytes \(entry.offset)..<\(end.partialValue)",
          expected: "a page-aligned range within \(tableEnd)..<\(bytes.count)")
      }
      guard byKey.updateValue(entry, forKey: entry.key) == nil else {
        throw .corrupt(path: path, place: entry.place, found: "a second such section", expected: "one")
      }
      entries.append(entry)
    }
    self.entries = entries
    self.byKey = byKey
  }

  /// The column under `key`; `nil` where the file has none.
  ///
  /// - Parameter count: how many elements there must be, where that is known.
  func column<Element: SectionElement>(
    _ key: SectionKey, of type: Element.Type = Element.self, count: Int? = nil
  ) throws(GraphError) -> Column<Element>? {
    guard let entry = byKey[key] else { return nil }
    guard entry.elementType == Element.elementType.rawValue else {
      throw .corrupt(
        path: path, place: entry.place, found: "element type \(entry.elementType)",
        expected: "\(Element.elementType.rawValue) (\(Element.elementType))")
    }
    let size = MemoryLayout<Element>.stride
    guard entry.byteCount % UInt64(size) == 0, count == nil || UInt64(count!) == entry.byteCount / UInt64(size) else {
      throw .corrupt(
        path: path, place: entry.place, found: "\(entry.byteCount) bytes",
        expected: count.map { "\($0) elements of \(size) bytes" } ?? "a multiple of \(size)")
    }
    guard entry.byteCount > 0 else { return Column([]) }
    // Safe: `init` checked that the range lies within the mapping and starts on a page.
    let start = unsafe (file.bytes.baseAddress! + Int(entry.offset)).assumingMemoryBound(to: Element.self)
    return unsafe Column(base: start, count: Int(entry.byteCount) / size, owner: file)
  }

  func required<Element: SectionElement>(
    _ key: SectionKey, of type: Element.Type = Element.self, count: Int? = nil
  ) throws(GraphError) -> Column<Element> {
    guard let column = try column(key, of: type, count: count) else {
      let entry = SectionEntry(
        kind: key.kind, elementType: 0, subject: key.subject, part: key.part, offset: 0, byteCount: 0, checksum: 0)
      throw .corrupt(path: path, place: entry.place, found: "no such section", expected: "one")
    }
    return column
  }
}

extension Container {
  /// Writes a file of these sections, whole or not at all.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`. The old file, if any, then stays as it was.
  static func write(
    _ sections: [Section], content: ContainerHeader.Content, to path: String, execution: Execution
  ) throws {
    let entries = try SectionEntry.table(of: sections, execution: execution)
    try write(sections, entries: entries, content: content, to: path, execution: execution)
  }

  /// As above, with the table of `sections` at hand.
  static func write(
    _ sections: consuming [Section], entries: [SectionEntry], content: ContainerHeader.Content, to path: String,
    execution: Execution
  ) throws {
    let end = entries.map { $0.offset + $0.byteCount }.max() ?? 0
    let table = SectionEntry.encoded(entries)
    let header = ContainerHeader(
      content: content, sectionCount: UInt32(entries.count),
      fileLength: max(end, UInt64(ContainerHeader.size + table.count)), created: Int64(time(nil)),
      fingerprint: SectionEntry.fingerprint(of: entries))
    var file = try AtomicFile(path: path)
    try unsafe (header.encoded() + table).withUnsafeBytes {
      try unsafe file.write($0, cancellation: execution.cancellation)
    }
    // What lies between sections is never written, and reads as zeros.
    // Each goes once it is written, if nobody else holds it.
    sections.reverse()
    for entry in entries {
      let section = sections.removeLast()
      try unsafe section.column.withBytes { bytes in
        try unsafe file.write(bytes, at: entry.offset, execution: execution)
      }
    }
    try file.extend(to: header.fileLength)
    try file.commit()
  }

  /// What is wrong in parts of the file that hold nothing of the graph: sections of kinds that this version does not
  /// know, or that the schema has no place for, and the zeros between sections.
  ///
  /// - Parameter known: sections that somebody else verifies.
  func problems(besides known: Set<SectionKey>) -> [String] {
    let bytes = unsafe file.bytes
    var findings: [String] = []
    for entry in entries where !known.contains(entry.key) && entry.byteCount > 0 {
      let range = Int(entry.offset)..<Int(entry.offset + entry.byteCount)
      let checksum = unsafe XXH64.hash(UnsafeRawBufferPointer(rebasing: bytes[range]))
      if checksum != entry.checksum {
        findings.append("\(entry.place): found checksum \(hex(checksum)), expected \(hex(entry.checksum))")
      }
    }
    func lookForZeros(from end: Int, to start: Int) {
      if end < start, let odd = unsafe bytes[end..<start].firstIndex(where: { $0 != 0 }) {
        findings.append("byte \(odd), between sections: found \(unsafe bytes[odd]), expected 0")
      }
    }
    var end = ContainerHeader.size + entries.count * SectionEntry.size
    for entry in entries.sorted(by: { $0.offset < $1.offset }) where entry.byteCount > 0 {
      lookForZeros(from: end, to: Int(entry.offset))
      end = max(end, Int(entry.offset + entry.byteCount))
    }
    lookForZeros(from: end, to: bytes.count)
    return findings
  }
}

package func hex<Value: FixedWidthInteger>(_ value: Value, digits: Int = 16) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension [UInt8] {
  mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value {
    unsafe Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
  }
}

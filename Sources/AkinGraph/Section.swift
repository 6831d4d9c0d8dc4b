import AkinParallel

/// Kinds of sections in a container file. Numbers are part of the file format.
public enum SectionKind: UInt16, Sendable, CaseIterable {
  case schema = 1
  case idOffsets = 2
  case idBytes = 3
  case idSlots = 4
  case labelOffsets = 5
  case labelBytes = 6
  case labelOrder = 7
  case attributeOffsets = 8
  case attributeBytes = 9
  case attributeCodes = 10
  case attributeNumbers = 11
  case attributeTimes = 12
  case categoryNameOffsets = 13
  case categoryNameBytes = 14
  case edgeOffsets = 16
  case neighbors = 17
  case weights = 18
  case values = 19
  case times = 20
  case provenance = 32
  case modelColumn = 33
}

/// What the elements of a section are. Numbers are part of the file format.
public enum ElementType: UInt16, Sendable {
  case bytes = 1
  case uint32 = 2
  case uint64 = 3
  case int64 = 4
  case float32 = 5
  case float64 = 6

  var byteCount: Int {
    switch self {
    case .bytes: 1
    case .uint32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

/// One row of a container's section table: 40 bytes.
public struct SectionEntry: Sendable, Equatable {
  /// Kinds that this version does not know are kept, and left alone.
  public var kind: UInt16
  /// Raw value of an `ElementType`; those that this version does not know are kept.
  public var elementType: UInt16
  /// The node type or relation that the section belongs to.
  public var subject: UInt32
  /// For edges the direction: 0 forward, 1 reverse; for attributes their position in the node type; else 0.
  public var part: UInt32
  /// Where the section begins in the file, in bytes; a multiple of 4096.
  public var offset: UInt64
  /// Length of the section, without the padding behind it.
  public var byteCount: UInt64
  /// XXH64 of the section's bytes.
  public var checksum: UInt64

  static let size = 40
  static let alignment: UInt64 = 4096

  var key: SectionKey { SectionKey(kind: kind, subject: subject, part: part) }

  /// Lays sections out behind header and table, each on a page of its own, and hashes them.
  static func table(of sections: [Section], execution: Execution) throws -> [SectionEntry] {
    let checksums = try concurrentMap(count: sections.count, chunkSize: 1, execution: execution) { range in
      unsafe sections[range.lowerBound].column.withBytes { unsafe XXH64.hash($0) }
    }
    var end = UInt64(ContainerHeader.size + sections.count * size)
    return zip(sections, checksums).map { section, checksum in
      let offset = (end + alignment - 1) / alignment * alignment
      end = offset + UInt64(section.column.byteCount)
      return SectionEntry(
        kind: section.key.kind, elementType: section.column.elementType.rawValue, subject: section.key.subject,
        part: section.key.part, offset: offset, byteCount: UInt64(section.column.byteCount), checksum: checksum)
    }
  }

  static func encoded(_ table: [SectionEntry]) -> [UInt8] {
    table.reduce(into: []) { bytes, entry in
      bytes.append(littleEndian: entry.kind)
      bytes.append(littleEndian: entry.elementType)
      bytes.append(littleEndian: entry.subject)
      bytes.append(littleEndian: entry.part)
      bytes.append(littleEndian: UInt32(0))
      bytes.append(littleEndian: entry.offset)
      bytes.append(littleEndian: entry.byteCount)
      bytes.append(littleEndian: entry.checksum)
    }
  }

  init(
    kind: UInt16, elementType: UInt16, subject: UInt32, part: UInt32, offset: UInt64, byteCount: UInt64,
    checksum: UInt64
  ) {
    self.kind = kind
    self.elementType = elementType
    self.subject = subject
    self.part = part
    self.offset = offset
    self.byteCount = byteCount
    self.checksum = checksum
  }

  /// - Parameter bytes: `size` bytes.
  init(decoding bytes: UnsafeRawBufferPointer) {
    unsafe kind = bytes.littleEndian(at: 0)
    unsafe elementType = bytes.littleEndian(at: 2)
    unsafe subject = bytes.littleEndian(at: 4)
    unsafe part = bytes.littleEndian(at: 8)
    unsafe offset = bytes.littleEndian(at: 16)
    unsafe byteCount = bytes.littleEndian(at: 24)
    unsafe checksum = bytes.littleEndian(at: 32)
  }

  static func fingerprint(of table: [SectionEntry]) -> UInt64 {
    unsafe encoded(table).withUnsafeBytes { unsafe XXH64.hash($0) }
  }

  /// "neighbors of relation 0, reverse": for messages.
  public var place: String {
    guard let known = SectionKind(rawValue: kind) else { return "section of unknown kind \(kind)" }
    switch known {
    case .schema: return "the schema"
    case .provenance: return "the provenance"
    case .modelColumn: return "column \(subject)"
    case .idOffsets, .idBytes, .idSlots, .labelOffsets, .labelBytes, .labelOrder:
      return "\(known) of node type \(subject)"
    case .attributeOffsets, .attributeBytes, .attributeCodes, .attributeNumbers, .attributeTimes, .categoryNameOffsets,
      .categoryNameBytes:
      return "\(known) of node type \(subject), attribute \(part)"
    case .edgeOffsets, .neighbors, .weights, .values, .times:
      return "\(known) of relation \(subject), \(part == 0 ? "forward" : "reverse")"
    }
  }
}

struct SectionKey: Hashable {
  var kind: UInt16
  var subject: UInt32
  var part: UInt32

  init(kind: UInt16, subject: UInt32, part: UInt32) {
    self.kind = kind
    self.subject = subject
    self.part = part
  }

  init(_ kind: SectionKind, subject: Int = 0, part: Int = 0) {
    self.init(kind: kind.rawValue, subject: UInt32(subject), part: UInt32(part))
  }
}

/// What is to be written: a column under a key.
struct Section: Sendable {
  var key: SectionKey
  var column: any SectionColumn

  init(_ key: SectionKey, _ column: any SectionColumn) {
    self.key = key
    self.column = column
  }
}

extension SectionKey: Sendable {}

protocol SectionColumn: Sendable {
  var elementType: ElementType { get }
  var byteCount: Int { get }
  @unsafe func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result
}

protocol SectionElement: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension UInt8: SectionElement { static var elementType: ElementType { .bytes } }
extension UInt32: SectionElement { static var elementType: ElementType { .uint32 } }
extension UInt64: SectionElement { static var elementType: ElementType { .uint64 } }
extension Int64: SectionElement { static var elementType: ElementType { .int64 } }
extension Float: SectionElement { static var elementType: ElementType { .float32 } }
extension Double: SectionElement { static var elementType: ElementType { .float64 } }

extension Column: SectionColumn where Element: SectionElement {
  var elementType: ElementType { Element.elementType }
}

import AkinGraph
import AkinParallel
import AkinRanking

/// Writes walks to a file that other programs train on.
public struct WalkCorpus: Sendable {
  /// How walks are written down.
  public enum Form: String, Sendable, CaseIterable {
    /// A line a walk: the ids of its nodes with a space between.
    case text
    /// A matrix of 32-bit numbers behind a header, see `docs/walk-corpus.md`.
    case binary
  }

  /// Stands in a binary corpus for what a walk that ended early does not have.
  public static let padding = UInt32.max

  private let walks: RandomWalks
  private let form: Form
  /// Whether ids are written with their type before them.
  private let showsTypes: Bool

  /// Ids get their type before them where the walks pass more than one type.
  public init(_ walks: RandomWalks, form: Form) {
    self.walks = walks
    self.form = form
    showsTypes = Set(walks.path.states.map(\.type)).count > 1
  }

  /// Replaces the file at once when all is written; an error or an interruption leaves what was there.
  ///
  /// - Parameter progress: told how many walks are written.
  /// - Throws: `GraphError`; `CancellationError`.
  public func write(to path: String, progress: (Int) -> Void = { _ in }) throws {
    var file = try AtomicFile(path: path)
    var written = 0
    if form == .binary { try file.append(header, cancellation: walks.execution.cancellation) }
    try walks.forEachBlock({ rows in
      (bytes: try bytes(of: rows), count: rows.count)
    }) { block in
      try file.append(block.bytes, cancellation: walks.execution.cancellation)
      written += block.count
      progress(written)
    }
    try file.commit()
  }

  /// Bytes that the file has: known beforehand for binary, an upper bound is not known for text.
  public var binaryByteCount: Int { header.count + walks.walkCount * walks.options.length * 4 }

  private func bytes(of rows: WalkRows) throws -> [UInt8] {
    var bytes: [UInt8] = []
    switch form {
    case .binary:
      bytes.reserveCapacity(rows.count * walks.options.length * 4)
      for number in 0..<rows.count {
        let walk = rows.walk(number)
        for position in walk { append(position, to: &bytes) }
        for _ in walk.count..<walks.options.length { append(Self.padding, to: &bytes) }
      }
    case .text:
      let names = walks.snapshot.schema.nodeTypes.map { Self.escaped(Array($0.name.utf8)) + [UInt8(ascii: ":")] }
      for number in 0..<rows.count {
        for (place, position) in rows.walk(number).enumerated() {
          if place > 0 { bytes.append(UInt8(ascii: " ")) }
          let node = walks.node(at: position)
          if showsTypes { bytes += names[Int(node.type.rawValue)] }
          try walks.snapshot.table(of: node.type).ids.append(at: Int(node.index), to: &bytes) { Self.isPlain($0) }
        }
        bytes.append(UInt8(ascii: "\n"))
      }
    }
    return bytes
  }

  private static func escaped(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in text { appendEscaped(byte, to: &bytes, isPlain: isPlain) }
    return bytes
  }

  /// Spaces would cut an id in two, line breaks a walk; an escape must not look like one.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "%")
  }

  private func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  private var header: [UInt8] {
    var bytes = Array("AKINWALK".utf8)
    func append64(_ number: UInt64) {
      append(UInt32(truncatingIfNeeded: number), to: &bytes)
      append(UInt32(truncatingIfNeeded: number >> 32), to: &bytes)
    }
    append(1, to: &bytes)
    append(UInt32(walks.typeStarts.count), to: &bytes)
    append64(UInt64(walks.walkCount))
    append64(UInt64(walks.options.length))
    append64(walks.snapshot.fingerprint)
    append64(walks.options.seed)
    for (start, table) in zip(walks.typeStarts, walks.snapshot.nodes) {
      append(start, to: &bytes)
      append(UInt32(table.count), to: &bytes)
    }
    return bytes
  }
}

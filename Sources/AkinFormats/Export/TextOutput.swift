import AkinGraph
import AkinParallel

/// Text on its way into a file that appears whole or not at all.
struct TextOutput: ~Copyable {
  private var file: AtomicFile
  private var buffer: [UInt8] = []
  private let cancellation: Cancellation

  /// - Throws: `GraphError.cannotWrite`.
  init(_ path: String, _ cancellation: Cancellation) throws {
    file = try AtomicFile(path: path)
    self.cancellation = cancellation
  }

  mutating func write(_ text: String) throws { try write(text.utf8) }

  mutating func write(_ bytes: some Collection<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 20 { try flush() }
  }

  private mutating func flush() throws {
    try file.append(buffer, cancellation: cancellation)
    buffer.removeAll(keepingCapacity: true)
  }

  consuming func commit() throws {
    try flush()
    try file.commit()
  }
}

/// One edge with what it carries, as exports write it.
struct ExportedEdge {
  var source: UInt32
  var target: UInt32
  var weight: Float?
  var value: Float?
  var time: Int64?
}

extension Snapshot {
  func id(_ index: UInt32, ofType type: Int) throws -> String { try nodes[type].ids.string(at: Int(index)) }
}

extension AttributeValue {
  /// As one field; categories with a separator between them.
  func text(separator: String) -> String {
    switch self {
    case .text(let text), .category(let text), .url(let text): text
    case .categories(let names): names.joined(separator: separator)
    case .number(let number):
      number.rounded() == number && number.magnitude < 1e15 ? String(Int64(number)) : "\(number)"
    case .time(let time): String(time)
    }
  }
}

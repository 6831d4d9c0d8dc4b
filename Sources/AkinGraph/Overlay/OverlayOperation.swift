/// One change of a graph that arrived after its snapshot was written. Nodes are named by external id.
public enum OverlayOperation: Sendable, Equatable {
  /// Nodes that are not there yet come with it. Repeated pairs merge as the relation's policy says.
  case addEdge(relation: Int, source: String, target: String, weight: Float?, value: Float?, time: Int64?)
  /// All edges of the relation between the two.
  case removeEdge(relation: Int, source: String, target: String)
  case addNode(type: Int, id: String, label: String?)
  /// The node with its label, its attributes and all of its edges.
  case removeNode(type: Int, id: String)

  private enum Code: UInt8 {
    case addEdge = 1
    case removeEdge = 2
    case addNode = 3
    case removeNode = 4
  }

  func encode(into bytes: inout [UInt8]) {
    func append(_ text: String) {
      bytes.append(littleEndian: UInt32(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }
    func start(_ code: Code, _ subject: Int) {
      bytes.append(code.rawValue)
      bytes.append(littleEndian: UInt16(subject))
    }
    switch self {
    case .addEdge(let relation, let source, let target, let weight, let value, let time):
      start(.addEdge, relation)
      append(source)
      append(target)
      bytes.append((weight == nil ? 0 : 1) | (value == nil ? 0 : 2) | (time == nil ? 0 : 4))
      if let weight { bytes.append(littleEndian: weight.bitPattern) }
      if let value { bytes.append(littleEndian: value.bitPattern) }
      if let time { bytes.append(littleEndian: time) }
    case .removeEdge(let relation, let source, let target):
      start(.removeEdge, relation)
      append(source)
      append(target)
    case .addNode(let type, let id, let label):
      start(.addNode, type)
      append(id)
      append(label ?? "")
    case .removeNode(let type, let id):
      start(.removeNode, type)
      append(id)
    }
  }

  /// - Throws: `OverlayDamage` where the bytes are not what `encode` writes for a graph of this schema.
  static func decode(_ bytes: [UInt8], schema: Schema) throws(OverlayDamage) -> [OverlayOperation] {
    var reader = ByteReader(bytes: bytes)
    var operations: [OverlayOperation] = []
    while !reader.isAtEnd {
      let code = try reader.integer(UInt8.self)
      guard let code = Code(rawValue: code) else { throw OverlayDamage(found: "operation \(code)", expected: "1 to 4") }
      let subject = Int(try reader.integer(UInt16.self))
      let isEdge = code == .addEdge || code == .removeEdge
      let limit = isEdge ? schema.relations.count : schema.nodeTypes.count
      guard subject < limit else {
        throw OverlayDamage(
          found: "\(isEdge ? "relation" : "node type") \(subject)", expected: "a number below \(limit)")
      }
      switch code {
      case .addEdge:
        let (source, target) = (try reader.text(), try reader.text())
        let flags = try reader.integer(UInt8.self)
        let weight = flags & 1 == 0 ? nil : Float(bitPattern: try reader.integer(UInt32.self))
        let value = flags & 2 == 0 ? nil : Float(bitPattern: try reader.integer(UInt32.self))
        let time = flags & 4 == 0 ? nil : try reader.integer(Int64.self)
        guard weight.map({ $0 > 0 && $0.isFinite }) ?? true, value?.isFinite ?? true else {
          throw OverlayDamage(found: "weight \(weight ?? 1), value \(value ?? 0)", expected: "finite numbers")
        }
        operations.append(
          .addEdge(relation: subject, source: source, target: target, weight: weight, value: value, time: time))
      case .removeEdge:
        operations.append(.removeEdge(relation: subject, source: try reader.text(), target: try reader.text()))
      case .addNode:
        let (id, label) = (try reader.text(), try reader.text())
        operations.append(.addNode(type: subject, id: id, label: label.isEmpty ? nil : label))
      case .removeNode: operations.append(.removeNode(type: subject, id: try reader.text()))
      }
    }
    return operations
  }
}

/// What is wrong with bytes that should be operations.
struct OverlayDamage: Error {
  var found: String
  var expected: String
}

private struct ByteReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) throws(OverlayDamage) -> Value {
    let size = MemoryLayout<Value>.size
    guard bytes.count - position >= size else {
      throw OverlayDamage(found: "the end of a record", expected: "\(size) bytes")
    }
    defer { position += size }
    return unsafe bytes.withUnsafeBytes { unsafe $0.littleEndian(at: position) }
  }

  mutating func text() throws(OverlayDamage) -> String {
    let count = Int(try integer(UInt32.self))
    guard count <= bytes.count - position else {
      throw OverlayDamage(found: "the end of a record", expected: "a text of \(count) bytes")
    }
    defer { position += count }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
      throw OverlayDamage(found: "bytes that are not UTF-8", expected: "a text")
    }
    return text
  }
}

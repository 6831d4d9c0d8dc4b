public import AkinGraph
public import AkinRanking

/// What nodes are called where people read it. People can be given pseudonyms: "user A", "user B" in order of appearance
/// in this one answer, so that neither a picture nor two of them together say who somebody is.
public struct NodeNaming: Sendable {
  /// The graph that the names are of.
  public let snapshot: Snapshot
  /// The type whose nodes get pseudonyms.
  public let privateType: NodeTypeID?
  /// Nodes that keep their names: whom the asker named themselves.
  private let known: Set<NodeID>
  private var numbers: [NodeID: Int] = [:]

  /// By default everybody is called by name; `known` nodes are even where `privateType` is theirs.
  public init(_ snapshot: Snapshot, privateType: NodeTypeID? = nil, known: [NodeID] = []) {
    self.snapshot = snapshot
    self.privateType = privateType
    self.known = Set(known)
  }

  /// Whether the node goes by a pseudonym.
  public func isPrivate(_ node: NodeID) -> Bool { node.type == privateType && !known.contains(node) }

  /// Counts the pseudonyms through.
  private mutating func number(of node: NodeID) -> Int {
    if let number = numbers[node] { return number }
    numbers[node] = numbers.count
    return numbers.count - 1
  }

  /// The label; without one the id, and the type before it where the id is a bare number.
  ///
  /// - Throws: `GraphError.damagedData`.
  public mutating func label(of node: NodeID) throws(GraphError) -> String {
    let type = snapshot.schema.name(of: node.type)
    if isPrivate(node) { return "\(type) \(Self.letters(number(of: node)))" }
    let table = snapshot.table(of: node.type)
    let id = try table.ids.string(at: Int(node.index))
    let name = try table.label(of: node.index) ?? (id.allSatisfy(\.isNumber) ? "\(type) \(id)" : id)
    // A name without a visible character cannot be read; the id can.
    let isVisible = name.unicodeScalars.contains {
      !$0.properties.isDefaultIgnorableCodePoint && !$0.properties.isWhitespace
    }
    return isVisible ? name : id
  }

  /// Tells nodes apart within one picture; says no more of private ones than their label does.
  public mutating func key(of node: NodeID) -> String {
    isPrivate(node)
      ? "\(node.type.rawValue):p\(number(of: node))" : "\(node.type.rawValue):\(node.index)"
  }

  /// The external id; `nil` for private nodes.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func id(of node: NodeID) throws(GraphError) -> String? {
    isPrivate(node) ? nil : try snapshot.table(of: node.type).ids.string(at: Int(node.index))
  }

  /// A, B … Z, AA, AB …
  static func letters(_ number: Int) -> String {
    var rest = number
    var result = ""
    repeat {
      result = String(Unicode.Scalar(UInt8(65 + rest % 26))) + result
      rest = rest / 26 - 1
    } while rest >= 0
    return result
  }
}

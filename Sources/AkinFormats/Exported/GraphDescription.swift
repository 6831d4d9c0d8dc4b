import AkinGraph
import Foundation

/// What a file that Akin wrote says of the graph in it, so that the same graph comes back.
///
/// GraphML holds it as data of the graph, by the key `akin`; an SQLite database in the table `akin_graph`; as JSON in both.
struct GraphDescription: Codable, Equatable {
  static let currentVersion = 1
  /// The key of GraphML, and what the name of SQLite's table begins with.
  static let key = "akin"
  static let table = "akin_graph"

  private(set) var version = Self.currentVersion
  /// Of what was written: one relation, where one was chosen.
  let schema: Schema
  /// By relation, what its edges carry.
  let payloads: [Payload]
  /// By node type and attribute, what is between the names of a list of categories; empty for other kinds.
  let separators: [[String]]

  struct Payload: Codable, Equatable {
    var hasWeights: Bool
    var hasValues: Bool
    var hasTimes: Bool
  }

  /// - Throws: `GraphError.damagedData`.
  init(_ snapshot: Snapshot, relations: [Int]) throws {
    var schema = snapshot.schema
    schema.relations = relations.map { snapshot.schema.relations[$0] }
    func position(_ relation: Int) -> Int? { relations.firstIndex(of: relation) }
    let roles = snapshot.schema.roles
    schema.roles = Roles(
      primaryRelation: position(roles.primaryRelation) ?? 0, seenRelations: roles.seenRelations.compactMap(position))
    self.schema = schema
    payloads = relations.map {
      let attributes = snapshot.relations[$0].forward.attributes
      return Payload(
        hasWeights: attributes.weights != nil, hasValues: attributes.values != nil, hasTimes: attributes.times != nil)
    }
    separators = try snapshot.nodes.map { table in
      try table.attributes.map { try Self.separator(of: $0) ?? ($0.kind == .categories ? "|" : "") }
    }
  }

  /// What none of a column's categories contains; `nil` where each contains every candidate, and for other columns.
  static func separator(of column: AttributeColumn) throws -> String? {
    guard case .categories(let list) = column else { return nil }
    let names = try (0..<list.names.count).map { try list.names.string(at: $0) }
    return ["|", ";", ",", "::", "||", ";;", "<>", "\u{1F}"].first { candidate in
      !names.contains { $0.contains(candidate) }
        // At the seam of two names a separator of two characters might come about by chance.
        && (candidate.count == 1 || !names.contains { $0.hasSuffix(String(candidate.first!)) })
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// - Throws: `FormatError` for what is no description, or contradicts itself.
  init(json: [UInt8], path: String) throws(FormatError) {
    func wrong(_ found: String, _ expected: String) -> FormatError {
      .unsupportedText(path: path, found: "\(found) in what Akin wrote of the graph", expected: expected)
    }
    guard let read = try? JSONDecoder().decode(GraphDescription.self, from: Data(json)) else {
      throw wrong("'\(excerpt(String(decoding: json, as: UTF8.self)))'", "node types and relations as JSON")
    }
    guard read.version == Self.currentVersion else {
      throw wrong("version \(read.version)", "version \(Self.currentVersion); another Akin wrote this file")
    }
    let schema = read.schema
    func areDistinct(_ names: [String]) -> Bool { Set(names).count == names.count }
    let types = schema.nodeTypes.indices
    let relations = schema.relations.indices
    guard !types.isEmpty, types.count < Int(UInt16.max), areDistinct(schema.nodeTypes.map(\.name)),
      schema.nodeTypes.allSatisfy({ areDistinct($0.attributes.map(\.name)) }), !relations.isEmpty,
      areDistinct(schema.relations.map(\.name)),
      schema.relations.allSatisfy({ types.contains($0.source) && types.contains($0.target) }),
      relations.contains(schema.roles.primaryRelation), schema.roles.seenRelations.allSatisfy(relations.contains),
      read.payloads.count == relations.count, read.separators.count == types.count,
      zip(read.separators, schema.nodeTypes).allSatisfy({ separators, type in
        separators.count == type.attributes.count
          && zip(separators, type.attributes).allSatisfy { !$0.isEmpty || $1.kind != .categories }
      })
    else { throw wrong("a contradiction", "node types and relations that go together") }
    self = read
  }

  /// `2 node types (user, film), relation 'saw'`.
  var summary: String {
    let types = schema.nodeTypes.map(\.name)
    let relations = schema.relations.map { "'\($0.name)'" }
    return (types.count == 1 ? "node type '\(types[0])'" : "node types \(Self.list(types.map { "'\($0)'" }))")
      + (relations.count == 1 ? ", relation " : ", relations ") + Self.list(relations)
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }
}

extension GraphDescription {
  /// The kind of a column or key that holds an attribute.
  enum ColumnKind: String {
    case double
    case long
    case string

    init(_ kind: AttributeKind) { self = kind == .number ? .double : kind == .time ? .long : .string }
  }

  /// Attributes of all types that share a key of GraphML: one a name and kind, in the order in which they first appear.
  struct Keys {
    private(set) var all: [(id: String, name: String, kind: ColumnKind)] = []
    private var positions: [String: Int] = [:]

    init(_ schema: Schema) {
      for attribute in schema.nodeTypes.flatMap(\.attributes) {
        let kind = ColumnKind(attribute.kind)
        let key = "\(attribute.name)/\(kind.rawValue)"
        guard positions[key] == nil else { continue }
        positions[key] = all.count
        all.append(("a\(all.count)", attribute.name, kind))
      }
    }

    func id(of attribute: NodeAttribute) -> String {
      all[positions["\(attribute.name)/\(ColumnKind(attribute.kind).rawValue)"]!].id
    }
  }

  /// Names of tables and columns of SQLite, which are the same in upper and lower case.
  static func distinct(_ names: [String], taken: [String] = [], otherwise prefix: String) -> [String] {
    var used = Set(taken.map { $0.lowercased() })
    let counts = Dictionary(names.map { ($0.lowercased(), 1) }, uniquingKeysWith: +)
    return names.map { name in
      var chosen = used.contains(name.lowercased()) || counts[name.lowercased()]! > 1 ? "\(prefix)\(name)" : name
      var number = 2
      while !used.insert(chosen.lowercased()).inserted {
        chosen = "\(prefix)\(name)_\(number)"
        number += 1
      }
      return chosen
    }
  }

  static func nodeTables(_ schema: Schema) -> [String] {
    distinct(schema.nodeTypes.map { "nodes_\($0.name)" }, otherwise: "")
  }

  static func edgeTables(_ schema: Schema) -> [String] {
    distinct(
      schema.relations.map { "edges_\($0.name)" }, taken: nodeTables(schema), otherwise: "")
  }

  static func columns(_ type: NodeType) -> [String] {
    distinct(type.attributes.map(\.name), taken: ["id", "label"], otherwise: "attribute_")
  }
}

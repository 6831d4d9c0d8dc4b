import AkinGraph
public import AkinRanking

/// Why a name does not stand for one node.
public enum NameError: Error, Equatable, CustomStringConvertible {
  /// - Parameter suggestions: the closest names there are, best first.
  case unknown(String, types: [String], suggestions: [String])
  /// The name of a node of another type than those that are wanted.
  case otherType(String, found: String, expected: [String])
  /// - Parameter candidates: as `type:id` with the label, in order of index.
  case ambiguous(String, candidates: [String], total: Int)

  public var description: String {
    switch self {
    case .unknown(let name, let types, let suggestions):
      "no \(types.joined(separator: " or ")) '\(name)'" + (suggestions.isEmpty ? "" : "; did you mean ")
        + suggestions.map { "'\($0)'" }.joined(separator: ", ") + (suggestions.isEmpty ? "" : "?")
    case .otherType(let name, let found, let expected):
      "'\(name)' is the name of a node of type '\(found)', expected one of type "
        + expected.map { "'\($0)'" }.joined(separator: " or ")
    case .ambiguous(let name, let candidates, let total):
      "'\(name)' is the name of \(total) nodes, expected one; give one of these instead:\n"
        + candidates.map { "  \($0)" }.joined(separator: "\n")
        + (total > candidates.count ? "\n  … and \(total - candidates.count) more" : "")
    }
  }
}

extension Engine {
  /// The node that people mean by `name`: an external id, a label in any case, or either behind `type:`.
  ///
  /// - Parameter types: where to look, the first with a match winning; all node types when empty, the recommended one
  ///   first.
  /// - Throws: `NameError`; `GraphError.damagedData`.
  /// - Complexity: O(log n) for a known name; O(bytes of all names) to suggest others.
  public func node(named name: String, types: [NodeTypeID] = []) throws -> NodeID {
    let schema = snapshot.schema
    let all = schema.nodeTypes.indices.map { NodeTypeID(rawValue: UInt16($0)) }
    let searched = types.isEmpty ? [recommendedType] + all.filter { $0 != recommendedType } : types
    for type in searched {
      if let node = try node(named: name, in: type, isTyped: false) { return node }
    }
    if let colon = name.firstIndex(of: ":"), let type = schema.nodeType(named: String(name[..<colon])),
      searched.contains(type)
    {
      let rest = String(name[name.index(after: colon)...])
      if let node = try node(named: rest, in: type, isTyped: true) { return node }
      throw NameError.unknown(
        rest, types: [schema.name(of: type)], suggestions: try suggestions(for: rest, in: [type]))
    }
    let wanted = searched.map { schema.name(of: $0) }
    if let colon = name.firstIndex(of: ":"), let type = schema.nodeType(named: String(name[..<colon])),
      try node(named: String(name[name.index(after: colon)...]), in: type, isTyped: true) != nil
    {
      throw NameError.otherType(name, found: schema.name(of: type), expected: wanted)
    }
    for type in all where !searched.contains(type) {
      do {
        guard try node(named: name, in: type, isTyped: false) != nil else { continue }
      } catch is NameError {
        // Of several nodes: of this type all the same.
      }
      throw NameError.otherType(name, found: schema.name(of: type), expected: wanted)
    }
    throw NameError.unknown(name, types: wanted, suggestions: try suggestions(for: name, in: searched))
  }

  /// - Parameter isTyped: the name came as `type:name`; then an id is meant where there is one.
  private func node(named name: String, in type: NodeTypeID, isTyped: Bool) throws -> NodeID? {
    let table = snapshot.table(of: type)
    var matches = try table.indices(ofLabel: name)
    if let index = try table.index(ofID: name) {
      // "1984" may be the book of that title or the book with that number.
      if isTyped || matches.allSatisfy({ $0 == index }) { return NodeID(type: type, index: index) }
      matches = [index] + matches.filter { $0 != index }
      throw NameError.ambiguous(name, candidates: try described(matches, type), total: matches.count)
    }
    if matches.count == 1 { return NodeID(type: type, index: matches[0]) }
    if matches.isEmpty { return nil }
    let exact = try matches.filter { try table.label(of: $0) == name }
    if exact.count == 1 { return NodeID(type: type, index: exact[0]) }
    throw NameError.ambiguous(name, candidates: try described(matches, type), total: matches.count)
  }

  /// `type:id` and the label, of the first ten.
  private func described(_ indices: [UInt32], _ type: NodeTypeID) throws -> [String] {
    let table = snapshot.table(of: type)
    return try indices.prefix(10).map { index in
      "\(snapshot.schema.name(of: type)):\(try table.ids.string(at: Int(index)))\t\(try table.name(of: index))"
    }
  }

  /// Up to three names that contain something close to `name`, best first.
  ///
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(bytes of all names).
  public func suggestions(for name: String, in types: [NodeTypeID]) throws -> [String] {
    var closest = ClosestNames(to: name)
    for type in types {
      let table = snapshot.table(of: type)
      for index in 0..<UInt32(table.count) { closest.consider(try table.name(of: index)) }
    }
    return closest.names
  }
}

import AkinFormats
public import AkinGraph
public import AkinRanking

/// A condition on an attribute of nodes, as people write it: `language = en|de`, `genres != Horror`, `year >= 1990`.
///
/// `==` is read as `=`, and quotes around a value are taken off. A node of several categories equals a name when the name is one of them. A node without the attribute fulfils `!=`
/// alone.
public struct AttributePredicate: Sendable, Equatable {
  /// How a node's value is compared with those of the condition.
  public enum Comparison: String, Sendable, CaseIterable {
    // Longer signs first: they are looked for in this order.
    case atMost = "<="
    case atLeast = ">="
    case unequal = "!="
    case equal = "="
    case below = "<"
    case above = ">"
  }

  /// Name of the attribute in the node type's schema.
  public var attribute: String
  /// By which sign; only numbers and times have an order.
  public var comparison: Comparison
  /// Any of them will do for `=`, none of them for `!=`; one for the others.
  public var values: [String]

  /// What a condition must be, for messages.
  public static let expectation = "attribute = value, or with != < <= > >=; several values with | between"

  /// - Throws: `EngineError.unfitRule` for what is no condition.
  public init(_ text: String) throws(EngineError) {
    for start in text.indices {
      let rest = text[start...]
      guard let found = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else { continue }
      let name = Self.trimmed(text[..<start])
      let value = rest.dropFirst(rest.hasPrefix("==") ? 2 : found.rawValue.count)
      guard !Self.isTwoConditions(value) else {
        throw .unfitRule(text, reason: "found two conditions, expected one; of several given apart, all must hold")
      }
      let values = value.split(separator: "|", omittingEmptySubsequences: false).map { Self.unquoted(Self.trimmed($0)) }
      guard !name.isEmpty, !values.contains("") else { break }
      guard values.count == 1 || found == .equal || found == .unequal else { break }
      attribute = name
      comparison = found
      self.values = values
      return
    }
    throw .unfitRule(text, reason: "expected \(Self.expectation)")
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  private static func unquoted(_ text: String) -> String {
    guard let quote = text.first, quote == "\"" || quote == "'", text.count > 2, text.last == quote else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// `1990 and year < 2000`
  private static func isTwoConditions(_ value: Substring) -> Bool {
    let lowercased = value.lowercased()
    return [" and ", " or ", "&&", "||"].contains { joint in
      guard let range = lowercased.firstRange(of: joint) else { return false }
      return Comparison.allCases.contains { lowercased[range.upperBound...].contains($0.rawValue) }
    }
  }

  /// The condition in one form of writing, which `init` reads.
  public var text: String { "\(attribute) \(comparison.rawValue) \(values.joined(separator: "|"))" }

  /// Whether each node of a type fulfils the condition.
  ///
  /// - Throws: `EngineError.unfitRule` where the type has no such attribute, it cannot be compared so, or no node has the
  ///   category that is named; `GraphError.damagedData`.
  /// - Complexity: O(nodes of the type).
  public func matches(of type: NodeTypeID, in snapshot: Snapshot) throws -> [Bool] {
    guard let column = snapshot.attribute(attribute, of: type) else {
      let node = snapshot.schema.nodeTypes[Int(type.rawValue)]
      let known = node.attributes.map(\.name)
      throw EngineError.unfitRule(
        text,
        reason: "nodes of type '\(node.name)' have no attribute '\(attribute)', expected "
          + (known.isEmpty ? "a graph with attributes, as an import by a schema makes" : known.joined(separator: ", ")))
    }
    let count = snapshot.table(of: type).count
    switch column {
    case .category(let column):
      let codes = try codes(among: column.names)
      return try (0..<UInt32(count)).map { node in
        let isNamed = try column.code(of: node).map { codes.contains($0) } ?? false
        return isNamed == (comparison == .equal)
      }
    case .categories(let column):
      let codes = try codes(among: column.names)
      return try (0..<UInt32(count)).map { node in
        try column.codes(of: node).contains { codes.contains($0) } == (comparison == .equal)
      }
    case .text(let column), .url(let column):
      try requireEquality("text")
      let wanted = Set(values)
      return try (0..<count).map { wanted.contains(try column.string(at: $0)) == (comparison == .equal) }
    case .number(let column):
      let bounds = try values.map { value in
        guard let number = Double(value), number.isFinite else {
          throw EngineError.unfitRule(text, reason: "found '\(value)', expected a number")
        }
        return number
      }
      return (0..<count).map { holds(column[$0].isFinite ? column[$0] : nil, bounds) }
    case .time(let column):
      let bounds = try values.map { value in
        guard let time = secondsSince1970(value) else {
          throw EngineError.unfitRule(
            text, reason: "found '\(value)', expected a date such as 2004-05-01 or seconds since 1970")
        }
        return time
      }
      return (0..<count).map { holds(column[$0] == TimeColumn.unknown ? nil : column[$0], bounds) }
    }
  }

  private func holds<Value: Comparable>(_ value: Value?, _ bounds: [Value]) -> Bool {
    guard let value else { return comparison == .unequal }
    return switch comparison {
    case .equal: bounds.contains(value)
    case .unequal: !bounds.contains(value)
    case .below: value < bounds[0]
    case .atMost: value <= bounds[0]
    case .above: value > bounds[0]
    case .atLeast: value >= bounds[0]
    }
  }

  private func requireEquality(_ kind: String) throws {
    guard comparison == .equal || comparison == .unequal else {
      throw EngineError.unfitRule(text, reason: "'\(attribute)' is a \(kind), expected = or !=")
    }
  }

  private func codes(among names: StringColumn) throws -> Set<UInt32> {
    try requireEquality("category")
    let known = try (0..<names.count).map { try names.string(at: $0) }
    return try Set(
      values.map { value in
        guard let code = known.firstIndex(of: value) else {
          let close = ClosestNames.find(value, among: known)
          let hint = close.isEmpty ? known.prefix(5).joined(separator: ", ") : close.joined(separator: " or ")
          throw EngineError.unfitRule(
            text, reason: "no node has '\(value)'\(close.isEmpty ? "; there are" : "; did you mean") \(hint)")
        }
        return UInt32(code)
      })
  }
}

/// A property that nodes of one type may have, by the schema.
public struct NodeAttribute: Codable, Sendable, Equatable {
  /// `year`, `genres`, `homepage` …; unique in its node type.
  public var name: String
  /// What its values are; a node's value is of this kind or absent.
  public var kind: AttributeKind

  /// `name` is not yet taken by another attribute of the node type.
  public init(name: String, kind: AttributeKind) {
    self.name = name
    self.kind = kind
  }
}

/// What the values of an attribute are. The names are part of the file format.
public enum AttributeKind: String, Codable, Sendable, CaseIterable {
  case text
  case number
  /// One of few names: a language, a section.
  case category
  /// Any number of names: genres, tags.
  case categories
  case url
  /// Seconds since 1970, UTC.
  case time
}

/// One attribute of one node.
public enum AttributeValue: Sendable, Equatable {
  case text(String)
  /// Finite.
  case number(Double)
  case category(String)
  /// In the order of the input, each once.
  case categories([String])
  case url(String)
  case time(Int64)

  /// The kind of column that the value belongs in.
  public var kind: AttributeKind {
    switch self {
    case .text: .text
    case .number: .number
    case .category: .category
    case .categories: .categories
    case .url: .url
    case .time: .time
    }
  }
}

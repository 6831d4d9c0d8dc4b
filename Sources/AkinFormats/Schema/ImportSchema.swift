public import AkinGraph

/// How several files become one graph: node types with their attributes, relations with their weights and times.
///
/// Read from YAML; see `docs/import-schema.md`.
public struct ImportSchema: Sendable {
  /// The file that the schema came from, for messages.
  public var path: String
  public var nodes: [Nodes]
  public var relations: [Edges]
  /// Name of the relation from who asks to what is recommended.
  public var primary: String
  /// Names of the relations whose targets count as seen.
  public var seen: [String]

  /// One node type.
  public struct Nodes: Sendable {
    public var name: String
    public var tables: [Table]
    /// Whether nodes without any edge stay.
    public var keepsIsolated = true
    public var line: Int
  }

  /// A file that says something of the nodes of one type, one a record.
  public struct Table: Sendable {
    public var files: [InputFile]
    public var id: String
    public var label: String?
    public var attributes: [Attribute] = []
    var filter: FieldExpression?
    public var line: Int
  }

  public struct Attribute: Sendable {
    public var name: String
    public var kind: AttributeKind
    public var column: String
    /// Between the names of a list of categories.
    public var separator: String
    /// Of times that are numbers; `nil`: guessed from each.
    public var unit: TimeUnit?
    public var line: Int
  }

  /// One relation.
  public struct Edges: Sendable {
    public var name: String
    public var files: [InputFile]
    public var source: End
    public var target: End
    var weight: FieldExpression?
    public var value: String?
    public var time: Time?
    var filter: FieldExpression?
    public var duplicates: DuplicatePolicy?
    /// Nodes with fewer edges of this relation go, until all that are left have as many.
    public var minimumOfSource = 0
    public var minimumOfTarget = 0
    public var line: Int
  }

  /// One end of a relation.
  public struct End: Sendable {
    public var type: String
    public var column: String
    /// A column of the node type's file whose values the end's column holds instead of ids.
    public var key: String?
    /// Where a field holds several ids, what is between them.
    public var separator: String?
    /// What becomes of ids that no table of the node type has: nodes of their own, or left out.
    public var addsUnlisted = true
    public var line: Int
  }

  public enum Time: Sendable {
    case column(String, unit: TimeUnit?)
    /// Dates in three columns.
    case parts(year: String, month: String, day: String)
  }
}

/// What is wrong with a schema.
public struct ImportSchemaError: Error, Equatable, CustomStringConvertible {
  public var path: String
  /// From 1; 0 where the trouble has no line.
  public var line: Int
  public var found: String
  public var expected: String

  public var description: String {
    "\(path):\(line > 0 ? "\(line):" : "") found \(found), expected \(expected)"
  }
}

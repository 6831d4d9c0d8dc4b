public import AkinGraph

/// How several files become one graph: node types with their attributes, relations with their weights and times.
///
/// Read from YAML; see `docs/import-schema.md`.
public struct ImportSchema: Sendable {
  /// The file that the schema came from, for messages.
  public var path: String
  /// The node types, in the order of the graph's schema.
  public var nodes: [Nodes]
  /// The relations, in the order of the graph's schema.
  public var relations: [Edges]
  /// Name of the relation from who asks to what is recommended.
  public var primary: String
  /// Names of the relations whose targets count as seen.
  public var seen: [String]

  /// One node type.
  public struct Nodes: Sendable {
    /// `user`, `book` …; unique in the schema.
    public var name: String
    /// What is known of the nodes; empty where only edges name them.
    public var tables: [Table]
    /// Whether nodes without any edge stay.
    public var keepsIsolated = true
    /// Line of the schema where the node type begins, for messages.
    public var line: Int
  }

  /// A file that says something of the nodes of one type, one a record.
  public struct Table: Sendable {
    /// Read one after the other, as if they were one file.
    public var files: [InputFile]
    /// Column of the external id.
    public var id: String
    /// Column of the label; `nil` where nodes have none.
    public var label: String?
    /// What else the table says of a node.
    public var attributes: [Attribute] = []
    var filter: FieldExpression?
    /// Line of the schema where the table begins, for messages.
    public var line: Int
  }

  /// One attribute of a node type, and where it comes from.
  public struct Attribute: Sendable {
    /// `year`, `genres` …; unique in the node type.
    public var name: String
    /// What its values are.
    public var kind: AttributeKind
    /// The column that holds them.
    public var column: String
    /// Between the names of a list of categories.
    public var separator: String
    /// Of times that are numbers; `nil`: guessed from each.
    public var unit: TimeUnit?
    /// Line of the schema where the attribute begins, for messages.
    public var line: Int
  }

  /// One relation.
  public struct Edges: Sendable {
    /// `rated`, `depends` …; unique in the schema.
    public var name: String
    /// Read one after the other, as if they were one file.
    public var files: [InputFile]
    /// Who acts.
    public var source: End
    /// What they act on.
    public var target: End
    var weight: FieldExpression?
    /// Column of the value, such as a rating; `nil` where edges have none.
    public var value: String?
    /// Where times come from; `nil` where edges have none.
    public var time: Time?
    var filter: FieldExpression?
    /// What becomes of repeated edges; `nil` for the usual policy.
    public var duplicates: DuplicatePolicy?
    /// Nodes with fewer edges of this relation go, until all that are left have as many.
    public var minimumOfSource = 0
    /// The same for the nodes at the other end.
    public var minimumOfTarget = 0
    /// Line of the schema where the relation begins, for messages.
    public var line: Int
  }

  /// One end of a relation.
  public struct End: Sendable {
    /// Name of the node type.
    public var type: String
    /// The column that says which node it is.
    public var column: String
    /// A column of the node type's file whose values the end's column holds instead of ids.
    public var key: String?
    /// Where a field holds several ids, what is between them.
    public var separator: String?
    /// What becomes of ids that no table of the node type has: nodes of their own, or left out.
    public var addsUnlisted = true
    /// Line of the schema where the end begins, for messages.
    public var line: Int
  }

  /// Where the time of an edge comes from.
  public enum Time: Sendable {
    case column(String, unit: TimeUnit?)
    /// Dates in three columns.
    case parts(year: String, month: String, day: String)
  }
}

/// What is wrong with a file that a schema names: it is not there, say, or lacks a column.
public struct SchemaFileError: Error, Equatable, CustomStringConvertible {
  /// The file of the schema.
  public var path: String
  /// The line of the schema that asks for the file or the column.
  public var line: Int
  /// What is wrong.
  public var problem: FormatError

  public var description: String { "\(path):\(line): \(problem)" }

  /// What `body` does for that line of `schema`.
  static func locate<Result>(_ schema: String, _ line: Int, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let problem as FormatError {
      throw SchemaFileError(path: schema, line: line, problem: problem)
    }
  }
}

/// What is wrong with a schema.
public struct ImportSchemaError: Error, Equatable, CustomStringConvertible {
  /// The file of the schema.
  public var path: String
  /// From 1; 0 where the trouble has no line.
  public var line: Int
  /// What is there.
  public var found: String
  /// What should be there.
  public var expected: String

  public var description: String {
    "\(path):\(line > 0 ? "\(line):" : "") found \(found), expected \(expected)"
  }
}

public import AkinRanking

/// What a graph is made of: its node types, its relations, and which of them people ask about.
public struct Schema: Codable, Sendable, Equatable {
  /// The node types; a `NodeTypeID` is a position here.
  public var nodeTypes: [NodeType]
  /// The relations; a `Hop` names one by its position here.
  public var relations: [Relation]
  /// Which relation is asked about unless another is named.
  public var roles: Roles

  /// Relations and roles name types and relations by position; the positions must exist.
  public init(nodeTypes: [NodeType], relations: [Relation], roles: Roles) {
    self.nodeTypes = nodeTypes
    self.relations = relations
    self.roles = roles
  }

  /// The type of that name, which is compared letter by letter; `nil` where there is none.
  ///
  /// - Complexity: O(types).
  public func nodeType(named name: String) -> NodeTypeID? {
    nodeTypes.firstIndex { $0.name == name }.map { NodeTypeID(rawValue: UInt16($0)) }
  }

  /// The name of a type of this schema.
  ///
  /// - Precondition: `type` is of this schema.
  public func name(of type: NodeTypeID) -> String { nodeTypes[Int(type.rawValue)].name }

  /// What people ask about when they name no relation.
  public var primaryRelation: Relation { relations[roles.primaryRelation] }
}

/// A kind of node: users, films, packages.
public struct NodeType: Codable, Sendable, Equatable {
  /// `user`, `movie`, `package` …; unique in its schema.
  public var name: String
  /// How many nodes the type has; indices are 0..<`count`.
  public var count: Int
  /// What is known of the nodes besides their ids and labels.
  public var attributes: [NodeAttribute]

  /// `name` is unique in its schema, and so are the names of `attributes` in the type.
  public init(name: String, count: Int = 0, attributes: [NodeAttribute] = []) {
    self.name = name
    self.count = count
    self.attributes = attributes
  }

  private enum CodingKeys: CodingKey {
    case name, count, attributes
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    count = try container.decode(Int.self, forKey: .count)
    attributes = try container.decodeIfPresent([NodeAttribute].self, forKey: .attributes) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(count, forKey: .count)
    // A graph without attributes keeps the bytes, and so the fingerprint, that it had before there were any.
    if !attributes.isEmpty { try container.encode(attributes, forKey: .attributes) }
  }
}

/// A named, typed, directed kind of edge: (source type, name, target type).
public struct Relation: Codable, Sendable, Equatable {
  /// `rated`, `depends` …; unique in its schema.
  public var name: String
  /// Positions in `Schema.nodeTypes`; equal where a relation joins a type to itself.
  public var source: Int
  /// Position of the targets' type in `Schema.nodeTypes`.
  public var target: Int
  /// How many edges the relation has after merging.
  public var edgeCount: Int
  /// What was done with repeated edges when the graph was built.
  public var duplicates: DuplicatePolicy
  /// Seconds since 1970, UTC, that stored times count from; present when the relation has times.
  public var timeBase: Int64?
  /// The column of the input that became the weight, for people to see: `rating`.
  public var weightName: String?

  /// A relation without edges; `name` is unique in its schema.
  public init(
    name: String, source: NodeTypeID, target: NodeTypeID, duplicates: DuplicatePolicy, weightName: String? = nil
  ) {
    self.name = name
    self.source = Int(source.rawValue)
    self.target = Int(target.rawValue)
    edgeCount = 0
    self.duplicates = duplicates
    self.weightName = weightName
  }

  /// The type of the nodes that edges come from.
  public var sourceType: NodeTypeID { NodeTypeID(rawValue: UInt16(source)) }
  /// The type of the nodes that edges go to.
  public var targetType: NodeTypeID { NodeTypeID(rawValue: UInt16(target)) }
}

/// What becomes of several edges with the same source, relation and target.
public enum DuplicatePolicy: String, Codable, Sendable, CaseIterable {
  /// The latest by time; without times the last in the input.
  case last
  /// Weights and values added; the latest time.
  case sum
  /// The weight is how many there were; the latest time.
  case count
  /// The edge of the largest weight (of those, the latest).
  case max
  /// All stay, as parallel edges.
  case keep
}

/// Which part of a graph people ask about when they say only "related" or "recommend".
public struct Roles: Codable, Sendable, Equatable {
  /// Position in `Schema.relations`: from who acts to what they act on.
  public var primaryRelation: Int
  /// Relations whose targets count as seen by their source.
  public var seenRelations: [Int]

  /// By default the first relation is both what people ask about and what counts as seen.
  public init(primaryRelation: Int = 0, seenRelations: [Int] = [0]) {
    self.primaryRelation = primaryRelation
    self.seenRelations = seenRelations
  }
}

/// Which way a relation is followed. The numbers are part of the file format.
public enum Direction: UInt8, Sendable, CaseIterable {
  case forward = 0
  case reverse = 1
  /// The other way.
  public var opposite: Direction { self == .forward ? .reverse : .forward }
}

/// One relation followed in one direction: a hop of a metapath.
public struct Hop: Sendable, Equatable {
  /// Position in `Schema.relations`.
  public var relation: Int
  /// Forward starts from the relation's sources, reverse from its targets.
  public var direction: Direction

  /// `relation` is a position in `Schema.relations`.
  public init(relation: Int, direction: Direction) {
    self.relation = relation
    self.direction = direction
  }
}

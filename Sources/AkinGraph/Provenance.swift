/// What a file that was computed from a graph says of where it comes from: models, and relations of similar nodes.
public struct Provenance: Codable, Sendable, Equatable {
  /// The method by its name.
  public var method: String
  /// Every parameter of the method, as text.
  public var parameters: [String: String]
  /// Fingerprint of the graph, as 16 hexadecimal digits; empty for what no graph was needed for, such as an index of
  /// vectors from elsewhere. The relation is empty then too, and there are no counts.
  public var graph: String
  /// Name of the relation that was read, and the direction in which it was followed from what is recommended.
  public var relation: String
  /// Forward is from the relation's sources to its targets.
  public var direction: Direction
  /// How many nodes each type of the graph had.
  public var nodeCounts: [String: Int]

  /// Of what was computed from `snapshot` by following `hop`; `parameters` names every parameter of the method.
  public init(method: String, parameters: [String: String], snapshot: Snapshot, hop: Hop) {
    self.method = method
    self.parameters = parameters
    graph = hex(snapshot.fingerprint)
    relation = snapshot.schema.relations[hop.relation].name
    direction = hop.direction
    nodeCounts = Dictionary(uniqueKeysWithValues: snapshot.schema.nodeTypes.map { ($0.name, $0.count) })
  }

  /// Of what was computed from no graph.
  public init(method: String, parameters: [String: String]) {
    self.method = method
    self.parameters = parameters
    graph = ""
    relation = ""
    direction = .forward
    nodeCounts = [:]
  }

  /// The hop that was followed, as `snapshot` numbers it.
  ///
  /// - Throws: `GraphError.otherGraph` where `snapshot` is not the graph that the file at `path` was made from.
  public func hop(in snapshot: Snapshot, path: String) throws(GraphError) -> Hop {
    guard graph == hex(snapshot.fingerprint),
      let number = snapshot.schema.relations.firstIndex(where: { $0.name == relation })
    else { throw .otherGraph(path: path, found: graph.isEmpty ? "none" : graph, expected: hex(snapshot.fingerprint)) }
    return Hop(relation: number, direction: direction)
  }
}

/// As text: "forward", "reverse".
extension Direction: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let found = Direction.allCases.first(where: { "\($0)" == text }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "found '\(text)', expected forward or reverse"))
    }
    self = found
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(self)")
  }
}

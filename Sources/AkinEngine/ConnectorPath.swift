import AkinGraph
import AkinRanking

/// What connects candidates, as people type it, with the names of relations. As in the property paths of SPARQL, `/` goes
/// on, `|` is or, and `^` follows a relation against its direction; a number and `*` before a path weigh it.
///
///     ^saved                          who saved it
///     ^saved|tagged                   who saved it, and its tags
///     tagged/^tagged/^saved           who saved what has a tag of it
///     ^saved|0.5*tagged               tags, at half the weight
struct ConnectorPath: Sendable, Equatable {
  struct Step: Sendable, Equatable {
    var relation: String
    var isReverse: Bool
  }

  struct Branch: Sendable, Equatable {
    var steps: [Step]
    var weight: Double
  }

  var branches: [Branch]

  static let expectation =
    "paths from what is listed to what connects it, such as '^saved', '^saved|0.5*tagged' or 'tagged/^tagged/^saved'"

  /// `nil` for what is none.
  init?(parsing text: String) {
    branches = []
    for part in text.split(separator: "|", omittingEmptySubsequences: false) {
      var branch = Branch(steps: [], weight: 1)
      var words = part
      if let star = part.firstIndex(of: "*"), let weight = Double(part[..<star]) {
        guard weight > 0, weight.isFinite else { return nil }
        branch.weight = weight
        words = part[part.index(after: star)...]
      }
      for word in words.split(separator: "/", omittingEmptySubsequences: false) {
        let isReverse = word.hasPrefix("^")
        let step = Step(relation: String(isReverse ? word.dropFirst() : word), isReverse: isReverse)
        guard !step.relation.isEmpty else { return nil }
        branch.steps.append(step)
      }
      branches.append(branch)
    }
  }

  /// The paths in a graph, from nodes of `type`.
  ///
  /// - Throws: `EngineError.unknownRelation`, `ConnectorPathError`.
  func paths(in schema: Schema, from type: NodeTypeID) throws -> [NodePath] {
    try branches.map { branch in
      var here = type
      let hops = try branch.steps.map { step in
        guard let number = schema.relations.firstIndex(where: { $0.name == step.relation }) else {
          throw EngineError.unknownRelation(step.relation, known: schema.relations.map(\.name))
        }
        let relation = schema.relations[number]
        let (from, to) =
          step.isReverse ? (relation.targetType, relation.sourceType) : (relation.sourceType, relation.targetType)
        guard from == here else {
          throw ConnectorPathError(
            step: (step.isReverse ? "^" : "") + step.relation, found: schema.name(of: from),
            expected: schema.name(of: here))
        }
        here = to
        return Hop(relation: number, direction: step.isReverse ? .reverse : .forward)
      }
      return NodePath(hops, weight: branch.weight)
    }
  }
}

/// A step that does not go on from where the one before it ends.
struct ConnectorPathError: Error, CustomStringConvertible {
  var step: String
  var found: String
  var expected: String

  var description: String { "'\(step)' starts from '\(found)', expected a step from '\(expected)'" }
}

extension TextParameterDefinition {
  /// Of all methods that compare nodes by what connects them.
  static let connectorPath = TextParameterDefinition(
    name: "path", defaultValue: "", expectation: ConnectorPath.expectation,
    help: "what connects nodes in place of one relation: \(ConnectorPath.expectation)"
  ) { $0.isEmpty || ConnectorPath(parsing: $0) != nil }
}

extension MethodContext {
  /// The graph with the relation that `path` stands for; `nil` where it is not set.
  ///
  /// - Throws: `EngineError.unfitParameter`; `GraphError`.
  func pathGraph(method: String) throws -> PathGraph? {
    guard let text = texts["path"], let path = ConnectorPath(parsing: text) else { return nil }
    let paths: [NodePath]
    do {
      paths = try path.paths(in: snapshot.schema, from: snapshot.origin(of: hop))
    } catch {
      throw EngineError.unfitParameter("path", method: method, found: text, reason: "\(error)")
    }
    return try snapshot.following(paths, execution: execution)
  }

  /// The context in which a path is a relation like any other.
  func following(_ path: PathGraph?) -> MethodContext {
    guard let path else { return self }
    var context = self
    context.snapshot = path.snapshot
    context.hop = path.hop
    return context
  }
}

public import AkinGraph
public import AkinParallel
public import AkinRanking

/// One open graph and the questions that people ask of it.
public struct Engine: Sendable {
  /// The graph that is asked about.
  public let snapshot: Snapshot
  /// How everything is carried out unless a call says otherwise.
  public let execution: Execution

  /// By default questions are answered on one thread, as suits a program that answers many at once.
  public init(_ snapshot: Snapshot, execution: Execution = .serial) {
    self.snapshot = snapshot
    self.execution = execution
  }

  /// What is recommended: the targets of the primary relation.
  public var recommendedType: NodeTypeID { snapshot.schema.primaryRelation.targetType }
  /// Who asks: the sources of the primary relation.
  public var askingType: NodeTypeID { snapshot.schema.primaryRelation.sourceType }

  /// Which nodes belong with `sources`? Candidates are of the sources' own type where they share one, else of the
  /// recommended type; the sources themselves are left out.
  ///
  /// - Parameter relation: what connects candidates, by name; the primary relation unless given.
  /// - Throws: `EngineError.notInPrimaryRelation`, `.unknownRelation`, `.notInRelation`; `GraphError.damagedData`.
  public func relatedQuestion(
    to sources: [NodeID], along relation: String? = nil, seed: UInt64 = 0
  ) throws -> Question {
    let shared = Set(sources.map(\.type))
    let type = shared.count == 1 ? sources[0].type : recommendedType
    let path =
      relation == nil
      ? try path(from: sources, to: type) : (hop: try hop(along: relation, from: type), remark: nil)
    return Question(
      query: Query(
        sources: sources.map { WeightedSource($0) },
        candidates: CandidateFilter(
          type: type, excluded: NodeSet(sources.lazy.filter { $0.type == type }.map(\.index))), seed: seed),
      hop: path.hop, remark: path.remark)
  }

  /// What should `user` see next? Their whole history is the source, each item by the weight of its edge, and what they
  /// have seen is left out.
  ///
  /// - Parameter relation: what connects candidates, by name; the primary relation unless given.
  /// - Throws: `EngineError.notAsking` for a node of another type, `EngineError.noHistory`, `.unknownRelation`,
  ///   `.notInRelation`; `GraphError.damagedData`.
  public func recommendationQuestion(
    for user: NodeID, along relation: String? = nil, seed: UInt64 = 0
  ) throws -> Question {
    let schema = snapshot.schema
    guard user.type == askingType else {
      throw EngineError.notAsking(found: schema.name(of: user.type), expected: schema.name(of: askingType))
    }
    let history = snapshot.relations[schema.roles.primaryRelation].forward
    var weights: [UInt32: Double] = [:]
    for edge in try history.edges(of: user.index) {
      let weight = Double(history.attributes.weight(at: edge))
      guard weight > 0, weight.isFinite else {
        throw GraphError.damagedData(place: "edge \(edge)", found: "weight \(weight)", expected: "a positive number")
      }
      weights[try history.neighbor(at: edge), default: 0] += weight
    }
    guard !weights.isEmpty else {
      throw EngineError.noHistory(
        user: try snapshot.name(of: user), type: schema.name(of: user.type), relation: schema.primaryRelation.name)
    }
    let sources = weights.sorted { $0.key < $1.key }
      .map { WeightedSource(NodeID(type: recommendedType, index: $0.key), weight: $0.value) }
    return Question(
      query: Query(
        sources: sources, candidates: CandidateFilter(type: recommendedType, excluded: try seen(by: user)), seed: seed),
      hop: try hop(along: relation, from: recommendedType), purpose: .recommendation, asker: user)
  }

  /// The hop from nodes of `type` along the relation of this name, the primary one for `nil`; a relation within one type
  /// is followed from its targets.
  ///
  /// - Throws: `EngineError.unknownRelation`, `.notInRelation`.
  public func hop(along name: String?, from type: NodeTypeID) throws(EngineError) -> Hop {
    let schema = snapshot.schema
    let found = name.map { name in schema.relations.firstIndex { $0.name == name } } ?? schema.roles.primaryRelation
    guard let number = found else {
      throw .unknownRelation(name ?? "", known: schema.relations.map(\.name))
    }
    let relation = schema.relations[number]
    guard relation.targetType == type || relation.sourceType == type else {
      throw .notInRelation(
        type: schema.name(of: type), relation: relation.name,
        ends: [schema.name(of: relation.sourceType), schema.name(of: relation.targetType)],
        others: schema.relations(of: type))
    }
    return Hop(relation: number, direction: relation.targetType == type ? .reverse : .forward)
  }

  /// What counts as seen by `user`: the targets of every seen relation, and the user where the types are one.
  public func seen(by user: NodeID) throws(GraphError) -> NodeSet {
    var indices = user.type == recommendedType ? [user.index] : []
    for number in snapshot.schema.roles.seenRelations {
      let relation = snapshot.schema.relations[number]
      guard relation.sourceType == user.type, relation.targetType == recommendedType else { continue }
      let adjacency = snapshot.relations[number].forward
      for edge in try adjacency.edges(of: user.index) { indices.append(try adjacency.neighbor(at: edge)) }
    }
    return NodeSet(indices)
  }

  /// From candidates to what connects them, along the primary relation.
  private func path(from sources: [NodeID], to type: NodeTypeID) throws -> (hop: Hop, remark: String?) {
    let schema = snapshot.schema
    let number = schema.roles.primaryRelation
    let relation = schema.primaryRelation
    let backward = Hop(relation: number, direction: .reverse)
    let forward = Hop(relation: number, direction: .forward)
    guard type == relation.targetType || type == relation.sourceType,
      sources.allSatisfy({ $0.type == relation.sourceType || $0.type == relation.targetType })
    else {
      let stranger = sources.first { $0.type != relation.sourceType && $0.type != relation.targetType }
      throw EngineError.notInPrimaryRelation(
        type: schema.name(of: stranger?.type ?? type), relation: relation.name,
        ends: [schema.name(of: relation.sourceType), schema.name(of: relation.targetType)],
        others: schema.relations(of: stranger?.type ?? type))
    }
    guard type == relation.targetType else { return (forward, nil) }
    // A relation within one type can be followed either way: by those who share a target unless nobody does.
    if relation.sourceType == relation.targetType {
      let adjacency = snapshot.adjacency(backward)
      let isReached = try sources.contains { try adjacency.degree(of: $0.index) > 0 }
      if !isReached {
        let names = try sources.map { "'\(try snapshot.name(of: $0))'" }.joined(separator: ", ")
        return (
          forward, "no '\(relation.name)' edge leads to \(names), so the list follows the edges that lead from there"
        )
      }
    }
    return (backward, nil)
  }
}

/// A query with the way on which it is to be answered.
public struct Question: Sendable, Equatable {
  /// Sources, candidates and seed.
  public var query: Query
  /// From a candidate to what connects it with others.
  public var hop: Hop
  /// Which defaults a method takes.
  public var purpose = Purpose.related
  /// Whose history the sources are, where they are one.
  public var asker: NodeID?
  /// What was decided on the asker's behalf, where they should know.
  public var remark: String?
}

/// What a list is for: methods may have other defaults for each.
public enum Purpose: Sendable, Equatable {
  /// What goes with one or a few nodes.
  case related
  /// What goes with a whole history.
  case recommendation
}

/// What can be wrong with a question.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  case notAsking(found: String, expected: String)
  case noHistory(user: String, type: String, relation: String)
  /// `others` are the relations that have nodes of the type.
  case notInPrimaryRelation(type: String, relation: String, ends: [String], others: [String])
  case unknownRelation(String, known: [String])
  case notInRelation(type: String, relation: String, ends: [String], others: [String])
  case unknownMethod(String, known: [String])
  case unknownParameter(String, method: String, known: [String])
  case badParameter(String, method: String, found: String, expected: String)
  /// A text that the method can read but that does not fit the graph.
  case unfitParameter(String, method: String, found: String, reason: String)
  /// A method that needs what this graph does not have.
  case missingData(method: String, found: String, expected: String)
  case nothingToTune(method: String)
  /// Every held-out edge weighs less than what counts as relevant.
  case nothingRelevant(from: Float, heaviest: Float)
  /// A rule on candidates that cannot be read or does not fit the graph.
  case unfitRule(String, reason: String)
  /// Ratings asked from a method whose scores are none.
  case notPredicting(method: String, predicting: [String])
  /// A method that leaves nothing to be kept in a file.
  case notTrained(method: String, trained: [String])
  /// A method whose files are brought up to date by a new training alone.
  case notRefreshed(method: String, able: [String])
  /// A checkpoint of a training with other parameters than those asked for.
  case otherTraining(path: String)
  case cannotExplain(method: String, able: [String])
  case unknownType(String, known: [String])
  /// A method whose scores are no dot products of embeddings.
  case noEmbeddings(method: String)
  /// A time window of a graph without times.
  case noTimes
  case noScore(node: String, method: String, reason: String)

  /// " (did you mean 'cosine'?)" where a name is close.
  private static func along(_ relations: [String]) -> String {
    guard let first = relations.first else { return "; no relation has nodes of that type" }
    return "; --along \(first) "
      + (relations.count == 1 ? "has them" : "or another of \(relations.joined(separator: ", ")) has them")
  }

  private static func hint(_ name: String, among known: [String]) -> String {
    ClosestNames.find(name, among: known).first.map { " (did you mean '\($0)'?)" } ?? ""
  }

  public var description: String {
    switch self {
    case .notAsking(let found, let expected):
      "recommendations are for nodes of type '\(expected)', found one of type '\(found)'"
    case .noHistory(let user, let type, let relation):
      "\(type) '\(user)' has no '\(relation)' edge, expected at least one to recommend from"
    case .notInPrimaryRelation(let type, let relation, let ends, let others):
      "nodes of type '\(type)' are not part of the primary relation '\(relation)', expected "
        + Set(ends).sorted().map { "'\($0)'" }.joined(separator: " or ") + Self.along(others)
    case .unknownRelation(let name, let known):
      "no relation '\(name)', expected \(known.joined(separator: ", "))"
    case .notInRelation(let type, let relation, let ends, let others):
      "relation '\(relation)' has no nodes of type '\(type)', expected a relation of '\(type)', found one between "
        + ends.map { "'\($0)'" }.joined(separator: " and ") + Self.along(others)
    case .unknownMethod(let name, let known):
      "no method '\(name)'"
        + (ClosestNames.find(name, among: known).first.map { "; did you mean '\($0)'?" }
          ?? ", expected \(known.joined(separator: ", "))")
    case .unknownParameter(let name, let method, let known):
      "method '\(method)' has no parameter '\(name)'" + Self.hint(name, among: known)
        + ", expected \(known.joined(separator: ", "))"
    case .badParameter(let name, let method, let found, let expected):
      "parameter '\(name)' of method '\(method)': found '\(found)', expected \(expected)"
    case .unfitParameter(let name, let method, let found, let reason):
      "parameter '\(name)' of method '\(method)': found '\(found)': \(reason)"
    case .missingData(let method, let found, let expected):
      "method '\(method)' cannot work on this graph: found \(found), expected \(expected)"
    case .notPredicting(let method, let predicting):
      "method '\(method)' ranks but does not predict ratings, expected one of \(predicting.joined(separator: ", "))"
    case .notTrained(let method, let trained):
      "method '\(method)' is not trained ahead of questions, expected \(trained.joined(separator: ", "))"
    case .notRefreshed(let method, let able):
      "files of method '\(method)' are brought up to date by training anew, expected one of \(able.joined(separator: ", "))"
    case .otherTraining(let path):
      "\(path): found a checkpoint of a training with another relation or other parameters, expected the same; train "
        + "without --resume to begin anew"
    case .noEmbeddings(let method):
      "method '\(method)' has no embeddings, expected a model whose scores are products of vectors, such as als"
    case .unknownType(let name, let known):
      "no node type '\(name)', expected \(known.map { "'\($0)'" }.joined(separator: " or "))"
    case .noTimes: "found no relation with times, expected at least one for a time window"
    case .cannotExplain(let method, let able):
      "method '\(method)' gives no reasons, expected \(able.isEmpty ? "one that does" : able.joined(separator: ", "))"
    case .noScore(let node, let method, let reason):
      "method '\(method)' gives '\(node)' no score: \(reason); --not says more"
    case .unfitRule(let rule, let reason): "rule '\(rule)': \(reason)"
    case .nothingRelevant(let least, let heaviest):
      "found no held-out edge that counts as relevant: the heaviest weighs \(heaviest), expected at least \(least)"
    case .nothingToTune(let method): "method '\(method)' has no parameter left to search, expected at least one"
    }
  }
}

extension Schema {
  /// The names of the relations that have nodes of `type`.
  fileprivate func relations(of type: NodeTypeID) -> [String] {
    relations.filter { $0.sourceType == type || $0.targetType == type }.map(\.name)
  }
}

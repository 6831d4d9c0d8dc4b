public import AkinGraph

/// Ways as people type them, with the names of relations in place of positions. As in the property paths of SPARQL, `/`
/// goes on, `|` is or, and `^` follows a relation against its direction.
///
///     there-and-back        along the relation of the question, from candidates to what connects them
///     all                   every relation both ways
///     directed              every relation as it points
///     ^saved/saved          a metapath: from an item to who saved it, from there to what they saved, and again
///     saved|^saved|tagged   any of these at any time
public enum WaysText: Sendable, Equatable {
  case thereAndBack
  case all
  case directed
  case path([Step])
  case any([Step])

  /// One relation in one direction, by name.
  public struct Step: Sendable, Equatable {
    /// Name of the relation.
    public var relation: String
    /// Whether it is followed against its direction, as `^` says.
    public var isReverse: Bool
  }

  /// What a text must be, for messages.
  public static let expectation =
    "'there-and-back', 'all', 'directed', a metapath such as '^saved/saved', or steps to choose from such as 'saved|^saved'"

  /// `nil` for what is none of these. A relation that bears one of the three names is written as `x|x`.
  public init?(parsing text: String) {
    switch text {
    case "there-and-back": self = .thereAndBack
    case "all": self = .all
    case "directed": self = .directed
    default:
      let separator: Character = text.contains("|") ? "|" : "/"
      var steps: [Step] = []
      for word in text.split(separator: separator, omittingEmptySubsequences: false) {
        let isReverse = word.hasPrefix("^")
        let step = Step(relation: String(isReverse ? word.dropFirst() : word), isReverse: isReverse)
        guard !step.relation.isEmpty else { return nil }
        if separator == "/" || !steps.contains(step) { steps.append(step) }
      }
      self = separator == "|" ? .any(steps) : .path(steps)
    }
  }

  /// The ways in a graph.
  ///
  /// - Parameter hop: of the question, for `thereAndBack`.
  /// - Parameter weights: by name of a relation; where steps are chosen from, 1 unless given, and none is taken at 0.
  /// - Throws: `PageRankError.unknownRelation`, `.nothingToFollow`, `.weightWithoutChoice`.
  public func ways(
    in schema: Schema, along hop: Hop, weights: [String: Double] = [:]
  ) throws(PageRankError) -> Ways {
    let known = schema.relations.map(\.name)
    for name in weights.keys.sorted() where !known.contains(name) { throw .unknownRelation(name, known: known) }
    func resolve(_ step: Step) throws(PageRankError) -> Hop {
      guard let number = known.firstIndex(of: step.relation) else {
        throw .unknownRelation(step.relation, known: known)
      }
      return Hop(relation: number, direction: step.isReverse ? .reverse : .forward)
    }
    var hops: [WeightedHop] = []
    switch self {
    case .thereAndBack, .path:
      if let name = weights.keys.min() { throw .weightWithoutChoice(relation: name) }
      guard case .path(let steps) = self else { return .thereAndBack(hop) }
      var path: [Hop] = []
      for step in steps { path.append(try resolve(step)) }
      return .metapath(path)
    case .all, .directed:
      guard case .hops(let every) = Ways.wholeGraph(schema, weights: weights) else { throw .nothingToFollow }
      hops = every.filter { self == .all || $0.hop.direction == .forward }
    case .any(let steps):
      for step in steps {
        let weight = weights[step.relation] ?? 1
        if weight != 0 { hops.append(WeightedHop(try resolve(step), weight: weight)) }
      }
    }
    guard !hops.isEmpty else { throw .nothingToFollow }
    return .hops(hops)
  }
}

extension Ways {
  /// As `WaysText` reads it, weights left out.
  func text(in schema: Schema) -> String {
    func step(_ hop: Hop) -> String { (hop.direction == .reverse ? "^" : "") + schema.relations[hop.relation].name }
    switch self {
    case .thereAndBack: return "there-and-back"
    case .metapath(let hops): return hops.map(step).joined(separator: "/")
    case .hops(let hops):
      let steps = hops.map { step($0.hop) }
      return steps.count == 1 ? "\(steps[0])|\(steps[0])" : steps.joined(separator: "|")
    }
  }

  /// Weights other than 1, by name of a relation.
  func weights(in schema: Schema) -> [(relation: String, weight: Double)] {
    guard case .hops(let hops) = self else { return [] }
    var found: [(relation: String, weight: Double)] = []
    for hop in hops where hop.weight != 1 {
      let name = schema.relations[hop.hop.relation].name
      if !found.contains(where: { $0.relation == name }) { found.append((name, hop.weight)) }
    }
    return found
  }
}

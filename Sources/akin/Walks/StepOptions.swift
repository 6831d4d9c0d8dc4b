import AkinEngine
import AkinGraph
import AkinRanking
import AkinWalks
import ArgumentParser

/// Where walks may go and how they choose: the step rules of docs/walks.md.
struct StepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Relations to follow in this order, again and again, with commas between; ^name follows one from target to source.",
      valueName: "relation"))
  var along: String?

  @Flag(help: "Draw edges by their weight.")
  var weighted = false

  @Option(
    name: .customLong("half-life"), parsing: .unconditional,
    help: ArgumentHelp("Days in which the worth of an edge halves.", valueName: "days"))
  var halfLife: Double?

  @Option(
    name: .customLong("hub-exponent"), parsing: .unconditional,
    help: ArgumentHelp("Go to a node with a probability in proportion to degree^-e.", valueName: "e"))
  var hubExponent = 0.0

  @Option(
    help: ArgumentHelp(
      "Prefer nodes that fulfil this, such as \"language = en\"; nodes of types without the attribute are all alike.",
      valueName: "condition"))
  var prefer: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How readily walks go to nodes that --prefer does not name, against 1.", valueName: "f"))
  var others = 0.1

  func validate() throws {
    if let halfLife, !(halfLife > 0 && halfLife.isFinite) {
      throw ValidationError("--half-life: found \(halfLife), expected a number above 0")
    }
    guard hubExponent >= 0, hubExponent <= 10 else {
      throw ValidationError("--hub-exponent: found \(hubExponent), expected a number from 0 to 10")
    }
    guard (0.001...1).contains(others) else {
      throw ValidationError("--others: found \(others), expected a number from 0.001 to 1")
    }
  }

  /// What edges are drawn by, which the graph must have.
  func weighting(in snapshot: Snapshot, of graph: String) throws -> EdgeWeighting {
    let edges = snapshot.relations.map(\.forward.attributes)
    if weighted, !edges.contains(where: { $0.weights != nil }) {
      throw CommandFailure.usage(
        "--weighted: found no edge with a weight in \(graph), expected a relation with weights")
    }
    if halfLife != nil, !edges.contains(where: { $0.times != nil }) {
      throw CommandFailure.usage("--half-life: found no edge with a time in \(graph), expected a relation with times")
    }
    return EdgeWeighting(usesWeights: weighted, halfLife: halfLife.map { $0 * 86_400 })
  }

  /// Whether edges are drawn alike, and every node that they lead to is kept.
  var isUniform: Bool { !weighted && halfLife == nil && hubExponent == 0 && prefer == nil }

  /// The cycle of `--along`; `nil` where it is not given.
  func cycle(in schema: Schema) throws -> WalkPath? {
    guard let along else { return nil }
    var hops: [Hop] = []
    for part in along.split(separator: ",", omittingEmptySubsequences: false) {
      let isReverse = part.hasPrefix("^")
      let number = try Self.relation(isReverse ? part.dropFirst() : part, in: schema, option: "--along")
      hops.append(Hop(relation: number, direction: isReverse ? .reverse : .forward))
    }
    do {
      return try .cycle(hops, in: schema)
    } catch {
      throw CommandFailure.usage("--along: \(error)")
    }
  }

  static func relation(_ name: some StringProtocol, in schema: Schema, option: String) throws -> Int {
    guard let relation = schema.relations.firstIndex(where: { $0.name == String(name) }) else {
      throw CommandFailure.usage(
        "\(option): found '\(name)', expected \(schema.relations.map { "'\($0.name)'" }.joined(separator: " or "))")
    }
    return relation
  }

  /// Against hubs one for each node type, by its degree in the first hop of the path that leads to it; for `--prefer` one
  /// for each type that has the attribute.
  func biases(along path: WalkPath, in snapshot: Snapshot) throws -> [NodeBias] {
    var biases: [NodeBias] = []
    if hubExponent > 0 {
      var hops: [Hop] = []
      for way in path.states.flatMap(\.ways)
      where !hops.contains(where: { snapshot.destination(of: $0) == snapshot.destination(of: way.hop) }) {
        hops.append(way.hop)
      }
      biases += try hops.map { try NodeBias(against: hubExponent, degreesIn: $0, of: snapshot) }
    }
    if let prefer {
      do {
        let condition = try AttributePredicate(prefer)
        let types = Set(path.states.map(\.type)).sorted()
        let able = types.filter { snapshot.attribute(condition.attribute, of: $0) != nil }
        biases += try (able.isEmpty ? types.suffix(1) : able[...]).map {
          try NodeBias(preferring: condition, others: others, of: $0, in: snapshot)
        }
      } catch let error as EngineError {
        throw CommandFailure.usage("--prefer: \(error)")
      }
    }
    return biases
  }
}

import AkinGraph
public import AkinParallel
public import AkinRanking

/// A method as people name it: what it is called, what can be set, and how it is made.
public struct MethodDefinition: Sendable {
  /// What people type: `pixie`.
  public var name: String
  /// One line for lists of methods.
  public var summary: String
  /// Whether the list depends on the sources; baselines that know only the crowd say no.
  public var isPersonalized = true
  /// Whether the list is empty on edges without numbers, or with equal ones.
  public var needsRatings = false
  /// Whether scores are predictions of what the asker would rate.
  public var predictsRatings = false
  /// Parameters that are numbers, in the order in which help shows them.
  public var parameters: [ParameterDefinition]
  /// Parameters that are texts.
  public var texts: [TextParameterDefinition] = []
  /// Parameters that are set for one relation at a time, as `weight.saved` sets the `weight` of relation `saved`; at
  /// their default for relations that are not named.
  public var perRelation: [ParameterDefinition] = []
  let make: @Sendable (MethodContext) throws -> any Recommender
  /// How it is trained ahead of questions; `nil` for methods that need no training, or are trained as they are made.
  public internal(set) var training: TrainingDefinition? = nil
}

/// One parameter of a method, with the method's own default.
public struct ParameterDefinition: Sendable, Equatable {
  /// What people type: `restart`.
  public var name: String
  /// For what goes with a few nodes; within `range`.
  public var defaultValue: Double
  /// Values that are accepted, ends included.
  public var range: ClosedRange<Double>
  /// Whether only whole numbers are accepted.
  public var isWhole: Bool
  /// One line for the help, without the default.
  public var help: String
  /// What takes the place of `defaultValue` when a history asks for recommendations; `nil`: the same.
  public var recommendationDefault: Double? = nil
  /// Where tuning looks for a better value; `nil` for what is not a matter of quality.
  public var search: SearchRange? = nil

  /// The default for what a list is for.
  public func defaultValue(for purpose: Purpose) -> Double {
    purpose == .recommendation ? recommendationDefault ?? defaultValue : defaultValue
  }

  /// Which values are accepted, in words: "a number from 0 to 1".
  public var expectation: String {
    let kind = isWhole ? "a whole number" : "a number"
    func text(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
    return range.upperBound == .greatestFiniteMagnitude
      ? "\(kind) of at least \(text(range.lowerBound))"
      : "\(kind) from \(text(range.lowerBound)) to \(text(range.upperBound))"
  }
}

/// What a method is made from.
struct MethodContext: Sendable {
  var snapshot: Snapshot
  var hop: Hop
  /// How the method is made.
  var execution: Execution
  /// How one query is carried out: on one thread where many are answered at once.
  var queryExecution: Execution
  /// Every parameter of the method by name, defaults filled in, each within its range.
  var values: [String: Double]
  /// Every text parameter by name, defaults filled in, each of a form that the method can read.
  var texts: [String: String] = [:]

  /// What a method says of itself when all its parameters are in the registry.
  func info(of name: String) -> MethodInfo {
    MethodInfo(
      name: name, parameters: values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      fingerprint: snapshot.fingerprint)
  }
}

/// All methods. A new one adds one line here and its own file; nothing else knows of it.
public enum MethodRegistry {
  /// Methods that are made from a graph, in the order in which they are listed.
  public static let all: [MethodDefinition] =
    [.pixie, .pageRank]
    + MethodDefinition.setSimilarities + MethodDefinition.associations + MethodDefinition.termWeights
    + MethodDefinition.paths + MethodDefinition.correlations + [.swing] + MethodDefinition.similarUsers
    + MethodDefinition.ratings
    + propagation
    + [.popular, .recentPopular, .categoryPopular, .random]

  /// Methods that multiply dense matrices, when they are made or when they answer.
  public static let propagation: [MethodDefinition] = [
    .tunedFilter, .gfcf, .turboCF, .chebyCF, .bspm, .sgfcf, .als, .bprMF, .biasedMF, .ease, .lightGCN,
  ]

  /// The parameter of methods that can be given a time to answer in; 0 for none.
  public static let timeBudget = "milliseconds"

  /// Methods that answer from a file made elsewhere, and cannot be without one.
  public static let fromFiles: [MethodDefinition] = [.vectors]

  /// A method by its name, those from files too.
  ///
  /// - Throws: `EngineError.unknownMethod`.
  public static func definition(named name: String) throws(EngineError) -> MethodDefinition {
    guard let found = (all + fromFiles).first(where: { $0.name == name }) else {
      throw .unknownMethod(name, known: all.map(\.name))
    }
    return found
  }
}

extension Engine {
  /// A method that answers `question`, with parameters given as text and checked.
  ///
  /// - Parameter queryExecution: how one query is carried out; as the engine does everything unless given.
  /// - Throws: `EngineError`.
  public func method(
    named name: String, parameters: [String: String] = [:], for question: Question, queryExecution: Execution? = nil
  ) throws -> any Recommender {
    try method(
      named: name, parameters: parameters, hop: question.hop, purpose: question.purpose,
      queryExecution: queryExecution ?? execution)
  }

  /// A method over `hop`, whose queries are carried out by `queryExecution`.
  func method(
    named name: String, parameters: [String: String], hop: Hop, purpose: Purpose, queryExecution: Execution
  ) throws -> any Recommender {
    let definition = try MethodRegistry.definition(named: name)
    return try definition.make(
      MethodContext(
        snapshot: snapshot, hop: hop, execution: execution, queryExecution: queryExecution,
        values: try definition.values(from: parameters, for: purpose),
        texts: try definition.texts(from: parameters)))
  }
}

extension MethodDefinition {
  /// The numbers that `settings` set, over the defaults for `purpose`.
  func values(from settings: [String: String], for purpose: Purpose) throws(EngineError) -> [String: Double] {
    var values: [String: Double] = [:]
    for parameter in parameters { values[parameter.name] = parameter.defaultValue(for: purpose) }
    for (name, text) in settings.sorted(by: { $0.key < $1.key }) where !texts.contains(where: { $0.name == name }) {
      guard let parameter = parameter(named: name) else {
        throw .unknownParameter(name, method: self.name, known: settableNames)
      }
      guard let value = Double(text), parameter.range.contains(value), !parameter.isWhole || value == value.rounded()
      else {
        throw .badParameter(name, method: self.name, found: text, expected: parameter.expectation)
      }
      values[name] = value
    }
    return values
  }
}

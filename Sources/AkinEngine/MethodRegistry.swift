import AkinGraph
import AkinParallel
public import AkinRanking

/// A method as people name it: what it is called, what can be set, and how it is made.
public struct MethodDefinition: Sendable {
  public var name: String
  public var summary: String
  public var parameters: [ParameterDefinition]
  let make: @Sendable (MethodContext) throws -> any Recommender
}

/// One parameter of a method, with the method's own default.
public struct ParameterDefinition: Sendable, Equatable {
  public var name: String
  public var defaultValue: Double
  public var range: ClosedRange<Double>
  public var isWhole: Bool
  public var help: String

  var expectation: String {
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
  var execution: Execution
  /// Every parameter of the method by name, defaults filled in, each within its range.
  var values: [String: Double]
}

/// All methods. A new one adds one line here and its own file; nothing else knows of it.
public enum MethodRegistry {
  public static let all: [MethodDefinition] =
    [.pixie]
    + MethodDefinition.setSimilarities + MethodDefinition.associations + MethodDefinition.termWeights
    + MethodDefinition.paths + MethodDefinition.correlations + [.swing] + MethodDefinition.similarUsers

  public static func definition(named name: String) throws(EngineError) -> MethodDefinition {
    guard let found = all.first(where: { $0.name == name }) else {
      throw .unknownMethod(name, known: all.map(\.name))
    }
    return found
  }
}

extension Engine {
  /// A method that answers `question`, with parameters given as text and checked.
  ///
  /// - Throws: `EngineError`.
  public func method(
    named name: String, parameters: [String: String] = [:], for question: Question
  ) throws -> any Recommender {
    let definition = try MethodRegistry.definition(named: name)
    let context = MethodContext(
      snapshot: snapshot, hop: question.hop, execution: execution, values: try definition.values(from: parameters))
    return try definition.make(context)
  }
}

extension MethodDefinition {
  /// The parameters that `texts` set, over the defaults.
  func values(from texts: [String: String]) throws(EngineError) -> [String: Double] {
    var values: [String: Double] = [:]
    for parameter in parameters { values[parameter.name] = parameter.defaultValue }
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw .unknownParameter(name, method: self.name, known: parameters.map(\.name))
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

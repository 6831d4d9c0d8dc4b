/// A parameter of a method that is a text, not a number: what a surfer may follow, which model to take.
public struct TextParameterDefinition: Sendable {
  /// What people type: `ways`.
  public var name: String
  /// A text that the method can read.
  public var defaultValue: String
  /// What a text must be, for messages.
  public var expectation: String
  /// One line for the help, without the default.
  public var help: String
  /// Whether a text can be read at all; whether it fits a graph is found out when the method is made.
  let accepts: @Sendable (String) -> Bool
}

extension MethodDefinition {
  /// Every name that can be set, for messages.
  var settableNames: [String] {
    parameters.map(\.name) + texts.map(\.name) + perRelation.map { "\($0.name).RELATION" }
  }

  /// The parameter that a name sets; for one of a relation, such as `weight.saved`, the definition of `weight`.
  func parameter(named name: String) -> ParameterDefinition? {
    parameters.first { $0.name == name }
      ?? perRelation.first { name.hasPrefix($0.name + ".") && name.utf8.count > $0.name.utf8.count + 1 }
  }

  /// The text parameters that `settings` set, over their defaults.
  func texts(from settings: [String: String]) throws(EngineError) -> [String: String] {
    var found: [String: String] = [:]
    for parameter in texts {
      let text = settings[parameter.name] ?? parameter.defaultValue
      guard parameter.accepts(text) else {
        throw .badParameter(parameter.name, method: name, found: text, expected: parameter.expectation)
      }
      found[parameter.name] = text
    }
    return found
  }
}

extension MethodContext {
  /// Values that are set for single relations, by the relation's name.
  func values(perRelation name: String) -> [String: Double] {
    var found: [String: Double] = [:]
    for (key, value) in values where key.hasPrefix(name + ".") { found[String(key.dropFirst(name.count + 1))] = value }
    return found
  }
}

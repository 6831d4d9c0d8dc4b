/// A method to be evaluated, with its settings, as people type it: `pixie`, `pixie:restart=0.8:caution=0`,
/// `cosine:along=tagged`.
public struct MethodRequest: Sendable, Equatable {
  /// Name of the method in the registry.
  public var name: String
  /// Only what differs from the defaults.
  public var parameters: [String: String]
  /// The relation that connects candidates, by name; `nil` for the primary one.
  public var along: String?
  /// What it is called in tables; distinct where several requests go together.
  public var title: String

  /// Without a `title` it is made of the name and what differs from the defaults. Nothing is checked: see `check()`.
  public init(name: String, parameters: [String: String] = [:], along: String? = nil, title: String? = nil) {
    self.name = name
    self.parameters = parameters
    self.along = along
    self.title =
      title
      ?? parameters.sorted { $0.key < $1.key }.reduce(into: along.map { "\(name):along=\($0)" } ?? name) {
        $0 += ":\($1.key)=\($1.value)"
      }
  }

  /// - Throws: `EngineError` for an unknown method or parameter, or a value that does not fit.
  public init(parsing text: String) throws(EngineError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var parameters: [String: String] = [:]
    for word in parts.dropFirst() {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else {
        throw .badParameter(pair[0], method: parts[0], found: "no value", expected: "\(pair[0])=value")
      }
      parameters[pair[0]] = pair[1]
    }
    let along = parameters.removeValue(forKey: "along")
    self.init(name: parts[0], parameters: parameters, along: along, title: text)
    try check()
  }

  /// - Throws: `EngineError`.
  public func check() throws(EngineError) {
    let definition = try MethodRegistry.definition(named: name)
    _ = try definition.values(from: parameters, for: .recommendation)
    _ = try definition.texts(from: parameters)
  }
}

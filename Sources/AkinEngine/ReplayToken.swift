public import AkinGraph
public import AkinParallel
import AkinRanking

/// Everything but the question that an answer depends on, as one word: asked the same question with it, a method gives
/// the same answer bit for bit.
///
/// The word is `akin1:graph:level:seed:method` and then, each after a colon, `name=value` for every parameter of the
/// method by ascending name. `+along=relation` names the relation where it is not the primary one, `+for=command` the command that asked; `+model=fingerprint`
/// stands in place of parameters for an answer from a file. Whatever else than letters, digits, `.`, `_` and `-` a name
/// or value holds is written as `%` and two hexadecimal digits a byte, so that a shell takes the word as it is.
public struct ReplayToken: Sendable, Equatable, CustomStringConvertible {
  /// Fingerprint of the graph with what had been appended to it, 16 hexadecimal digits.
  public var graph: String
  /// Sums of 32-bit floats may differ in the last bits at another level; nothing else does.
  public var level: KernelLevel
  /// Seed of the query.
  public var seed: UInt64
  /// Name of the method in the registry.
  public var method: String
  /// Every parameter of the method, defaults too: those of another version may be others.
  public var parameters: [String: String] = [:]
  /// The relation that connects candidates; `nil` for the primary one.
  public var along: String?
  /// Fingerprint of the model file that answered, 16 hexadecimal digits.
  public var model: String?
  /// What was asked for; `nil` in tokens that do not say.
  public var purpose: Purpose?

  /// - Throws: `ReplayTokenError` where `text` is not what `description` gives.
  public init(_ text: String) throws(ReplayTokenError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts[0] == Self.version, parts.count >= 5 else { throw .notAToken(text) }
    guard Self.isFingerprint(parts[1]) else {
      throw .badPart(found: parts[1], expected: "16 hexadecimal digits")
    }
    graph = parts[1]
    guard let level = KernelLevel(rawValue: parts[2]) else {
      throw .badPart(
        found: parts[2], expected: KernelLevel.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or "))
    }
    self.level = level
    guard let seed = UInt64(parts[3]) else { throw .badPart(found: parts[3], expected: "a seed, a whole number") }
    self.seed = seed
    guard let method = Self.unescaped(parts[4]), !method.isEmpty else {
      throw .badPart(found: parts[4], expected: "the name of a method")
    }
    self.method = method
    for part in parts[5...] {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, let name = Self.unescaped(pair[0]), !name.isEmpty, let value = Self.unescaped(pair[1])
      else { throw .badPart(found: part, expected: "name=value") }
      switch pair[0] {
      case "+along" where along == nil: along = value
      case "+for" where purpose == nil && Self.purposes[value] != nil: purpose = Self.purposes[value]
      case "+model" where model == nil && Self.isFingerprint(value): model = value
      default:
        guard pair[0].first != "+", parameters.updateValue(value, forKey: name) == nil else {
          throw .badPart(found: part, expected: "each name once, none that begins with '+' but along, for and model")
        }
      }
    }
  }

  init(
    graph: String, seed: UInt64, method: String, parameters: [String: String], along: String?, model: String?,
    purpose: Purpose?
  ) {
    self.purpose = purpose
    self.graph = graph
    level = .current
    self.seed = seed
    self.method = method
    self.parameters = parameters
    self.along = along
    self.model = model
  }

  public var description: String {
    var parts = [Self.version, graph, level.rawValue, "\(seed)", Self.escaped(method)]
    parts += parameters.sorted { $0.key < $1.key }.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
    if let along { parts.append("+along=\(Self.escaped(along))") }
    if let purpose, let name = Self.purposes.first(where: { $0.value == purpose })?.key { parts.append("+for=\(name)") }
    if let model { parts.append("+model=\(model)") }
    return parts.joined(separator: ":")
  }

  private static let version = "akin1"
  /// By the command that asks.
  private static let purposes: [String: Purpose] = ["related": .related, "recommend": .recommendation]

  private static func isFingerprint(_ text: String) -> Bool {
    text.utf8.count == 16 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  private static func unescaped(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// A text that is no replay token.
public enum ReplayTokenError: Error, Equatable, CustomStringConvertible {
  case notAToken(String)
  case badPart(found: String, expected: String)

  public var description: String {
    switch self {
    case .notAToken(let text):
      "found '\(text)', expected a replay token as --json prints it: akin1:graph:level:seed:method:…"
    case .badPart(let found, let expected): "found '\(found)' in the replay token, expected \(expected)"
    }
  }
}

extension Engine {
  /// What makes the same answer again from a method of the registry; `nil` where a time decides how far it comes.
  ///
  /// - Parameters:
  ///   - parameters: as they are given to `method(named:parameters:for:)`.
  ///   - along: as it is given to the question.
  /// - Throws: `EngineError` as `method(named:parameters:for:)` does.
  public func replayToken(
    named name: String, parameters: [String: String], for question: Question, along: String?
  ) throws(EngineError) -> ReplayToken? {
    let definition = try MethodRegistry.definition(named: name)
    var settings = try definition.texts(from: parameters)
    for (name, value) in try definition.values(from: parameters, for: question.purpose) {
      guard name != MethodRegistry.timeBudget || value == 0 else { return nil }
      settings[name] = Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
    return ReplayToken(
      graph: hex(snapshot.fingerprint), seed: question.query.seed, method: definition.name, parameters: settings,
      along: along, model: nil, purpose: question.purpose)
  }

  /// As above, for an answer from a file that a training wrote.
  ///
  /// - Throws: `GraphError` where the file cannot be read.
  public func replayToken(
    model path: String, method: String, for question: Question
  ) throws(GraphError) -> ReplayToken {
    ReplayToken(
      graph: hex(snapshot.fingerprint), seed: question.query.seed, method: method, parameters: [:], along: nil,
      model: try ModelFile.fingerprint(of: path), purpose: question.purpose)
  }
}

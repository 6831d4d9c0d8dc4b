import AkinEngine
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser

/// The graph that a command asks, and how many threads it may use.
struct GraphOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The graph: a file that 'akin import' made.", valueName: "graph.akin"))
  var graph: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to use; the answer does not depend on it.", valueName: "n"))
  var threads = Execution.availableCores

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads: found \(threads), expected a number from 1 to 1024")
    }
  }

  var execution: Execution { Execution(threads: threads, cancellation: Interruption.cancellation) }

  func open() throws -> Engine { Engine(try Snapshot.open(graph), execution: execution) }

  /// The graph for a job that reads all of it again and again: the rows that it walks on are copied into huge pages where
  /// that pays and memory allows. Answers are the same.
  ///
  /// - Parameter along: the relation that is read; the primary one for `nil`.
  func open(forManyQueries: Bool, along: String?) throws -> Engine {
    let engine = try open()
    guard forManyQueries else { return engine }
    let schema = engine.snapshot.schema
    let number =
      along.flatMap { name in schema.relations.firstIndex { $0.name == name } } ?? schema.roles.primaryRelation
    return Engine(try resident(engine.snapshot, relations: [number]), execution: execution)
  }

  /// `snapshot` with some relations in memory of this process, or as it is where that does not pay or does not fit.
  func resident(_ snapshot: Snapshot, relations: [Int]) throws -> Snapshot {
    let bytes = relations.reduce(0) { $0 + snapshot.residentByteCount(ofRelation: $1) }
    guard Residency.pays(bytes: bytes) else { return snapshot }
    return try snapshot.resident(relations: relations, cancellation: execution.cancellation)
  }
}

/// Which method answers, and with what.
struct MethodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to answer; pixie by default. Methods: \(MethodRegistry.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")).",
      valueName: "name"))
  var method: String?

  @Option(help: ArgumentHelp("A file that 'akin train' wrote, in place of a method.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Vectors of what is listed, or an index of them, in place of a method: what 'akin neighbors' reads. Their ids are the external ids of nodes.",
      valueName: "file"))
  var embeddings: String?

  @Option(help: ArgumentHelp("The ids of --embeddings that have none in their file, one a line.", valueName: "file"))
  var ids: String?

  @Option(
    help: ArgumentHelp(
      "Parameters from a file that 'akin tune' wrote; it names the method too. --set goes before it.", valueName: "file"
    ))
  var params: String?

  @Option(
    help: ArgumentHelp(
      "The relation that connects what is listed, such as one to tags; the primary relation by default.",
      valueName: "relation"))
  var along: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the random generator.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Steps to walk; short for --set steps=n.", valueName: "n"))
  var steps: String?

  @Option(
    help: ArgumentHelp(
      "Time that the method may take, such as 5ms or 0.5s; short for --set milliseconds=n. The answer says how far it came.",
      valueName: "time"))
  var budget: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A parameter of the method; may be repeated. \(Self.parameterHelp())", valueName: "name=value"))
  var settings: [String] = []

  /// What every method can be given; parameters that most methods have come once, at the end.
  private static func parameterHelp() -> String {
    func text(_ parameters: [ParameterDefinition]) -> String {
      parameters.map { "\($0.name) = \(rounded($0.defaultValue))\(recommending($0)) (\($0.help))" }.joined(
        separator: "; ")
    }
    let methods = MethodRegistry.all
    let all = methods.flatMap(\.parameters)
    func isCommon(_ parameter: ParameterDefinition) -> Bool {
      all.lazy.filter { $0 == parameter }.count > methods.count / 2
    }
    let common = methods.flatMap(\.parameters).reduce(into: [ParameterDefinition]()) { found, parameter in
      if isCommon(parameter), !found.contains(parameter) { found.append(parameter) }
    }
    let allTexts = methods.flatMap(\.texts)
    func isShared(_ text: TextParameterDefinition) -> Bool { allTexts.count { $0.help == text.help } > 4 }
    let shared = allTexts.first(where: isShared).map { " Those that compare nodes: \($0.name) (\($0.help))." } ?? ""
    let own = methods.compactMap { method in
      let parameters = method.parameters.filter { !isCommon($0) }
      let texts = method.texts.filter { !isShared($0) }.map { "\($0.name) = \($0.defaultValue) (\($0.help))" }
      let perRelation = method.perRelation.map { "\($0.name).RELATION = \(rounded($0.defaultValue)) (\($0.help))" }
      let all = (parameters.isEmpty ? [] : [text(parameters)]) + texts + perRelation
      return all.isEmpty ? nil : "\(method.name): \(all.joined(separator: "; "))."
    }
    return own.joined(separator: " ") + " Most others too: \(text(common))." + shared
  }

  /// The settings by name.
  func parameters() throws -> [String: String] {
    var parameters = try Settings.parsed(settings)
    if let steps {
      guard parameters.updateValue(steps, forKey: "steps") == nil else {
        throw CommandFailure.usage("found both --steps and --set steps=…, expected one")
      }
    }
    if let budget {
      let name = method ?? "pixie"
      let able = MethodRegistry.all.filter { $0.parameters.contains { $0.name == "milliseconds" } }.map(\.name)
      guard params != nil || able.contains(name) else {
        throw CommandFailure.usage(
          "--budget: method '\(name)' takes no time budget, expected --method \(able.joined(separator: " or "))")
      }
      guard parameters.updateValue("\(try Self.milliseconds(budget))", forKey: "milliseconds") == nil else {
        throw CommandFailure.usage("found both --budget and --set milliseconds=…, expected one")
      }
    }
    return parameters
  }

  /// What `body` makes; a relation that does not fit is wrong usage.
  func along<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as EngineError where along != nil {
      switch error {
      case .unknownRelation, .notInRelation: throw CommandFailure.usage("--along: \(error)")
      default: throw error
      }
    }
  }

  /// 5ms, 0.5s
  private static func milliseconds(_ text: String) throws -> Double {
    for (unit, factor) in [("ms", 1.0), ("s", 1000)] where text.hasSuffix(unit) {
      if let value = Double(text.dropLast(unit.count)), value > 0, value * factor <= 1e9 { return value * factor }
      break
    }
    throw CommandFailure.usage("--budget: found '\(text)', expected a time above 0 such as 5ms or 0.5s")
  }

  /// The method for a question; what is wrong with its parameters is wrong usage.
  func recommender(
    _ engine: Engine, for question: Question, queryExecution: Execution? = nil
  ) throws -> any Recommender {
    if let embeddings {
      guard method == nil, model == nil, params == nil else {
        throw CommandFailure.usage(
          "found --embeddings with --method, --model or --params, expected the embeddings alone")
      }
      return try EmbeddingMethod(
        path: embeddings, ids: ids, settings: parameters(), seed: seed
      ).recommender(engine, hop: question.hop)
    }
    if let model {
      guard method == nil, params == nil, along == nil, try parameters().isEmpty else {
        throw CommandFailure.usage("found --model with --method, --along, --params or --set, expected the model alone")
      }
      return try engine.method(model: model, queryExecution: queryExecution)
    }
    let file = try params.map { try ParameterFile.read($0) }
    try file?.check(method: method, path: params ?? "")
    let settings = try (file?.texts ?? [:]).merging(parameters()) { $1 }
    do {
      return try engine.method(
        named: method ?? file?.method ?? "pixie", parameters: settings, for: question, queryExecution: queryExecution)
    } catch let error as EngineError {
      throw CommandFailure.usage("\(error)")
    }
  }
}

/// What `--set` gives.
enum Settings {
  /// - Throws: `CommandFailure` where one is not `name=value`, or a name comes twice.
  static func parsed(_ settings: [String]) throws -> [String: String] {
    var parameters: [String: String] = [:]
    for setting in settings {
      guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
        throw CommandFailure.usage("--set: found '\(setting)', expected name=value")
      }
      let name = String(setting[..<equals])
      guard parameters.updateValue(String(setting[setting.index(after: equals)...]), forKey: name) == nil else {
        throw CommandFailure.usage("--set: found '\(name)' twice, expected it once")
      }
    }
    return parameters
  }
}

/// How a list is printed.
struct ListOptions: ParsableArguments {
  @Option(name: .customShort("k"), parsing: .unconditional, help: ArgumentHelp("Length of the list.", valueName: "n"))
  var k = 20

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print CSV.")
  var csv = false

  @Flag(help: "Print no remarks, only the list.")
  var quiet = false

  func validate() throws {
    guard k >= 1 else { throw ValidationError("-k: found \(k), expected at least 1") }
    guard !(json && csv) else { throw ValidationError("found both --json and --csv, expected one") }
  }
}

/// ", 0.7 to recommend" where that default is another.
private func recommending(_ parameter: ParameterDefinition) -> String {
  parameter.recommendationDefault.map { ", \(rounded($0)) to recommend" } ?? ""
}

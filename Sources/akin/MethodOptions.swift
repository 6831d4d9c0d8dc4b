import AkinEngine
import AkinParallel
import AkinRanking
import ArgumentParser

/// Which method answers, and with what.
struct MethodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to answer; pixie by default. Methods, of which 'akin methods' says more: \(MethodRegistry.all.map(\.name).joined(separator: ", ")).",
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

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed of the random generator; 0 by default.", valueName: "n"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Answer as a list was answered before: the 'replay' of its JSON, which says the method, every parameter, the relation, the seed and the graph, even one that was appended to since. Names, -k and rules are given again; then the list is the same bit for bit.",
      valueName: "token"))
  var replay: String?

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
      "A parameter of the method; may be repeated. 'akin methods NAME' lists what a method can be given.",
      valueName: "name=value"))
  var settings: [String] = []

  func validate() throws {
    guard let replay else { return }
    let others: [(name: String, isGiven: Bool)] = [
      ("--method", method != nil), ("--embeddings", embeddings != nil), ("--ids", ids != nil),
      ("--params", params != nil), ("--along", along != nil), ("--seed", seed != nil), ("--steps", steps != nil),
      ("--budget", budget != nil), ("--set", !settings.isEmpty),
    ]
    if let other = others.first(where: \.isGiven) {
      throw ValidationError("found --replay and \(other.name), which the token says too, expected one of them")
    }
    do {
      _ = try ReplayToken(replay)
    } catch {
      throw ValidationError("--replay: \(error)")
    }
  }

  /// What the options say together.
  ///
  /// - Throws: `CommandFailure` where some of them cannot go together.
  func choice() throws -> MethodChoice {
    if let replay {
      let choice = MethodChoice(try ReplayToken(replay), model: model)
      try choice.check(model: model)
      return choice
    }
    var choice = MethodChoice(answer: .method("pixie", settings: [:]), seed: seed ?? 0, along: along)
    if let embeddings {
      guard method == nil, model == nil, params == nil else {
        throw CommandFailure.usage(
          "found --embeddings with --method, --model or --params, expected the embeddings alone")
      }
      choice.answer = .embeddings(path: embeddings, ids: ids, settings: try parameters())
    } else if let model {
      guard method == nil, params == nil, along == nil, try parameters().isEmpty else {
        throw CommandFailure.usage("found --model with --method, --along, --params or --set, expected the model alone")
      }
      choice.answer = .model(path: model)
    } else {
      let file = try params.map { try ParameterFile.read($0) }
      try file?.check(method: method, path: params ?? "")
      choice.answer = .method(
        method ?? file?.method ?? "pixie", settings: try (file?.texts ?? [:]).merging(parameters()) { $1 })
    }
    return choice
  }

  /// The settings by name.
  private func parameters() throws -> [String: String] {
    var parameters = try Settings.parsed(settings)
    if let steps {
      guard parameters.updateValue(steps, forKey: "steps") == nil else {
        throw CommandFailure.usage("found both --steps and --set steps=…, expected one")
      }
    }
    if let budget {
      let name = method ?? "pixie"
      let able = MethodRegistry.all.filter { $0.parameters.contains { $0.name == MethodRegistry.timeBudget } }.map(
        \.name)
      guard params != nil || able.contains(name) else {
        throw CommandFailure.usage(
          "--budget: method '\(name)' takes no time budget, expected --method \(able.joined(separator: " or "))")
      }
      guard parameters.updateValue("\(try Self.milliseconds(budget))", forKey: MethodRegistry.timeBudget) == nil else {
        throw CommandFailure.usage("found both --budget and --set milliseconds=…, expected one")
      }
    }
    return parameters
  }

  /// 5ms, 0.5s
  private static func milliseconds(_ text: String) throws -> Double {
    for (unit, factor) in [("ms", 1.0), ("s", 1000)] where text.hasSuffix(unit) {
      if let value = Double(text.dropLast(unit.count)), value > 0, value * factor <= 1e9 { return value * factor }
      break
    }
    throw CommandFailure.usage("--budget: found '\(text)', expected a time above 0 such as 5ms or 0.5s")
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

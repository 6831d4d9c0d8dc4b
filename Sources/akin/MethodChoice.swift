import AkinEngine
import AkinGraph
import AkinParallel
import AkinRanking

/// What answers a question, and with what: what the options of a command come to.
struct MethodChoice {
  enum Answer: Equatable {
    case method(String, settings: [String: String])
    case model(path: String)
    case embeddings(path: String, ids: String?, settings: [String: String])
  }

  var answer: Answer
  var seed: UInt64
  /// The relation that connects candidates; `nil` for the primary one.
  var along: String?
  /// Whether remarks are wanted.
  var isQuiet = false
  /// What an answer is to be given again by.
  var token: ReplayToken?

  /// Whether it walks from neighbour to neighbour by nothing but degrees.
  var walks: Bool {
    if case .method("pixie", let settings) = answer { return settings["prefer"] == nil }
    return false
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

  /// The method for a question; what is wrong with its parameters is wrong usage.
  func recommender(
    _ engine: Engine, for question: Question, queryExecution: Execution? = nil
  ) throws -> any Recommender {
    switch answer {
    case .embeddings(let path, let ids, let settings):
      return try EmbeddingMethod(path: path, ids: ids, settings: settings, seed: seed)
        .recommender(engine, hop: question.hop)
    case .model(let path): return try engine.method(model: path, queryExecution: queryExecution)
    case .method(let name, let settings):
      // Similarities are quick, and can be refreshed; what has to be learned takes long, and says nothing meanwhile.
      if !isQuiet, let training = try? MethodRegistry.definition(named: name).training, !training.canRefresh {
        Progress.remark("learning '\(name)' from the graph; 'akin train' does it once for many questions")
      }
      do {
        return try engine.method(
          named: name, parameters: settings, for: question, queryExecution: queryExecution)
      } catch let error as EngineError {
        throw CommandFailure.usage("\(error)")
      }
    }
  }

  /// The word that gives the same answer to the same question; `nil` for vectors from elsewhere, and where a time
  /// decides.
  func replayToken(_ engine: Engine, for question: Question, by method: any Recommender) throws -> ReplayToken? {
    switch answer {
    case .embeddings: nil
    case .model(let path): try engine.replayToken(model: path, method: method.info.name, for: question)
    case .method(let name, let settings):
      try engine.replayToken(named: name, parameters: settings, for: question, along: along)
    }
  }
}

extension MethodChoice {
  init(_ token: ReplayToken, model: String?) {
    answer = model.map { .model(path: $0) } ?? .method(token.method, settings: token.parameters)
    seed = token.seed
    along = token.along
    self.token = token
  }

  /// Refuses a token of another question than is asked.
  func check(_ purpose: Purpose, otherwise expected: String) throws {
    guard let asked = token?.purpose, asked != purpose else { return }
    let command = asked == .related ? "related" : "recommend"
    throw CommandFailure.usage("--replay: 'akin \(command)' made the list, expected \(expected)")
  }

  /// Refuses a model that the token does not name, and says where sums may differ.
  func check(model: String?) throws {
    guard let token else { return }
    switch (token.model, model) {
    case (nil, nil): break
    case (let expected?, nil):
      throw CommandFailure.usage("--replay: the answer came from the model \(expected), expected it as --model")
    case (nil, _?): throw CommandFailure.usage("--replay: the answer came from no model, found --model")
    case (let expected?, let path?):
      let found = try ModelFile.fingerprint(of: path)
      guard found == expected else {
        throw CommandFailure(
          message: "\(path): found the model \(found), expected \(expected), which the token of --replay names")
      }
    }
    if token.level != .current {
      Output.standardError(
        "note: the answer was made with the instruction set '\(token.level.rawValue)', this process uses "
          + "'\(KernelLevel.current.rawValue)': the last digits of scores may differ; "
          + "\(KernelLevel.variable)=\(token.level.rawValue) gives the same\n")
    }
  }
}

import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

/// Every method of the registry keeps the promises of all; a new one is here by being there.
@Suite struct ConformanceTests {
  @Test(arguments: MethodRegistry.all.map(\.name))
  func `the method keeps the promises of all methods`(name: String) throws {
    let definition = try MethodRegistry.definition(named: name)
    // The data has no ratings: those who need them have nothing to say of it, and must say so rightly.
    let conformance = MethodConformance(isPersonalized: definition.isPersonalized && !definition.needsRatings) {
      snapshot, hop, execution in
      try Engine(snapshot, execution: execution).method(
        named: name, parameters: [:], hop: hop, purpose: .recommendation, queryExecution: execution)
    }
    for problem in try conformance.problems() { Issue.record("\(name): \(problem)") }
  }

  @Test(arguments: MethodRegistry.all.map(\.name))
  func `what the registry says of the method is sound`(name: String) throws {
    let definition = try MethodRegistry.definition(named: name)
    #expect(MethodRegistry.all.count { $0.name == name } == 1)
    #expect(!definition.summary.isEmpty)
    #expect(!name.contains { $0 == ":" || $0 == "," || $0 == "=" || $0.isWhitespace })
    for parameter in definition.parameters {
      #expect(parameter.range.contains(parameter.defaultValue), "\(parameter.name)")
      #expect(!parameter.isWhole || parameter.defaultValue == parameter.defaultValue.rounded())
      if let search = parameter.search {
        #expect(parameter.range.contains(search.range.lowerBound), "\(parameter.name)")
        #expect(parameter.range.contains(search.range.upperBound), "\(parameter.name)")
      }
    }
    let board = try Checkerboard()
    let method = try Engine(board.snapshot).method(
      named: name, parameters: [:], hop: board.hop, purpose: .recommendation, queryExecution: .serial)
    #expect(method.info.name == name)
    #expect(
      Set(method.info.parameters.map(\.name)) == Set(definition.parameters.map(\.name) + definition.texts.map(\.name)))
  }

  /// What names a model is its content, so two equal trainings must leave equal content.
  @Test(arguments: MethodRegistry.all.filter { $0.training != nil }.map(\.name))
  func `training again writes the same file, on any number of threads`(name: String) throws {
    let board = try Checkerboard()
    let folder = TemporaryFolder()
    for (file, threads) in [("a", 1), ("b", 1), ("c", 3)] {
      _ = try Engine(board.snapshot, execution: Execution(threads: threads)).train(
        name, run: TrainingRun(output: folder.file(file)))
    }
    let first = try ModelFile.fingerprint(of: folder.file("a"))
    #expect(try ModelFile.fingerprint(of: folder.file("b")) == first)
    #expect(try ModelFile.fingerprint(of: folder.file("c")) == first)
  }

  /// A suite that lets everything pass would be of no use: these break one promise each.
  @Test(arguments: Broken.Fault.allCases)
  func `a broken method is found out`(fault: Broken.Fault) throws {
    let conformance = MethodConformance(isPersonalized: true) { snapshot, hop, execution in
      Broken(
        inner: try Engine(snapshot).method(
          named: "pixie", parameters: ["steps": "3000"], hop: hop, purpose: .recommendation, queryExecution: execution),
        fault: fault)
    }
    #expect(try !conformance.problems().isEmpty)
  }
}

extension ConformanceTests {
  /// The part of the suite on explanations would be of no use either.
  @Test(arguments: BrokenExplanations.Fault.allCases)
  func `a broken explanation is found out`(fault: BrokenExplanations.Fault) throws {
    func problems(_ fault: BrokenExplanations.Fault?) throws -> [String] {
      try MethodConformance(isPersonalized: true) { snapshot, hop, execution in
        BrokenExplanations(
          inner: try Engine(snapshot).method(
            named: "cosine", parameters: [:], hop: hop, purpose: .recommendation, queryExecution: execution),
          fault: fault)
      }.problems()
    }
    #expect(try problems(nil).isEmpty)
    #expect(try !problems(fault).isEmpty)
  }
}

/// A method whose explanations have one fault, or none.
struct BrokenExplanations: Recommender {
  enum Fault: CaseIterable, Sendable {
    case losesAPart, otherScore, strangeSource, ignoresLimit, repeats, explainsNothing
  }

  let inner: any Recommender
  let fault: Fault?
  var info: MethodInfo { inner.info }
  func makeSession() -> any RankingSession {
    Session(inner: inner.makeSession() as! any ExplainingSession, fault: fault)
  }

  final class Session: ExplainingSession {
    let inner: any ExplainingSession
    let fault: Fault?
    init(inner: any ExplainingSession, fault: Fault?) {
      self.inner = inner
      self.fault = fault
    }

    func rank(_ query: Query, k: Int) throws -> RankedList { try inner.rank(query, k: k) }
    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] { try inner.scores(of: nodes, for: query) }

    func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
      guard
        var explanation = try inner.explanation(
          of: node, for: query, limit: fault == .ignoresLimit ? limit + 1 : limit), fault != .explainsNothing
      else { return nil }
      switch fault {
      case .losesAPart: explanation.parts.removeLast()
      case .otherScore: explanation.score *= 1.5
      case .strangeSource: explanation.parts[0].source.index = 100
      case .repeats:
        explanation.parts.append(
          ScorePart(
            source: explanation.parts.last!.source, way: explanation.parts.last!.way, amount: 0))
      case .ignoresLimit, .explainsNothing, nil: break
      }
      return explanation
    }
  }
}

/// Pixie with one fault.
struct Broken: Recommender {
  enum Fault: CaseIterable, Sendable {
    case forgetsFilter, ignoresK, wrongOrder, remembers, silentShortfall, scoresAll
    case losesPart, explainsAll, ignoresLimit
  }

  let inner: any Recommender
  let fault: Fault
  var info: MethodInfo { inner.info }
  func makeSession() -> any RankingSession { Session(inner: inner.makeSession(), fault: fault) }

  final class Session: ExplainingSession {
    let inner: any RankingSession
    let fault: Fault
    var calls = 0
    init(inner: any RankingSession, fault: Fault) {
      self.inner = inner
      self.fault = fault
    }

    func rank(_ query: Query, k: Int) throws -> RankedList {
      var query = query
      calls += 1
      if fault == .forgetsFilter {
        query = Query(
          sources: query.sources, candidates: CandidateFilter(type: query.candidates.type), seed: query.seed)
      }
      if fault == .remembers { query.seed += UInt64(calls) }
      var list = try inner.rank(query, k: fault == .ignoresK ? k + 1 : k)
      if fault == .wrongOrder { list.items.reverse() }
      if fault == .silentShortfall { list.shortfall = nil }
      return list
    }

    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
      try inner.scores(of: nodes, for: query).map { fault == .scoresAll ? $0 ?? 0 : $0 }
    }

    func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
      let inner = try #require(inner as? any ExplainingSession)
      var found = try inner.explanation(of: node, for: query, limit: fault == .ignoresLimit ? limit + 1 : limit)
      if fault == .losesPart { found?.parts.removeFirst() }
      return fault == .explainsAll ? found ?? Explanation(node: node, score: 0, parts: [], remainder: 0) : found
    }
  }
}

import AkinEvaluation
import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct EvaluationRunnerTests {
  private func options(k: Int = 5) -> RunOptions {
    var options = RunOptions()
    options.k = k
    return options
  }

  private let pixie = MethodRequest(name: "pixie", parameters: ["steps": "2000"])

  @Test func `each list is what recommend would say on the training part`() throws {
    let split = try Checkerboard().snapshot.split(.random(share: 0.3, seed: 1))
    let runner = try EvaluationRunner(split, options: options())
    let run = try runner.run(pixie)
    let engine = Engine(split.train)
    #expect(runner.users == split.testUsers)
    for (position, user) in runner.users.enumerated() {
      let question = try engine.recommendationQuestion(for: NodeID(type: engine.askingType, index: user))
      let list = try engine.method(named: "pixie", parameters: ["steps": "2000"], for: question)
        .rank(question.query, k: 5)
      #expect(Array(run.lists[position]) == list.items.map(\.node.index))
      #expect(Array(runner.truth.relevantItems(of: position)) == Array(split.heldOut.targets(of: user)))
    }
    #expect(run.ranking.cpuSeconds >= 0 && run.ranking.peakBytes > 1_000_000)
  }

  @Test(arguments: [2, 7])
  func `any number of threads gives the same lists`(threads: Int) throws {
    let split = try Checkerboard().snapshot.split(.leaveOneOut(seed: 1))
    let one = try EvaluationRunner(split, options: options()).run(pixie)
    let many = try EvaluationRunner(split, options: options(), execution: Execution(threads: threads)).run(pixie)
    #expect(one.lists == many.lists)
    #expect(one.scores == many.scores)
  }

  @Test func `popularity and history are of training alone`() throws {
    let split = try Checkerboard().snapshot.split(.random(share: 0.3, seed: 2))
    let runner = try EvaluationRunner(split, options: options())
    let train = split.train.relations[0]
    for item in 0..<UInt32(Checkerboard.itemCount) {
      #expect(Int(runner.popularity.counts[Int(item)]) == (try train.reverse.degree(of: item)))
    }
    for (position, user) in runner.users.enumerated() {
      #expect(Set(runner.history[position]).isDisjoint(with: split.heldOut.targets(of: user)))
      #expect(runner.history[position].count == (try train.forward.degree(of: user)))
    }
  }

  @Test func `cold users ask with what they reveal`() throws {
    let board = try Checkerboard()
    let split = try board.snapshot.split(.coldUsers(share: 0.3, revealed: 3, seed: 1))
    let runner = try EvaluationRunner(split, options: options(k: 6))
    let run = try runner.run(MethodRequest(name: "pixie", parameters: ["steps": "5000"]))
    for (position, user) in runner.users.enumerated() {
      let list = run.lists[position]
      #expect(list.count == 6)
      #expect(list.allSatisfy { $0 % 2 == user % 2 })
      #expect(Set(list).isDisjoint(with: split.revealed.targets(of: user)))
    }
    // Who reveals nothing gets nothing from a method that goes by history, and the crowd's favourites from one that does not.
    let silent = try board.snapshot.split(.coldUsers(share: 0.3, revealed: 0, seed: 1))
    let quiet = try EvaluationRunner(silent, options: options())
    #expect(try quiet.run(pixie).lists.items.isEmpty)
    #expect(try quiet.run(MethodRequest(name: "popular")).shortLists == 0)
  }

  @Test func `a smaller draw of users is part of a larger one`() throws {
    let split = try Checkerboard().snapshot.split(.leaveOneOut(seed: 1))
    func users(_ limit: Int) throws -> [UInt32] {
      var options = options()
      options.userLimit = limit
      return try EvaluationRunner(split, options: options).users
    }
    #expect(try users(5).count == 5)
    #expect(Set(try users(5)).isSubset(of: try users(12)))
    #expect(try users(1000) == split.testUsers)
  }

  @Test func `a method of one's own is run as one of the registry is`() throws {
    let runner = try EvaluationRunner(Checkerboard().snapshot.split(.random(share: 0.4, seed: 1)), options: options())
    let known = try runner.run(MethodRequest(name: "cosine"))
    let own = try runner.run("own") { train, hop in
      #expect(train.fingerprint == runner.split.train.fingerprint && hop == Hop(relation: 0, direction: .reverse))
      return try Engine(train).method(
        named: "cosine", parameters: [:], hop: hop, purpose: .recommendation, queryExecution: .serial)
    }
    #expect(own.request.title == "own" && own.info.name == "cosine")
    #expect(own.lists == known.lists && own.scores == known.scores)
  }

  @Test func `weights of held-out edges can decide what is relevant`() throws {
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let rated = builder.addRelation("rated", from: users, to: items, duplicates: .last)
    for item in 0..<10 { _ = try builder.intern("i\(item)", type: items) }
    for user in 0..<4 {
      _ = try builder.intern("u\(user)", type: users)
      for item in 0..<10 { builder.addEdge(rated, from: UInt32(user), to: UInt32(item), weight: Float(item % 5 + 1)) }
    }
    let split = try builder.build().snapshot.split(.random(share: 0.5, seed: 0))
    var options = options()
    options.relevantFrom = 4
    let strict = try EvaluationRunner(split, options: options)
    for user in 0..<4 { #expect(strict.truth.relevantItems(of: user).allSatisfy { $0 % 5 >= 3 }) }
    options.isGraded = true
    #expect(try EvaluationRunner(split, options: options).truth.isGraded)
    options.relevantFrom = 5.5
    #expect(throws: EngineError.nothingRelevant(from: 5.5, heaviest: 5)) {
      try EvaluationRunner(split, options: options)
    }
  }
}

@Suite struct EvaluationIngredientTests {
  private let split = Result { try Checkerboard().snapshot.split(.random(share: 0.4, seed: 1)) }

  @Test(arguments: ["cosine", "popular", "pixie:steps=500"])
  func `AUC is the share of pairs in the right order`(text: String) throws {
    var options = RunOptions()
    options.k = 1000
    let runner = try EvaluationRunner(split.get(), options: options)
    let run = try runner.run(MethodRequest(parsing: text), needs: [.positiveRanks])
    let ranks = try #require(run.positiveRanks)
    for user in runner.users.indices {
      // Without a place in the list of all: behind all others, and level with each other.
      let start = run.lists.offsets[user]
      var scores: [UInt32: Double] = [:]
      for (place, item) in run.lists[user].enumerated() { scores[item] = run.scores[start + place] }
      let seen = Set(runner.history[user])
      let candidates = (0..<UInt32(runner.history.itemCount)).filter { !seen.contains($0) }
      let relevant = Set(runner.truth.relevantItems(of: user))
      var wins = 0.0
      var pairs = 0.0
      for good in candidates where relevant.contains(good) {
        for bad in candidates where !relevant.contains(bad) {
          let (a, b) = (scores[good] ?? -1e9, scores[bad] ?? -1e9)
          wins += a > b ? 1 : a == b ? 0.5 : 0
          pairs += 1
        }
      }
      if let found = ranks.areaUnderCurve(of: user) { #expect(abs(found - wins / pairs) < 1e-12) }
    }
  }

  @Test func `ratings come from methods that predict them`() throws {
    let runner = try EvaluationRunner(split.get())
    let run = try runner.run(MethodRequest(name: "rating-bias"), needs: [.predictions])
    // All edges of the board weigh 1, and so do all predictions.
    let predictions = try #require(run.predictions)
    #expect(predictions.predicted.count == (try split.get().heldOut.count))
    #expect(predictions.rootMeanSquaredError == 0)
    #expect(
      throws: EngineError.notPredicting(method: "cosine", predicting: ["rating-bias", "user-rating", "biased-mf"])
    ) { try runner.run(MethodRequest(name: "cosine"), needs: [.predictions]) }
  }

  @Test func `values of several seeds are their mean, and their spread is told`() throws {
    func study(seed: UInt64, repeats: Int) throws -> StudyResult {
      var options = RunOptions()
      options.k = 5
      options.seed = seed
      options.repeats = repeats
      let methods = [MethodRequest(name: "random"), MethodRequest(name: "popular")]
      return try EvaluationStudy(
        methods: methods, metrics: [Metric(.ndcg, at: 5), Metric(.giniIndex, at: 5)], options: options
      ).run(folds: 1) { _ in try split.get() }
    }
    let singles = try (0..<3).map { try study(seed: UInt64($0), repeats: 1) }
    let repeated = try study(seed: 0, repeats: 3)
    for metric in repeated.metrics {
      let values = singles.map { $0.methods[0][metric]!.value! }
      let found = try #require(repeated.methods[0][metric])
      #expect(abs(found.value! - values.reduce(0, +) / 3) < 1e-12)
      let spread = try #require(found.bySeed)
      #expect(spread.runs == 3)
      #expect(abs(spread.smallest - values.min()!) < 1e-12 && abs(spread.largest - values.max()!) < 1e-12)
      #expect(singles[0].methods[0][metric]!.bySeed == nil)
      // No randomness, nothing to repeat.
      #expect(repeated.methods[1][metric]!.bySeed == nil)
      #expect(repeated.methods[1][metric]!.value == singles[0].methods[1][metric]!.value)
    }
  }

  @Test func `sampled rankings hold the relevant items and as many others as asked for`() throws {
    var options = RunOptions()
    options.k = 100
    options.sampledNegatives = 4
    let runner = try EvaluationRunner(split.get(), options: options)
    let full = try EvaluationRunner(split.get(), options: RunOptions())
    let run = try runner.run(MethodRequest(name: "random"))
    for user in runner.users.indices {
      let relevant = Set(runner.truth.relevantItems(of: user))
      let list = Set(run.lists[user])
      #expect(relevant.isSubset(of: list))
      #expect(list.count == relevant.count + 4)
      #expect(list.isDisjoint(with: full.history[user]))
    }
    #expect(try runner.run(MethodRequest(name: "random")).lists == run.lists)
  }
}

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
  }
}

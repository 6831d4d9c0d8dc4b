import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct ListJobTests {
  private func job(_ kind: ListJob.Kind, _ engine: Engine, method: String, along: String? = nil) throws -> ListJob {
    try ListJob(kind, engine: engine, k: 4, seed: 3, along: along) { question, execution in
      let request = try MethodRequest(parsing: method)
      return try engine.method(
        named: request.name, parameters: request.parameters, for: question, queryExecution: execution)
    }
  }

  @Test(
    arguments: [
      "pixie:steps=500", "popular", "swing", "cosine:neighborhood=2", "cosine:numbers=0:minOverlap=2",
      "cosine:path=^saved", "pagerank:exact=1",
    ] + MethodRegistry.all.filter { $0.training != nil && $0.texts.count == 1 }.map(\.name), UInt64(0)..<4)
  func `a job's lists are those of each node's own question`(method: String, seed: UInt64) throws {
    let snapshot = try RandomGraph(seed: seed).snapshot
    for threads in [1, 3] {
      let engine = Engine(snapshot, execution: Execution(threads: threads))
      for kind in [ListJob.Kind.related, .recommend] {
        let job = try job(kind, engine, method: method)
        let entries = try job.lists(of: 0..<job.count)
        #expect(entries.map(\.node.index) == (0..<UInt32(job.count)).map { $0 })
        for entry in entries {
          guard
            let question = kind == .related
              ? try engine.relatedQuestion(to: [entry.node], seed: 3)
              : try? engine.recommendationQuestion(for: entry.node, seed: 3)
          else {
            #expect(entry.items.isEmpty)
            continue
          }
          let request = try MethodRequest(parsing: method)
          let own = try engine.method(named: request.name, parameters: request.parameters, for: question)
            .rank(question.query, k: 4)
          #expect(entry.items == own.items)
          #expect(entry.shortfall == own.shortfall)
        }
      }
    }
  }

  @Test func `where the relation joins a type to itself, each node is followed the way it has edges`() throws {
    let engine = Engine(
      try bipartiteSnapshot(
        [("a", "lib"), ("b", "lib"), ("b", "x"), ("a", "x")], sourceType: "package", targetType: "package"))
    let job = try job(.related, engine, method: "cosine")
    let names = try job.lists(of: 0..<job.count).map { entry in
      try ([entry.node] + entry.items.map(\.node)).map { try engine.snapshot.name(of: $0) }
    }
    #expect(names == [["a", "b"], ["lib", "x"], ["b", "a"], ["x", "lib"]])
  }

  @Test func `along another relation`() throws {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let tag = builder.addNodeType("tag")
    let saved = builder.addRelation("saved", from: user, to: item, duplicates: .last)
    let tagged = builder.addRelation("tagged", from: item, to: tag, duplicates: .last)
    let items = try ["x", "y", "z"].map { try builder.intern($0, type: item) }
    let u = try builder.intern("u", type: user)
    let t = try builder.intern("t", type: tag)
    for item in items.prefix(2) { builder.addEdge(saved, from: u, to: item) }
    for item in [items[0], items[2]] { builder.addEdge(tagged, from: item, to: t) }
    let engine = Engine(try builder.build().snapshot)
    func related(_ along: String?) throws -> [String] {
      let question = try engine.relatedQuestion(to: [NodeID(type: item, index: items[0])], along: along)
      return try engine.method(named: "cosine", for: question).rank(question.query, k: 5).items
        .map { try engine.snapshot.name(of: $0.node) }
    }
    #expect(try related(nil) == ["y"])
    #expect(try related("tagged") == ["z"])
    let question = try engine.recommendationQuestion(for: NodeID(type: user, index: u), along: "tagged")
    #expect(question.hop == Hop(relation: 1, direction: .forward))
    let list = try engine.method(named: "cosine", for: question).rank(question.query, k: 5)
    #expect(list.items.map(\.node.index) == [items[2]])
    #expect(throws: EngineError.unknownRelation("tags", known: ["saved", "tagged"])) { try related("tags") }
    #expect(
      throws: EngineError.notInRelation(type: "user", relation: "tagged", ends: ["item", "tag"], others: ["saved"])
    ) {
      try engine.hop(along: "tagged", from: user)
    }
    let job = try job(.related, engine, method: "cosine", along: "tagged")
    #expect(try job.lists(of: 0..<3).map { $0.items.map(\.node.index) } == [[2], [], [0]])
  }

  @Test func `an estimate counts what the job will write`() throws {
    let engine = Engine(try bipartiteSnapshot(southernWomen()))
    let job = try job(.related, engine, method: "cosine")
    let all = try job.lists(of: 0..<job.count)
    let estimate = try job.estimate { $0.reduce(0) { $0 + $1.items.count } * 10 }
    #expect(estimate.lists == 14)
    #expect(estimate.items == all.reduce(0) { $0 + $1.items.count })
    #expect(estimate.bytes == 10 * estimate.items)
  }
}

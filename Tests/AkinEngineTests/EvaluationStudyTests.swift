import AkinEvaluation
import AkinGraph
import AkinParallel
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct EvaluationStudyTests {
  private func study(hasSlices: Bool = false) -> EvaluationStudy {
    var options = RunOptions()
    options.k = 5
    return EvaluationStudy(
      methods: [
        MethodRequest(name: "random"), MethodRequest(name: "pixie", parameters: ["steps": "2000"]),
        MethodRequest(name: "pixie", parameters: ["steps": "2001"]), MethodRequest(name: "popular-in-category"),
      ],
      metrics: [Metric(.ndcg, at: 5), Metric(.catalogCoverage, at: 5), Metric(.serendipity, at: 5)], options: options,
      resampling: ResamplingOptions(resamples: 200), hasSlices: hasSlices)
  }

  @Test func `the best is marked, and what may be as good`() throws {
    let board = try Checkerboard()
    let result = try study().run(folds: 1) { _ in try board.snapshot.split(.random(share: 0.3, seed: 1)) }
    let ndcg = result.methods.map { $0[Metric(.ndcg, at: 5)]! }
    #expect(ndcg.count { $0.isBest } >= 1)
    #expect(ndcg.first { $0.isBest }?.value == ndcg.compactMap(\.value).max())
    // Half of what chance proposes is of the other community.
    #expect(!ndcg[0].isBest && !ndcg[0].isTied)
    #expect(ndcg[0].pValue! < 0.05)
    #expect(ndcg[1].isBest || ndcg[1].isTied)
    for value in ndcg {
      #expect(value.interval!.lower <= value.value! && value.value! <= value.interval!.upper)
    }
    #expect(result.methods[0][Metric(.catalogCoverage, at: 5)]?.interval == nil)
    #expect(result.users == result.methods[1][Metric(.ndcg, at: 5)]!.byUser!.users.count)
  }

  @Test func `folds are put together user by user`() throws {
    let board = try Checkerboard()
    let plan = SplitPlan.userFolds(count: 3, share: 0.3, seed: 0)
    var runs = 0
    let result = try study().run(folds: 3, take: { _, _ in runs += 1 }) { try board.snapshot.split(plan, fold: $0) }
    #expect(runs == 12)
    #expect(result.tokens.count == 3 && Set(result.tokens).count == 3)
    #expect(result.users == Checkerboard.userCount)
    let scores = result.methods[1][Metric(.ndcg, at: 5)]!.byUser!
    #expect(scores.users.count == Checkerboard.userCount)
    var values: [Double] = []
    for fold in 0..<3 {
      let runner = try EvaluationRunner(board.snapshot.split(plan, fold: fold), options: study().options)
      let found = try runner.input(for: runner.run(study().methods[1])).evaluate([Metric(.ndcg, at: 5)])
      values += found.values[0].byUser!.values
    }
    #expect(scores.values == values)
  }

  @Test func `slices add up to the whole`() throws {
    let board = try Checkerboard()
    let result = try study(hasSlices: true).run(folds: 1) { _ in
      try board.snapshot.split(.random(share: 0.3, seed: 1))
    }
    let ndcg = Metric(.ndcg, at: 5)
    for method in result.methods {
      let parts = method.byActivity(ndcg)
      #expect(parts.reduce(0) { $0 + $1.users } == result.users)
      let mean = parts.reduce(0.0) { $0 + ($1.mean ?? 0) * Double($1.users) } / Double(result.users)
      #expect(abs(mean - method[ndcg]!.value!) < 1e-12)
      #expect(method.byItemPopularity.count == MethodResult.popularityGroups.count)
      for k in StudyResult.curveLengths(5) { #expect(method[Metric(.recall, at: k)]?.value != nil) }
    }
    #expect(StudyResult.curveLengths(20) == [1, 2, 3, 5, 10, 15, 20])
    #expect(StudyResult.curveLengths(1) == [1])
  }

  @Test func `methods are read as people type them`() throws {
    let request = try MethodRequest(parsing: "pixie:restart=0.8:caution=0")
    #expect(request.name == "pixie" && request.parameters == ["restart": "0.8", "caution": "0"])
    #expect(request.title == "pixie:restart=0.8:caution=0")
    #expect(throws: EngineError.self) { try MethodRequest(parsing: "pixie:restart=2") }
    #expect(throws: EngineError.self) { try MethodRequest(parsing: "pixie:restart") }
    #expect(throws: EngineError.self) { try MethodRequest(parsing: "nope") }
  }
}

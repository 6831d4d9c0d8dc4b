import AkinGraph
import Testing

@Suite struct SplitPlanTests {
  static let plans: [SplitPlan] = [
    .random(share: 0.25, seed: 7), .leaveOneOut(seed: .max), .leaveLastOut, .temporal(share: 0.1),
    .temporalCut(at: -5), .windows(count: 4, share: 0.5, gap: 604_800), .userFolds(count: 10, share: 0.3, seed: 1),
    .coldUsers(share: 0.05, revealed: 0, seed: 2), .coldItems(share: 0.2, seed: 3), .given(digest: 255),
  ]

  @Test(arguments: plans)
  func `the text of a plan is read back`(plan: SplitPlan) throws {
    #expect(try SplitPlan(parsing: plan.description) == plan)
  }

  @Test func `what is left out has its default`() throws {
    #expect(try SplitPlan(parsing: "random") == .random(share: 0.2, seed: 0))
    #expect(try SplitPlan(parsing: "windows:gap=60") == .windows(count: 3, share: 0.2, gap: 60))
    #expect("\(SplitPlan.random(share: 0.2, seed: 7))" == "random:share=0.2,seed=7")
    #expect("\(SplitPlan.leaveLastOut)" == "leave-last-out")
  }

  @Test func `every kind is covered by these tests`() {
    #expect(Set(Self.plans.map(\.kind)) == Set(SplitPlan.Kind.allCases))
  }

  @Test func `what is wrong is named`() {
    #expect(throws: SplitError.unknownKind("randm", known: SplitPlan.Kind.allCases.map(\.rawValue))) {
      try SplitPlan(parsing: "randm")
    }
    #expect(throws: SplitError.unknownParameter("sead", kind: "random")) { try SplitPlan(parsing: "random:sead=1") }
    for share in ["0", "1", "-0.1", "nan", "x"] {
      #expect(
        throws: SplitError.badParameter(
          "share", kind: "random", found: "'\(share)'", expected: "a number between 0 and 1")
      ) { try SplitPlan(parsing: "random:share=\(share)") }
    }
    #expect(throws: SplitError.badParameter("seed", kind: "random", found: "no value", expected: "seed=value")) {
      try SplitPlan(parsing: "random:seed")
    }
  }
}

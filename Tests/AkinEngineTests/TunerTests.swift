import AkinEvaluation
import AkinGraph
import AkinParallel
import TestSupport
import Testing

@testable import AkinEngine

@Suite struct TunerTests {
  private func tuner(seed: UInt64 = 0, halving: SuccessiveHalving = SuccessiveHalving()) throws -> Tuner {
    let outer = try Checkerboard().snapshot.split(.random(share: 0.2, seed: 5))
    var options = RunOptions()
    options.k = 5
    return try Tuner(
      method: "pixie", fixed: ["steps": "500"], metric: Metric(.ndcg, at: 5),
      validation: outer.train.split(.random(share: 0.2, seed: 5)), options: options, halving: halving, seed: seed)
  }

  /// Trials without what depends on the machine.
  private func trials(_ count: Int, of tuner: Tuner, from start: [Trial] = []) throws -> [Trial] {
    var trials = start
    while trials.count < count {
      var next = try tuner.next(after: trials)
      next.cpuSeconds = 0
      trials.append(next)
    }
    return trials
  }

  @Test func `the defaults come first, on all users, and the best is never below them`() throws {
    let tuner = try tuner()
    let all = try trials(12, of: tuner)
    #expect(all[0].setting == 0 && all[0].rung == 2)
    let definition = try MethodRegistry.definition(named: "pixie")
    for parameter in definition.parameters where parameter.search != nil {
      #expect(all[0].parameters[parameter.name] == parameter.defaultValue(for: .recommendation))
    }
    #expect(all.allSatisfy { $0.parameters["steps"] == 500 })
    #expect(tuner.best(of: all)!.value! >= all[0].value!)
    #expect(tuner.best(of: all)!.rung == 2)
    #expect(all.contains { $0.rung == 1 })
  }

  @Test func `an interrupted search goes on as if it had not stopped`() throws {
    let tuner = try tuner()
    let whole = try trials(8, of: tuner)
    #expect(try trials(8, of: self.tuner(), from: Array(whole.prefix(3))) == whole)
    #expect(try trials(4, of: self.tuner(seed: 1)) != Array(whole.prefix(4)))
  }

  @Test(arguments: 2...9)
  func `a short search ends in a comparison with the defaults on all users`(count: Int) throws {
    let tuner = try tuner()
    let before = try trials(count - 1, of: tuner)
    let last = try tuner.next(after: before, isLast: true)
    #expect(last.rung == 2 && last.setting != 0)
    let others = before.filter { $0.setting != 0 }
    let furthest = others.map(\.rung).max()
    // The best of those that got furthest, or a new one where there is none.
    let best = others.filter { $0.rung == furthest }.max { ($0.value!, $1.setting) < ($1.value!, $0.setting) }
    #expect(last.setting == best?.setting ?? 1)
    #expect(tuner.best(of: before + [last])!.value! >= before[0].value!)
  }

  @Test func `settings are within their ranges`() throws {
    let tuner = try tuner()
    let definition = try MethodRegistry.definition(named: "pixie")
    for setting in 0..<200 {
      let values = tuner.parameters(of: setting)
      for parameter in definition.parameters {
        if let search = parameter.search, setting > 0 { #expect(search.range.contains(values[parameter.name]!)) }
      }
    }
  }

  @Test func `every other setting is near the best on most users`() throws {
    let tuner = try tuner()
    var center = tuner.parameters(of: 1)
    center["restart"] = 0.4
    func trial(_ setting: Int, _ rung: Int, _ value: Double, _ values: [String: Double]) -> Trial {
      Trial(setting: setting, rung: rung, parameters: values, users: 9, value: value, cpuSeconds: 0)
    }
    let trials = [
      trial(0, 2, 0.1, tuner.parameters(of: 0)), trial(1, 0, 0.9, tuner.parameters(of: 3)), trial(7, 2, 0.2, center),
    ]
    #expect(tuner.parameters(of: 7, after: trials) == center)
    #expect(tuner.parameters(of: 9, after: trials) == tuner.parameters(of: 9))
    let searched = try MethodRegistry.definition(named: "pixie").parameters.filter { $0.search != nil }
    var (kept, same) = (0, 0)
    for setting in stride(from: 2, through: 80, by: 2) where !trials.contains(where: { $0.setting == setting }) {
      let values = tuner.parameters(of: setting, after: trials)
      if values == center { same += 1 }
      for parameter in searched {
        let (search, value) = (parameter.search!, values[parameter.name]!)
        #expect(search.range.contains(value))
        if value == center[parameter.name]! { kept += 1 }
        let distance = abs(search.position(of: value) - search.position(of: center[parameter.name]!))
        #expect(distance < 0.26 || parameter.isWhole)
      }
    }
    #expect(same <= 2)
    #expect(Double(kept) > 0.2 * 40 * Double(searched.count) && Double(kept) < 0.8 * 40 * Double(searched.count))
    // Plain random search stays what it is.
    let plain = try self.tuner(halving: SuccessiveHalving(rungCount: 1))
    #expect(plain.parameters(of: 2, after: trials) == plain.parameters(of: 2))
  }

  @Test func `only a method with something to search can be tuned`() throws {
    let split = try Checkerboard().snapshot.split(.random(share: 0.2, seed: 5))
    #expect(throws: EngineError.nothingToTune(method: "popular")) {
      try Tuner(method: "popular", metric: Metric(.ndcg, at: 5), validation: split, options: RunOptions())
    }
  }

  @Test func `every method but baselines without a dial says where to search`() {
    let fixed = MethodRegistry.all.filter { method in !method.parameters.contains { $0.search != nil } }
    #expect(Set(fixed.map(\.name)) == ["popular", "popular-in-category", "random"])
    for parameter in MethodRegistry.all.flatMap(\.parameters) {
      guard let search = parameter.search else { continue }
      #expect(parameter.range.contains(search.range.lowerBound) && parameter.range.contains(search.range.upperBound))
    }
  }

  @Test func `halving promotes the best third, from the top down`() {
    let halving = SuccessiveHalving(rungCount: 3, eta: 3)
    #expect(halving.next(after: [[], [], []], settings: 0) == .init(setting: 0, rung: 0))
    let two = [(setting: 0, value: 1.0), (setting: 1, value: 3.0)]
    #expect(halving.next(after: [two, [], []], settings: 2) == .init(setting: 2, rung: 0))
    let three = two + [(setting: 2, value: 2.0)]
    #expect(halving.next(after: [three, [], []], settings: 3) == .init(setting: 1, rung: 1))
    #expect(halving.next(after: [three, [(1, 3)], []], settings: 3) == .init(setting: 3, rung: 0))
    #expect(
      halving.next(after: [three, [(1, 3), (4, 5), (5, 1)], []], settings: 6) == .init(setting: 4, rung: 2))
    #expect(halving.share(ofRung: 2) == 1)
    #expect(abs(halving.share(ofRung: 0) - 1.0 / 9) < 1e-15)
    #expect(SuccessiveHalving(rungCount: 1).next(after: [three], settings: 3) == .init(setting: 3, rung: 0))
  }

  @Test func `a logarithmic range is even in ratios`() {
    let search = SearchRange(1...100, isLogarithmic: true)
    #expect(search.value(at: 0) == 1 && search.value(at: 0.5) == 10 && search.value(at: 1) == 100)
    let linear = SearchRange(0...2)
    #expect(linear.value(at: 0) == 0 && linear.value(at: 0.25) == 0.5 && linear.value(at: 1) == 2)
    #expect(linear.value(at: 1.0 / 3) == 0.6667)
    #expect(search.position(of: 10) == 0.5 && search.position(of: 0) == 0 && search.position(of: 1000) == 1)
    #expect(linear.position(of: 0.5) == 0.25 && linear.position(of: -1) == 0)
  }
}

@Suite struct TuningJournalTests {
  let folder = TemporaryFolder()

  private func header(seed: UInt64 = 0) -> TuningJournal.Header {
    TuningJournal.Header(
      method: "pixie", fixed: [:], metric: "ndcg@5", split: "x/random", seed: seed, rungs: 3, eta: 3, users: nil, k: 5)
  }

  private func trial(_ setting: Int) -> Trial {
    Trial(setting: setting, rung: 0, parameters: ["restart": 0.5], users: 3, value: 0.25, cpuSeconds: 0.1)
  }

  @Test func `what was added is there again, and a cut last line is written over`() throws {
    let path = folder.file("j.jsonl")
    do {
      let journal = try TuningJournal(path: path, header: header())
      try journal.add(trial(0))
      try journal.add(trial(1))
    }
    let whole = bytes(of: path)
    #expect(try TuningJournal(path: path, header: header()).trials == [trial(0), trial(1)])
    folder.write(Array(whole.dropLast(7)), to: "j.jsonl")
    do {
      let journal = try TuningJournal(path: path, header: header())
      #expect(journal.trials == [trial(0)])
      try journal.add(trial(1))
    }
    #expect(bytes(of: path) == whole)
  }

  @Test func `another search's journal, and what is no journal, are refused`() throws {
    let path = folder.file("j.jsonl")
    // Of a search that tried nothing, nothing is lost.
    _ = try TuningJournal(path: path, header: header(seed: 7))
    try TuningJournal(path: path, header: header()).add(trial(0))
    var strict = header()
    strict.relevantFrom = 4
    #expect(throws: TuningJournalError.otherSearch(path: path, differing: ["every edge relevant"])) {
      try TuningJournal(path: path, header: strict)
    }
    #expect(throws: TuningJournalError.otherSearch(path: path, differing: ["seed 0"])) {
      try TuningJournal(path: path, header: header(seed: 1))
    }
    let text = folder.write("hello\n", to: "text")
    #expect(throws: TuningJournalError.notAJournal(path: text)) { try TuningJournal(path: text, header: header()) }
    #expect(bytes(of: text) == Array("hello\n".utf8))
    let damaged = folder.write(bytes(of: path) + Array("{}\n".utf8), to: "damaged")
    #expect(throws: TuningJournalError.badLine(path: damaged, line: 3)) {
      try TuningJournal(path: damaged, header: header())
    }
  }
}

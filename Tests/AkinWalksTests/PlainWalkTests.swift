import AkinParallel
import AkinRanking
import CAkinKernels
import Foundation
import TestSupport
import Testing

@testable import AkinGraph
@testable import AkinWalks

/// The kernels against the loop that moves walkers of any rule, with which they share no code.
@Suite struct PlainWalkTests {
  static let levels = [Int32(0), 3, 4].filter { akin_isa_has($0) != 0 }

  /// What tasks wrote and how they ended, or why they did not.
  enum Outcome<Record: WalkRecord & Equatable>: Equatable {
    case walked([[Record]], [Double])
    case failed(GraphError)
  }

  func outcome<Course: WalkCourse>(
    _ tasks: [WalkTask], _ course: Course, _ tables: StepTables, _ form: WalkForm, inFlight: Int,
    rule: some StepRule = AnyEdge()
  ) -> Outcome<Course.Record> where Course.Record: Equatable {
    var memory = WalkMemory<Course.Record>()
    do throws(GraphError) {
      try tables.walk(tasks, rule: rule, course: course, memory: &memory, inFlight: inFlight, form: form)
    } catch {
      return .failed(error)
    }
    let records = zip(tasks, memory.ends).map { Array(memory.records[$0.output..<$0.output + $1.written]) }
    return .walked(records, memory.ends.map(\.firstSteps))
  }

  func tasks(
    _ count: Int, on tables: StepTables, states: Range<Int>, budget: Range<Int>, recordsEach: Int,
    using random: inout SplitMix64, where isWanted: (Int, UInt32) throws -> Bool = { _, _ in true }
  ) throws -> [WalkTask] {
    var tasks: [WalkTask] = []
    var room = 0
    while tasks.count < count {
      let state = Int.random(in: states, using: &random)
      let nodes = tables.adjacencies[state].nodeCount
      guard nodes > 0 else { return tasks }
      let source = UInt32.random(in: 0..<UInt32(nodes), using: &random)
      guard try isWanted(state, source) else { continue }
      let budget = Int.random(in: budget, using: &random)
      tasks.append(
        WalkTask(
          source: source, state: state, random: RandomStream(seed: random.next(), stream: random.next()),
          budget: budget, sumsFirstSteps: Bool.random(using: &random), output: room,
          capacity: budget * recordsEach))
      room += budget * recordsEach + Int.random(in: 0...3, using: &random)
    }
    return tasks
  }

  func paths(_ schema: Schema) throws -> [WalkPath] {
    try [
      .alternating(Hop(relation: 0, direction: .forward), in: schema),
      .alternating(Hop(relation: 0, direction: .reverse), in: schema),
      .alternating(Hop(relation: 1, direction: .forward), in: schema),
      .cycle([Hop(relation: 1, direction: .forward)], in: schema),
      .cycle(
        [
          Hop(relation: 2, direction: .forward), Hop(relation: 2, direction: .reverse),
          Hop(relation: 0, direction: .reverse), Hop(relation: 0, direction: .forward),
        ], in: schema),
    ]
  }

  /// What rows lie beside: nothing, links, or links too narrow for most degrees.
  enum Links: CaseIterable { case none, wide, narrow }

  func linked(_ snapshot: Snapshot, _ links: Links) throws -> Snapshot {
    guard links != .none else { return snapshot }
    return Snapshot(
      snapshot,
      relations: try snapshot.relations.map {
        try $0.linked(degreeBits: links == .narrow ? 2 : 32, cancellation: Cancellation())
      })
  }

  @Test(arguments: UInt64(0)..<40, Links.allCases)
  func `every level writes what the loop writes`(seed: UInt64, links: Links) throws {
    var random = SplitMix64(seed: seed &+ 100)
    let plain = try RandomGraph(seed: seed, duplicates: .keep).snapshot
    let snapshot = try linked(plain, links)
    let weighting = EdgeWeighting(usesWeights: seed % 2 == 0)
    for path in try paths(snapshot.schema) {
      let tables = try StepTables(
        snapshot, path: path, weighting: weighting, linksDraws: links != .none, execution: .serial)
      // The loop reads no links; its tables have none.
      let rows = try StepTables(plain, path: path, weighting: weighting, execution: .serial)
      // Relations without weights beside one with them are walked by the loop.
      let isMixed = Set(tables.adjacencies.map { weighting.matters(to: $0) }).count > 1
      #expect(unsafe (tables.plainWays == nil) == isMixed)
      let isReturn = path.states.allSatisfy { path.states[$0.ways[0].next].ways[0].hop == $0.ways[0].hop.reversed }
      let isWeighted = weighting.matters(to: tables.adjacencies[0])
      #expect((tables.linkFormat != nil) == (links != .none && !isMixed && (isWeighted || isReturn)))
      if isMixed { continue }
      let states = 0..<path.states.count
      let nodes = try tasks(
        Int.random(in: 1...150, using: &random), on: tables, states: states, budget: 2..<30, recordsEach: 1,
        using: &random)
      let returns = try tasks(
        Int.random(in: 1...90, using: &random), on: tables, states: states, budget: 1..<20, recordsEach: 3,
        using: &random)
      // Only walks there and back; from where no edge leads on they do not begin.
      let visits =
        try path.states.count != 2 || path.states[0].ways[0].hop.reversed != path.states[1].ways[0].hop
        || tables.adjacencies[0].edgeCount == 0
        ? []
        : tasks(
          Int.random(in: 1...70, using: &random), on: tables, states: states, budget: 1..<40, recordsEach: 1,
          using: &random, where: { try tables.adjacencies[$0].degree(of: $1) > 0 })
      let corpus = CorpusCourse(starts: path.states.indices.map { UInt32(1000 * $0) })
      let neighborhood = NeighborhoodCourse(length: 3, restart: 0.4, hopsAStep: path.states.count)
      let pixie = PixieCourse(restart: 0.3)
      // All degrees by the table, few, and none.
      let preferences = [(0.25, 4.0, 4096), (2, 3, 3), (0.5, 100, 0)].map { exponent, pivot, known in
        ConnectorPreference(
          connectorExponent: exponent, pivot: pivot,
          powers: Array(ConnectorPreference.powers(connectorExponent: exponent).prefix(known)))
      }
      for level in Self.levels {
        let inFlight = [1, 5, 8, 63, 64, 200].randomElement(using: &random)!
        #expect(
          outcome(nodes, corpus, tables, .level(level), inFlight: inFlight)
            == outcome(nodes, corpus, rows, .loop, inFlight: 7))
        #expect(
          outcome(returns, neighborhood, tables, .level(level), inFlight: inFlight)
            == outcome(returns, neighborhood, rows, .loop, inFlight: 7))
        #expect(
          outcome(visits, pixie, tables, .level(level), inFlight: inFlight)
            == outcome(visits, pixie, rows, .loop, inFlight: 7))
        for preference in preferences {
          #expect(
            outcome(visits, pixie, tables, .level(level), inFlight: inFlight, rule: preference)
              == outcome(visits, pixie, rows, .loop, inFlight: 7, rule: preference))
        }
      }
    }
  }

  /// Numbers that would favour some edges come once in a billion draws: walks that begin with one.
  @Test func `draws that would be biased are drawn again`() throws {
    let snapshot = try bipartiteSnapshot((0..<21).map { ("u\($0 % 3)", "i\($0 / 3)") })
    let hop = Hop(relation: 0, direction: .reverse)
    let tables = StepTables(snapshot, alternating: hop)
    let tasks = (0..<64).map { number in
      // A state whose next output is below 2³², so that its upper half is 0.
      let state = unmixed(UInt64(number)) &- 0x9E37_79B9_7F4A_7C15
      let stream = mix64(UInt64(7) &+ 0x9E37_79B9_7F4A_7C15)
      return WalkTask(
        source: UInt32(number % 7), state: 0, random: RandomStream(seed: unmixed(state) ^ stream, stream: 7), budget: 9,
        output: 9 * number, capacity: 9)
    }
    for task in tasks {
      var random = task.random
      #expect(random.next() >> 32 == 0)
      random = task.random
      _ = random.draw(below: 3)
      var once = task.random
      _ = once.next()
      // Drawn more than once.
      #expect(random.position != once.position)
    }
    let course = CorpusCourse(starts: [0, 100])
    for level in Self.levels {
      #expect(
        outcome(tasks, course, tables, .level(level), inFlight: 64)
          == outcome(tasks, course, tables, .loop, inFlight: 64))
      #expect(
        outcome(tasks, course, StepTables(try linked(snapshot, .wide), alternating: hop), .level(level), inFlight: 64)
          == outcome(tasks, course, tables, .loop, inFlight: 64))
    }
  }

  /// What `mix64` makes this of.
  private func unmixed(_ value: UInt64) -> UInt64 {
    func unshifted(_ value: UInt64, _ shift: UInt64) -> UInt64 {
      var result = value
      for _ in 0..<3 { result = value ^ (result >> shift) }
      return result
    }
    func inverse(_ factor: UInt64) -> UInt64 {
      var result = factor
      for _ in 0..<6 { result = result &* (2 &- factor &* result) }
      return result
    }
    var z = unshifted(value, 31) &* inverse(0x94D0_49BB_1331_11EB)
    z = unshifted(z, 27) &* inverse(0xBF58_476D_1CE4_E5B9)
    return unshifted(z, 30)
  }

  /// Bytes of a file changed at random: rows and neighbours that cannot be are found, whoever walks.
  @Test(arguments: UInt64(0)..<60)
  func `damage is found as the loop finds it`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let folder = TemporaryFolder()
    let path = folder.file("graph.akin")
    let pairs = (0..<300).map { ("u\($0 % 40)", "i\(Int.random(in: 0..<30, using: &random))") }
    try bipartiteSnapshot(pairs).write(to: path)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for _ in 0..<40 {
      bytes[Int.random(in: 4096..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    guard let snapshot = try? Snapshot.open(path) else { return }
    let tables = StepTables(snapshot, alternating: Hop(relation: 0, direction: .reverse))
    // Not linked where a row or a neighbour cannot be: then damage is found on the way.
    let other = StepTables(try linked(snapshot, .wide), alternating: Hop(relation: 0, direction: .reverse))
    let tasks = try tasks(30, on: tables, states: 0..<2, budget: 2..<30, recordsEach: 1, using: &random)
    let course = CorpusCourse(starts: [0, 100])
    // In turns, which of two damages is met first depends on the turns.
    for level in Self.levels {
      #expect(
        outcome(tasks, course, tables, .level(level), inFlight: 1)
          == outcome(tasks, course, tables, .loop, inFlight: 1))
      #expect(
        outcome(tasks, course, other, .level(level), inFlight: 1)
          == outcome(tasks, course, tables, .loop, inFlight: 1))
    }
  }
}

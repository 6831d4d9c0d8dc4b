import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct SplitTests {
  /// Users with 1 to 40 items at random times, some at the same.
  private func graph(seed: UInt64, isTimed: Bool = true, policy: DuplicatePolicy = .last) throws -> Snapshot {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let relation = builder.addRelation("rated", from: users, to: items, duplicates: policy)
    for item in 0..<60 { _ = try builder.intern("i\(item)", type: items) }
    for user in 0..<50 {
      let index = try builder.intern("u\(user)", type: users)
      for _ in 0..<(user == 0 ? 1 : Int.random(in: 1...40, using: &random)) {
        builder.addEdge(
          relation, from: index, to: UInt32.random(in: 0..<60, using: &random),
          weight: Float(Int.random(in: 1...5, using: &random)),
          time: isTimed ? Int64.random(in: 1000...1200, using: &random) : nil)
      }
    }
    return try builder.build().snapshot
  }

  private struct Pair: Hashable {
    var user: UInt32
    var item: UInt32
  }

  private func pairs(_ snapshot: Snapshot) throws -> Set<Pair> {
    var pairs: Set<Pair> = []
    let forward = snapshot.relations[0].forward
    for user in 0..<UInt32(forward.nodeCount) {
      for edge in try forward.edges(of: user) { pairs.insert(Pair(user: user, item: try forward.neighbor(at: edge))) }
    }
    return pairs
  }

  private func pairs(_ rows: EdgeRows) -> Set<Pair> {
    Set((0..<UInt32(rows.sourceCount)).flatMap { user in rows.targets(of: user).map { Pair(user: user, item: $0) } })
  }

  static let plans: [SplitPlan] = [
    .random(share: 0.2, seed: 1), .leaveOneOut(seed: 2), .leaveLastOut, .temporal(share: 0.25),
    .temporalCut(at: 1150), .windows(count: 3, share: 0.6, gap: 10), .userFolds(count: 4, share: 0.3, seed: 3),
    .coldUsers(share: 0.2, revealed: 3, seed: 4), .coldItems(share: 0.2, seed: 5),
  ]

  @Test(arguments: plans, [DuplicatePolicy.last, .keep])
  func `no pair is on two sides, all weights stay, and the same token gives the same split`(
    plan: SplitPlan, policy: DuplicatePolicy
  ) throws {
    let whole = try graph(seed: 11, policy: policy)
    for fold in 0..<plan.foldCount {
      let split = try whole.split(plan, fold: fold)
      let train = try pairs(split.train)
      let held = pairs(split.heldOut)
      let shown = pairs(split.revealed)
      let all = try pairs(whole)
      #expect(train.isDisjoint(with: held))
      #expect(train.isDisjoint(with: shown))
      #expect(held.isDisjoint(with: shown))
      #expect(held.isSubset(of: all) && train.isSubset(of: all) && shown.isSubset(of: all))
      #expect(!held.isEmpty && !train.isEmpty)
      if ![.temporal, .windows, .coldUsers].contains(plan.kind) { #expect(train.union(held) == all) }
      #expect(try split.train.verify(execution: .serial) == [])
      let again = try whole.split(SplitPlan(token: split.token, for: whole), fold: fold)
      #expect(again.train.fingerprint == split.train.fingerprint)
      #expect(again.heldOut == split.heldOut)
      if policy == .last {
        let forward = whole.relations[0].forward
        for user in split.testUsers {
          for edge in split.heldOut.edges(of: user) {
            let original = try forward.edges(of: user).first {
              try forward.neighbor(at: $0) == split.heldOut.targets[edge]
            }
            #expect(forward.attributes.weight(at: original!) == split.heldOut.weights[edge])
          }
        }
      }
    }
    #expect(throws: SplitError.self) { try SplitPlan(token: "0000000000000000/\(plan)", for: whole) }
  }

  @Test func `a random split takes its share of each user and never all`() throws {
    let whole = try graph(seed: 1)
    let split = try whole.split(.random(share: 0.2, seed: 9))
    for user in 0..<UInt32(50) {
      let count = try whole.relations[0].forward.degree(of: user)
      #expect(split.heldOut.targets(of: user).count == min(Int((Double(count) * 0.2).rounded()), count - 1))
    }
    #expect(split.heldOut.targets(of: 0).isEmpty)
    #expect(try whole.split(.random(share: 0.2, seed: 10)).heldOut != split.heldOut)
  }

  @Test func `leaving one out takes exactly one, the last where times decide`() throws {
    let whole = try graph(seed: 2)
    let one = try whole.split(.leaveOneOut(seed: 0))
    let last = try whole.split(.leaveLastOut)
    let forward = whole.relations[0].forward
    for user in 0..<UInt32(50) {
      let edges = try forward.edges(of: user)
      #expect(one.heldOut.targets(of: user).count == (edges.count > 1 ? 1 : 0))
      guard edges.count > 1 else { continue }
      let times = edges.map { forward.attributes.times!.time(at: $0)! }
      let latest = try edges.filter { forward.attributes.times!.time(at: $0) == times.max() }
        .map { try forward.neighbor(at: $0) }.max()
      #expect(Array(last.heldOut.targets(of: user)) == [latest!])
    }
  }

  @Test func `nothing in training is as late as anything held out`() throws {
    let whole = try graph(seed: 3)
    let split = try whole.split(.temporalCut(at: 1150))
    let times = split.train.relations[0].forward.attributes.times!
    #expect((0..<times.count).allSatisfy { times.time(at: $0)! < 1150 })
    let late = (0..<whole.relations[0].forward.edgeCount).count {
      whole.relations[0].forward.attributes.times!.time(at: $0)! >= 1150
    }
    #expect(split.heldOut.count == late)
    let share = try whole.split(.temporal(share: 0.25))
    let part = Double(share.heldOut.count) / Double(whole.relations[0].forward.edgeCount)
    // Edges at the very moment of the cut are all held out.
    #expect(part > 0.249 && part < 0.25 + 0.05, "\(part)")
  }

  @Test func `windows roll, keep their distance, and together hold the last part once`() throws {
    let whole = try graph(seed: 4)
    let plan = SplitPlan.windows(count: 3, share: 0.6, gap: 10)
    var seen: Set<Pair> = []
    var counts: [Int] = []
    for fold in 0..<3 {
      let split = try whole.split(plan, fold: fold)
      let held = pairs(split.heldOut)
      #expect(seen.isDisjoint(with: held))
      seen.formUnion(held)
      counts.append(held.count)
      let forward = whole.relations[0].forward
      let earliest = try held.map { pair in
        try forward.edges(of: pair.user).filter { try forward.neighbor(at: $0) == pair.item }
          .map { forward.attributes.times!.time(at: $0)! }.min()!
      }.min()!
      let times = split.train.relations[0].forward.attributes.times!
      #expect((0..<times.count).allSatisfy { times.time(at: $0)! < earliest - 10 })
    }
    #expect(counts.allSatisfy { abs($0 - counts[0]) < counts[0] / 4 }, "\(counts)")
    #expect(seen.count == (try whole.split(.temporal(share: 0.6)).heldOut.count))
  }

  @Test func `folds of users cover each user once`() throws {
    let whole = try graph(seed: 5)
    var tested: [UInt32] = []
    for fold in 0..<4 {
      tested += try whole.split(.userFolds(count: 4, share: 0.5, seed: 0), fold: fold).testUsers
    }
    #expect(Set(tested).count == tested.count)
    let able = try (0..<UInt32(50)).filter { try whole.relations[0].forward.degree(of: $0) > 1 }
    #expect(tested.sorted() == able)
  }

  @Test func `cold users and items are not in training`() throws {
    let whole = try graph(seed: 6)
    let users = try whole.split(.coldUsers(share: 0.3, revealed: 2, seed: 0))
    for user in users.testUsers {
      #expect(try users.train.relations[0].forward.degree(of: user) == 0)
      #expect(users.revealed.targets(of: user).count == 2)
    }
    #expect(!users.warnings.contains { if case .usersWithoutHistory = $0 { true } else { false } })
    let strangers = try whole.split(.coldUsers(share: 0.3, revealed: 0, seed: 0))
    let count = strangers.testUsers.count
    #expect(strangers.warnings.contains(.usersWithoutHistory(count, of: count)))
    let items = try whole.split(.coldItems(share: 0.3, seed: 0))
    #expect(try items.heldOut.targets.allSatisfy { try items.train.relations[0].reverse.degree(of: $0) == 0 })
    #expect(items.warnings.contains(.coldItems(edges: items.heldOut.count, of: items.heldOut.count)))
  }

  @Test func `given pairs leave training, known or not`() throws {
    let whole = try graph(seed: 7)
    let known = Pair(
      user: 5, item: try whole.relations[0].forward.neighbor(at: whole.relations[0].forward.edges(of: 5).lowerBound))
    let free = (0..<UInt32(60)).first { item in
      !(try! pairs(whole)).contains(Pair(user: 6, item: item))
    }!
    let given = [
      EdgePair(source: 6, target: free), EdgePair(source: 5, target: known.item), EdgePair(source: 6, target: free),
    ]
    let split = try whole.split(holdingOut: given)
    #expect(pairs(split.heldOut) == [known, Pair(user: 6, item: free)])
    #expect(!(try pairs(split.train)).contains(known))
    #expect(split.warnings.contains(.givenInGraph(1, of: 2)))
    #expect(try whole.split(holdingOut: given.reversed()).token == split.token)
    #expect(try whole.split(holdingOut: Array(given.prefix(1))).token != split.token)
  }

  @Test func `parallel edges on both sides of a cut are left out of the test`() throws {
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let relation = builder.addRelation("played", from: users, to: items, duplicates: .keep)
    for name in ["u", "v"] { _ = try builder.intern(name, type: users) }
    for name in ["a", "b"] { _ = try builder.intern(name, type: items) }
    for (user, item, time) in [(0, 0, 10), (0, 0, 90), (0, 1, 95), (1, 1, 5)] {
      builder.addEdge(relation, from: UInt32(user), to: UInt32(item), time: Int64(time))
    }
    builder.addEdge(relation, from: 1, to: 0, time: TimeColumn.unknown)
    let split = try builder.build().snapshot.split(.temporalCut(at: 50))
    #expect(pairs(split.heldOut) == [Pair(user: 0, item: 1)])
    #expect(try pairs(split.train) == [Pair(user: 0, item: 0), Pair(user: 1, item: 1)])
    #expect(split.warnings.contains(.heldOutInTrain(1)))
    #expect(split.warnings.contains(.unknownTimes(1)))
  }

  @Test func `what cannot be divided says why`() throws {
    let timeless = try graph(seed: 1, isTimed: false)
    for plan in [SplitPlan.leaveLastOut, .temporal(share: 0.2), .windows(count: 2, share: 0.2, gap: 0)] {
      #expect(throws: SplitError.needsTimes(kind: plan.kind.rawValue, relation: "rated")) {
        try timeless.split(plan)
      }
    }
    let whole = try graph(seed: 1)
    #expect(throws: SplitError.nothingHeldOut(split: "temporal:at=99999")) {
      try whole.split(.temporalCut(at: 99_999))
    }
    #expect(throws: SplitError.nothingToTrainOn(split: "temporal:at=0")) { try whole.split(.temporalCut(at: 0)) }
  }
}

import AkinParallel

/// Decides, edge by edge of the primary relation, which part of a split it belongs to.
struct SplitDrawing {
  enum Part: UInt8, Sendable { case train, heldOut, revealed, dropped }

  /// Parallel edges between two nodes: divided together by all kinds but those by time.
  struct Unit {
    var edges: Range<Int>
    var target: UInt32
  }

  private let adjacency: Adjacency
  private let relationName: String
  /// One an edge of the forward adjacency.
  private(set) var parts: [Part]
  private(set) var warnings: [SplitWarning] = []
  /// Given pairs that are no edge of the graph, by source.
  private var strangers: [[UInt32]]

  init(_ snapshot: Snapshot) throws {
    adjacency = snapshot.relations[snapshot.schema.roles.primaryRelation].forward
    relationName = snapshot.schema.primaryRelation.name
    parts = [Part](repeating: .train, count: adjacency.edgeCount)
    strangers = [[UInt32]](repeating: [], count: adjacency.nodeCount)
  }

  private var users: Range<UInt32> { 0..<UInt32(adjacency.nodeCount) }

  /// The items of a user in order, with their edges.
  private func units(of user: UInt32) throws(GraphError) -> [Unit] {
    var units: [Unit] = []
    for edge in try adjacency.edges(of: user) {
      let target = try adjacency.neighbor(at: edge)
      if let last = units.last, last.target == target {
        units[units.count - 1].edges = last.edges.lowerBound..<edge + 1
      } else {
        units.append(Unit(edges: edge..<edge + 1, target: target))
      }
    }
    return units
  }

  private mutating func put(_ unit: Unit, into part: Part) {
    for edge in unit.edges { parts[edge] = part }
  }

  mutating func draw(_ plan: SplitPlan, fold: Int) throws {
    switch plan {
    case .random(let share, let seed):
      for user in users { try holdOut(share, of: user, seed: seed) }
    case .leaveOneOut(let seed):
      for user in users {
        let units = try units(of: user)
        guard units.count > 1 else { continue }
        var random = RandomStream(seed: seed, stream: UInt64(user))
        put(units[Int(random.draw(below: UInt32(units.count)))], into: .heldOut)
      }
    case .leaveLastOut:
      let times = try self.times(for: plan)
      for user in users {
        let units = try units(of: user)
        guard units.count > 1 else { continue }
        func latest(_ unit: Unit) -> Int64 { unit.edges.lazy.compactMap { times.time(at: $0) }.max() ?? .min }
        let last = units.max { latest($0) < latest($1) || (latest($0) == latest($1) && $0.target < $1.target) }
        if let last { put(last, into: .heldOut) }
      }
    case .temporal(let share):
      let times = try self.times(for: plan)
      let sorted = try sortedTimes(times, plan: plan)
      try cut(times, trainBefore: moment(1 - share, of: sorted), test: moment(1 - share, of: sorted)...Int64.max)
    case .temporalCut(let time):
      try cut(try self.times(for: plan), trainBefore: time, test: time...Int64.max)
    case .windows(let count, let share, let gap):
      let times = try self.times(for: plan)
      let sorted = try sortedTimes(times, plan: plan)
      func start(_ window: Int) -> Int64 {
        moment(1 - share + share * Double(window) / Double(count), of: sorted)
      }
      let (first, next) = (start(fold), fold + 1 == count ? nil : start(fold + 1))
      guard next.map({ $0 > first }) ?? true else { throw SplitError.nothingHeldOut(split: "\(plan), fold \(fold)") }
      let trainBefore = first.subtractingReportingOverflow(gap)
      try cut(
        times, trainBefore: trainBefore.overflow ? .min : trainBefore.partialValue,
        test: first...(next.map { $0 - 1 } ?? .max))
    case .userFolds(let count, let share, let seed):
      let order = shuffled(Array(users), seed: seed)
      for (position, user) in order.enumerated() where position % count == fold {
        try holdOut(share, of: user, seed: seed)
      }
    case .coldUsers(let share, let revealed, let seed):
      let known = try users.filter { try adjacency.degree(of: $0) > 0 }
      for user in drawn(share, of: known, seed: seed) {
        let units = try units(of: user)
        let isTested = units.count > revealed
        var random = RandomStream(seed: seed, stream: UInt64(user))
        let shown = Set(sample(revealed, of: units.count, using: &random))
        for (position, unit) in units.enumerated() {
          put(unit, into: !isTested ? .dropped : shown.contains(position) ? .revealed : .heldOut)
        }
      }
    case .coldItems(let share, let seed):
      var hasEdge = [Bool](repeating: false, count: adjacency.neighborCount)
      for user in users { for unit in try units(of: user) { hasEdge[Int(unit.target)] = true } }
      let known = (0..<UInt32(hasEdge.count)).filter { hasEdge[Int($0)] }
      var isCold = [Bool](repeating: false, count: hasEdge.count)
      for item in drawn(share, of: known, seed: seed) { isCold[Int(item)] = true }
      for user in users {
        for unit in try units(of: user) where isCold[Int(unit.target)] { put(unit, into: .heldOut) }
      }
    case .given:
      preconditionFailure("a given split is made from its edges")
    }
  }

  /// Holds out the pairs given.
  ///
  /// - Returns: a digest of the pairs in ascending order.
  mutating func give(_ pairs: [EdgePair]) throws(GraphError) -> UInt64 {
    let sorted = Set(pairs).sorted()
    var position = 0
    var inGraph = 0
    for user in users where position < sorted.count && sorted[position].source == user {
      let units = try units(of: user)
      while position < sorted.count, sorted[position].source == user {
        let target = sorted[position].target
        precondition(Int(target) < adjacency.neighborCount, "target \(target) is not a node of its type")
        if let unit = units.first(where: { $0.target == target }) {
          put(unit, into: .heldOut)
          inGraph += 1
        } else {
          strangers[Int(user)].append(target)
        }
        position += 1
      }
    }
    precondition(position == sorted.count, "a source of the given pairs is not a node of its type")
    if inGraph > 0 { warnings.append(.givenInGraph(inGraph, of: sorted.count)) }
    let flat = sorted.flatMap { [$0.source.littleEndian, $0.target.littleEndian] }
    return unsafe flat.withUnsafeBytes { unsafe XXH64.hash($0) }
  }

  /// The edges held out and those revealed, by source.
  func rows() throws(GraphError) -> (heldOut: EdgeRows, revealed: EdgeRows) {
    var heldOut: [[(target: UInt32, weight: Float)]] = []
    var revealed: [[(target: UInt32, weight: Float)]] = []
    for user in users {
      var own = strangers[Int(user)].map { (target: $0, weight: Float(1)) }
      var shown: [(target: UInt32, weight: Float)] = []
      for unit in try units(of: user) {
        // Of parallel edges on one side of a cut in time the latest one counts.
        if let edge = unit.edges.last(where: { parts[$0] == .heldOut }) {
          own.append((unit.target, adjacency.attributes.weight(at: edge)))
        } else if let edge = unit.edges.last(where: { parts[$0] == .revealed }) {
          shown.append((unit.target, adjacency.attributes.weight(at: edge)))
        }
      }
      own.sort { $0.target < $1.target }
      heldOut.append(own)
      revealed.append(shown)
    }
    return (EdgeRows(heldOut), EdgeRows(revealed))
  }

  private mutating func holdOut(_ share: Double, of user: UInt32, seed: UInt64) throws(GraphError) {
    let units = try units(of: user)
    let count = min(Int((Double(units.count) * share).rounded()), units.count - 1)
    guard count > 0 else { return }
    var random = RandomStream(seed: seed, stream: UInt64(user))
    for position in sample(count, of: units.count, using: &random) { put(units[position], into: .heldOut) }
  }

  private func times(for plan: SplitPlan) throws(SplitError) -> TimeColumn {
    guard let times = adjacency.attributes.times else {
      throw .needsTimes(kind: plan.kind.rawValue, relation: relationName)
    }
    return times
  }

  private func sortedTimes(_ times: TimeColumn, plan: SplitPlan) throws(SplitError) -> [Int64] {
    let sorted = (0..<times.count).compactMap { times.time(at: $0) }.sorted()
    guard !sorted.isEmpty else { throw .needsTimes(kind: plan.kind.rawValue, relation: relationName) }
    return sorted
  }

  /// The earliest of the times that are at or after the given share of them.
  private func moment(_ share: Double, of sorted: [Int64]) -> Int64 {
    sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded())))]
  }

  private mutating func cut(_ times: TimeColumn, trainBefore: Int64, test: ClosedRange<Int64>) throws {
    var unknown = 0
    for edge in parts.indices {
      guard let time = times.time(at: edge) else {
        parts[edge] = .dropped
        unknown += 1
        continue
      }
      parts[edge] = time < trainBefore ? .train : test.contains(time) ? .heldOut : .dropped
    }
    // What a user already had is left out of every list, so finding it again cannot be asked for.
    var repeated = 0
    for user in users {
      for unit in try units(of: user) where unit.edges.count > 1 {
        guard unit.edges.contains(where: { parts[$0] == .train }) else { continue }
        let late = unit.edges.filter { parts[$0] == .heldOut }
        if !late.isEmpty { repeated += 1 }
        for edge in late { parts[edge] = .dropped }
      }
    }
    if unknown > 0 { warnings.append(.unknownTimes(unknown)) }
    if repeated > 0 { warnings.append(.heldOutInTrain(repeated)) }
  }

  /// A share of the nodes, at least one where there is any.
  private func drawn(_ share: Double, of nodes: [UInt32], seed: UInt64) -> ArraySlice<UInt32> {
    let count = min(nodes.count, max(1, Int((Double(nodes.count) * share).rounded())))
    return shuffled(nodes, seed: seed).prefix(count)
  }

  private func shuffled(_ nodes: [UInt32], seed: UInt64) -> [UInt32] {
    // Streams of users end at 2³²: this one is nobody's.
    var random = RandomStream(seed: seed, stream: 1 << 32)
    return sample(nodes.count, of: nodes.count, using: &random).map { nodes[$0] }
  }

  /// `count` different positions below `total`, in random order; all when there are not as many.
  private func sample(_ count: Int, of total: Int, using random: inout RandomStream) -> [Int] {
    var positions = Array(0..<total)
    let count = min(count, total)
    for chosen in 0..<count {
      positions.swapAt(chosen, chosen + Int(random.draw(below: UInt32(total - chosen))))
    }
    return Array(positions.prefix(count))
  }
}

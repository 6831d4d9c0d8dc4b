import AkinGraph

/// The sparse accumulator of one thread over one measure.
///
/// A value, so that its loops need no check at run time of who else has hold of it.
struct RowWorker<Measure: SimilarityMeasure> {
  private let measure: Measure
  private let options: NeighborOptions
  private let population: Population
  private let numbers: EdgeNumbers
  private let transforms: Bool
  private let outward: Adjacency
  private let inward: Adjacency
  private let times: TimeColumn?
  private let outwardTimes: TimeColumn?
  private var nodes: TotalsCache
  private var connectors: TotalsCache
  /// By node; empty where the measure needs none. A degree of −1 stands for unknown.
  private var profiles: [NodeProfile]
  /// By node; zero between rows.
  private var sums: [Measure.Sum]
  private var overlaps: [UInt32]
  private var touched: [UInt32] = []
  private var vector: [VectorEntry] = []

  init(_ measure: Measure, _ relation: MeasuredRelation) {
    self.measure = measure
    options = relation.options
    population = relation.population
    numbers = relation.numbers
    let hop = relation.hop
    outward = relation.snapshot.adjacency(hop)
    inward = relation.snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    let needs = measure.needs
    transforms = needs.contains(.transform)
    times = needs.contains(.times) ? inward.attributes.times : nil
    outwardTimes = needs.contains(.times) ? outward.attributes.times : nil
    let hasParallelEdges = relation.snapshot.schema.relations[hop.relation].duplicates == .keep
    nodes = TotalsCache(
      outward, numbers: numbers, needsSums: needs.contains(.nodeSums), hasParallelEdges: hasParallelEdges)
    connectors = TotalsCache(
      inward, numbers: numbers, needsSums: needs.contains(.connectorSums), hasParallelEdges: hasParallelEdges)
    let isRead = needs.contains(.profiles) && (transforms || numbers != .binary)
    profiles = isRead ? [NodeProfile](repeating: NodeProfile(degree: -1), count: outward.nodeCount) : []
    sums = [Measure.Sum](repeating: .zero, count: outward.nodeCount)
    overlaps = [UInt32](repeating: 0, count: outward.nodeCount)
  }

  mutating func forEachSimilar(to node: UInt32, _ body: (UInt32, Double) -> Void) throws -> Int {
    try readVector(of: node)
    return try forEachSimilar(
      totals: try nodes.totals(of: node), profile: try profile(of: node), exceptNode: node, body)
  }

  /// As above, for a node that is not in the graph but has these connectors.
  mutating func forEachSimilar(toVector vector: [VectorEntry], _ body: (UInt32, Double) -> Void) throws -> Int {
    self.vector = vector
    let totals = NodeTotals(degree: vector.count, sum: vector.reduce(0) { $0 + $1.number })
    var profile = NodeProfile(degree: vector.count)
    for entry in vector {
      let x = try value(entry.number, node: totals, connector: entry.connector)
      profile.sum += x
      profile.squares += x * x
    }
    return try forEachSimilar(totals: totals, profile: profile, exceptNode: nil, body)
  }

  /// What each shared connector holds of the similarity of `other` to `node`.
  ///
  /// - Complexity: O(degrees of the two).
  mutating func shares(of other: UInt32, to node: UInt32) throws -> [ConnectorShare] {
    try readVector(of: node)
    return try shares(of: other, totals: try nodes.totals(of: node))
  }

  /// As above, for a node that is not in the graph but has these connectors, ascending.
  mutating func shares(of other: UInt32, toVector vector: [VectorEntry]) throws -> [ConnectorShare] {
    self.vector = vector
    return try shares(
      of: other, totals: NodeTotals(degree: vector.count, sum: vector.reduce(0) { $0 + $1.number }))
  }

  private mutating func shares(of other: UInt32, totals: NodeTotals) throws -> [ConnectorShare] {
    let otherTotals = try nodes.totals(of: other)
    var pairs: [(connector: UInt32, left: EdgeTerm, right: EdgeTerm)] = []
    var sum = Measure.Sum.zero
    var cursor = try EntryCursor(other, outward, numbers)
    var entry = try cursor.next()
    for own in vector {
      while let found = entry, found.neighbor < own.connector { entry = try cursor.next() }
      guard let found = entry, found.neighbor == own.connector else { continue }
      let connectorTotals = try connectors.totals(of: own.connector)
      if let limit = options.connectorLimit, connectorTotals.degree > limit { continue }
      let left = try value(own.number, node: totals, connector: own.connector)
      let right = try value(found.number, node: otherTotals, connector: own.connector)
      pairs.append(
        (
          own.connector,
          EdgeTerm(value: left * measure.weight(of: connectorTotals, in: population), time: own.time),
          EdgeTerm(value: right, time: outwardTimes?.time(at: found.edge).map { Double($0) } ?? .nan)
        ))
      measure.add(pairs[pairs.count - 1].left, pairs[pairs.count - 1].right, to: &sum)
    }
    return pairs.map {
      ConnectorShare(
        connector: $0.connector, fraction: measure.share($0.left, $0.right, of: sum, overlap: pairs.count))
    }.normalized()
  }

  private mutating func readVector(of node: UInt32) throws {
    vector.removeAll(keepingCapacity: true)
    var cursor = try EntryCursor(node, outward, numbers)
    while let entry = try cursor.next() {
      vector.append(
        VectorEntry(
          connector: entry.neighbor, number: entry.number,
          time: outwardTimes?.time(at: entry.edge).map { Double($0) } ?? .nan))
    }
  }

  private mutating func forEachSimilar(
    totals: NodeTotals, profile: NodeProfile, exceptNode: UInt32?, _ body: (UInt32, Double) -> Void
  ) throws -> Int {
    defer { clear() }
    let followed = try accumulate(totals, node: exceptNode)
    for other in touched where other != exceptNode && Int(overlaps[Int(other)]) >= options.minOverlap {
      let overlap = Int(overlaps[Int(other)])
      let score =
        measure.score(
          sums[Int(other)], overlap: overlap, left: profile, right: try self.profile(of: other), in: population)
        * options.factor(overlap: overlap)
      if score > 0 { body(other, score) }
    }
    return followed
  }

  /// Fills `sums`, `overlaps` and `touched`.
  private mutating func accumulate(_ totals: NodeTotals, node ofRow: UInt32?) throws -> Int {
    var followed = vector.count
    for entry in vector {
      let connector = entry.connector
      let connectorTotals = try connectors.totals(of: connector)
      if let limit = options.connectorLimit, connectorTotals.degree > limit { continue }
      let x =
        transforms
        ? measure.value(entry.number, node: totals, connector: connectorTotals, in: population) : entry.number
      try check(entry.number, connector, ofRow ?? connector)
      let left = EdgeTerm(value: x * measure.weight(of: connectorTotals, in: population), time: entry.time)
      var cursor = try EntryCursor(connector, inward, numbers)
      while let other = try cursor.next() {
        let node = Int(other.neighbor)
        try check(other.number, connector, other.neighbor)
        if overlaps[node] == 0 { touched.append(other.neighbor) }
        overlaps[node] += 1
        var right = EdgeTerm(value: other.number)
        if transforms {
          right.value = measure.value(
            other.number, node: try nodes.totals(of: other.neighbor), connector: connectorTotals, in: population)
        }
        if let times { right.time = times.time(at: other.edge).map { Double($0) } ?? .nan }
        measure.add(left, right, to: &sums[node])
      }
      followed += connectorTotals.degree
    }
    return followed
  }

  @inline(__always)
  private func check(_ number: Double, _ source: UInt32, _ target: UInt32) throws(NeighborError) {
    guard number >= 0 || measure.acceptsNegativeValues else {
      throw .negativeNumber(number, source: source, target: target)
    }
  }

  private mutating func value(_ number: Double, node: NodeTotals, connector: UInt32) throws -> Double {
    guard transforms else { return number }
    return measure.value(number, node: node, connector: try connectors.totals(of: connector), in: population)
  }

  private mutating func profile(of node: UInt32) throws -> NodeProfile {
    guard !profiles.isEmpty else {
      let totals = try nodes.totals(of: node)
      return NodeProfile(degree: totals.degree, sum: totals.sum, squares: totals.sum)
    }
    if profiles[Int(node)].degree >= 0 { return profiles[Int(node)] }
    let totals = try nodes.totals(of: node)
    var profile = NodeProfile(degree: totals.degree)
    var cursor = try EntryCursor(node, outward, numbers)
    while let entry = try cursor.next() {
      let x = try value(entry.number, node: totals, connector: entry.neighbor)
      profile.sum += x
      profile.squares += x * x
    }
    profiles[Int(node)] = profile
    return profile
  }

  private mutating func clear() {
    for node in touched {
      sums[Int(node)] = .zero
      overlaps[Int(node)] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}

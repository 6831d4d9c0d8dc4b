import AkinGraph
import AkinParallel

/// What a row of the product holds of one node.
struct PairSlot<Sum: PairSum> {
  var sum = Sum.zero
  var overlap: UInt32 = 0
}

/// The accumulator of one thread over a `MeasuredIndex`: rows of all pairs, with everything checked beforehand. The sums
/// are formed in the order of `RowWorker`, to the same bits.
struct ProductRow<Measure: SimilarityMeasure> {
  private let measure: Measure
  private let relation: MeasuredRelation
  private let index: MeasuredIndex
  private let outward: Adjacency
  private let times: TimeColumn?
  private let isScaled: Bool
  /// By node; zero between rows.
  private var slots: [PairSlot<Measure.Sum>]
  /// Room for all nodes and one more.
  private var touched: [UInt32]

  init(_ measure: Measure, _ relation: MeasuredRelation, _ index: MeasuredIndex) {
    self.measure = measure
    self.relation = relation
    self.index = index
    outward = relation.snapshot.adjacency(relation.hop)
    times = measure.needs.contains(.times) ? outward.attributes.times : nil
    isScaled = relation.options.shrinkage > 0 || relation.options.significance > 1
    slots = [PairSlot<Measure.Sum>](repeating: PairSlot(), count: outward.nodeCount)
    touched = [UInt32](repeating: 0, count: outward.nodeCount + 1)
  }

  /// Offers to `best` the nodes that are similar to `node`, and leaves all slots zero.
  mutating func offerNeighbors(of node: Int, to best: inout BestRow) throws {
    let count = try accumulate(node)
    let profile = index.profiles[node]
    let options = relation.options
    for place in 0..<count {
      let other = Int(touched[place])
      let slot = slots[other]
      slots[other] = PairSlot()
      guard other != node, Int(slot.overlap) >= options.minOverlap else { continue }
      var score = measure.score(
        slot.sum, overlap: Int(slot.overlap), left: profile, right: index.profiles[other], in: relation.population)
      if isScaled { score *= options.factor(overlap: Int(slot.overlap)) }
      best.offer(UInt32(other), score: score)
    }
  }

  /// Fills `slots` and `touched`.
  ///
  /// - Returns: how many nodes were touched.
  private mutating func accumulate(_ node: Int) throws -> Int {
    let index = index
    let population = relation.population
    let totals = index.totals[node]
    let transforms = measure.needs.contains(.transform)
    let nodes = index.nodes.span
    let values = index.values.span
    let edgeTimes = index.times.span
    // Taken out while the loops run, so that they can be written without looking at anything else of the row.
    var ownSlots: [PairSlot<Measure.Sum>] = []
    var ownTouched: [UInt32] = []
    swap(&ownSlots, &self.slots)
    swap(&ownTouched, &self.touched)
    defer {
      swap(&ownSlots, &self.slots)
      swap(&ownTouched, &self.touched)
    }
    var slots = ownSlots.mutableSpan
    var touched = ownTouched.mutableSpan
    var count = 0
    var cursor = try EntryCursor(UInt32(node), outward, relation.numbers)
    while let entry = try cursor.next() {
      let connector = Int(entry.neighbor)
      let connectorTotals = index.connectorTotals[connector]
      if let limit = relation.options.connectorLimit, connectorTotals.degree > limit { continue }
      let x =
        transforms
        ? measure.value(entry.number, node: totals, connector: connectorTotals, in: population) : entry.number
      let left = EdgeTerm(
        value: x * measure.weight(of: connectorTotals, in: population),
        time: times?.time(at: entry.edge).map { Double($0) } ?? .nan)
      // Safe: `MeasuredIndex` made rows that lie within its columns, which have one entry for every edge or, where the
      // measure does not ask, none; it checked its nodes, and there is a slot for each.
      let row = index.offsets[connector]..<index.offsets[connector + 1]
      if !edgeTimes.isEmpty {
        for place in row {
          let right = unsafe EdgeTerm(
            value: values.isEmpty ? 1 : values[unchecked: place], time: edgeTimes[unchecked: place])
          unsafe Self.add(left, right, of: nodes[unchecked: place], measure, &slots, &touched, &count)
        }
      } else if !values.isEmpty {
        for place in row {
          let right = unsafe EdgeTerm(value: values[unchecked: place])
          unsafe Self.add(left, right, of: nodes[unchecked: place], measure, &slots, &touched, &count)
        }
      } else {
        let right = EdgeTerm(value: 1)
        for place in row {
          unsafe Self.add(left, right, of: nodes[unchecked: place], measure, &slots, &touched, &count)
        }
      }
    }
    return count
  }

  /// Adds what one edge of a shared connector holds.
  ///
  /// `node` must have a slot, and `touched` room for all nodes and one more: none is counted twice.
  @inline(__always) @unsafe
  private static func add(
    _ left: EdgeTerm, _ right: EdgeTerm, of node: UInt32, _ measure: Measure,
    _ slots: inout MutableSpan<PairSlot<Measure.Sum>>, _ touched: inout MutableSpan<UInt32>, _ count: inout Int
  ) {
    let place = Int(node)
    unsafe touched[unchecked: count] = node
    count &+= unsafe slots[unchecked: place].overlap == 0 ? 1 : 0
    unsafe slots[unchecked: place].overlap &+= 1
    unsafe measure.add(left, right, to: &slots[unchecked: place].sum)
  }
}

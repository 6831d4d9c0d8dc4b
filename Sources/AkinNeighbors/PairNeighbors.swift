import AkinGraph
import AkinParallel
import AkinRanking
import Synchronization

extension CountMeasure {
  /// The `k` best neighbours of every node, each pair counted once: from the side of the smaller degree.
  ///
  /// Rows are counted in rounds, in ascending order. Within a round every row keeps its own list; what it has for the
  /// lists of others is taken once the round is over, by ranges of labels side by side. A pair of the smaller degree has
  /// the better score for one overlap, so that most lists are full early, and one byte by label, the least overlap that
  /// its list may still take, keeps nearly all pairs from being looked at.
  ///
  /// - Returns: `nil` where the graph is too large for it.
  func pairNeighbors(
    over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution
  ) throws -> NeighborTable? {
    let adjacency = relation.snapshot.adjacency(relation.hop)
    guard let (lists, nodes) = try pairLists(adjacency, over: relation, k: k, share: share, execution: execution)
    else { return nil }
    return try lists.table(
      type: relation.snapshot.origin(of: relation.hop), nodes: nodes, nodeCount: adjacency.nodeCount,
      execution: execution
    ) { share.includes($0) }
  }

  private func pairLists(
    _ adjacency: Adjacency, over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution
  ) throws -> (PairLists, nodes: [UInt32])? {
    guard let index = try PairIndex(outward: adjacency, execution: execution) else { return nil }
    let scores = PairScores(measure: self, population: relation.population, options: relation.options)
    // A part of the rows does not fill the lists; what is offered to full ones is what takes the time of all.
    let isPart = share != .all
    let lists = PairLists(
      index, k: k, need: isPart ? max(2, scores.minOverlap) : scores.minOverlap, isTouched: isPart)
    let rows = Mutex<[PairRow?]>((0..<execution.threads).map { _ in PairRow(index) })
    var start = 0
    while start < index.labelCount {
      let round = start..<Self.roundEnd(from: start, index)
      start = round.upperBound
      let next = Atomic<Int>(round.lowerBound)
      let step = max(1, min(64, round.count / 16))
      // One row of counters each, for some labels at a time until none is left. The same thread may come twice.
      _ = try concurrentMap(count: execution.threads, chunkSize: 1, execution: execution) { place in
        // Taken out, so that there is one reference to its arrays.
        var row = rows.withLock { $0[place.lowerBound].take()! }
        row.clear()
        while true {
          let first = next.wrappingAdd(step, ordering: .relaxed).oldValue
          guard first < round.upperBound else { break }
          for label in first..<min(round.upperBound, first + step) where share.includes(label) {
            row.offerNeighbors(of: label, in: index, lists: lists, scores: scores)
          }
        }
        rows.withLock { $0[place.lowerBound] = row }
      }
      let least = Int(index.degrees[round.lowerBound])
      let offers = rows.withLock { $0.map { $0!.offers } }
      _ = try concurrentMap(count: PairRow.ranges, chunkSize: 1, execution: execution) { range in
        for row in offers { lists.take(row[range.lowerBound], index, least: least, scores: scores) }
      }
    }
    return (lists, index.nodes)
  }

  /// Rounds are long enough that threads seldom wait for each other, and short enough that offers take little memory.
  private static func roundEnd(from start: Int, _ index: PairIndex) -> Int {
    var end = start
    var pairs = 0
    while end < index.labelCount, end < start + 2048, pairs < 1 << 20 {
      pairs += min(Int(index.behind[end]), index.labelCount - end)
      end += 1
    }
    return end
  }
}

extension RowShare {
  /// Rows in pieces of 64, spread evenly.
  fileprivate func includes(_ label: Int) -> Bool { self == .all || includes(label..<label + 1, chunkSize: 64) }
}

/// Scores of pairs that do not depend on the side that they are seen from.
struct PairScores<Measure: CountMeasure>: Sendable {
  private let measure: Measure
  private let population: Population
  private let options: NeighborOptions
  private let isPlain: Bool

  /// Overlaps below it are no match.
  var minOverlap: Int { options.minOverlap }

  init(measure: Measure, population: Population, options: NeighborOptions) {
    self.measure = measure
    self.population = population
    self.options = options
    isPlain = options.factor(overlap: 1) == 1
  }

  /// Of an overlap and both degrees; it does not fall with the overlap nor rise with a degree, but for rounding.
  @inline(__always)
  func score(_ overlap: Int, _ left: Int, _ right: Int) -> Double {
    let score = measure.score(overlap: overlap, left: left, right: right, in: population)
    return isPlain ? score : score * options.factor(overlap: overlap)
  }
}

/// Rounding may bend the order of scores by a few units in the last place.
let pairMargin = 1e-12

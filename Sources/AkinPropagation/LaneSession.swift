import AkinGraph
import AkinLinearAlgebra
import AkinRanking

/// What is particular to a method that scores all candidates from a history: the working memory of one thread.
protocol LaneScorer: AnyObject {
  /// Takes up the histories of up to `DenseMatrix.laneLimit` queries; lane *n* is history *n*, lanes beyond are idle.
  ///
  /// The answer to a history must not depend on the others, nor on the number of lanes.
  func begin(_ histories: [[HistoryItem]], lanes: Int) throws
  /// Writes the scores of `candidates` into the first rows of `scores`. Called with ascending ranges after `begin`.
  func score(_ candidates: Range<Int>, into scores: inout DenseMatrix) throws
  /// What each item of `history` contributes to the score of `candidate`.
  func parts(of candidate: Int, from history: [HistoryItem]) throws -> [Double]
}

extension LaneScorer {
  /// For scores that are sums over the history: what each item would give alone.
  func parts(of candidate: Int, from history: [HistoryItem]) throws -> [Double] {
    try partsOfSum(of: candidate, from: history)
  }

  /// What each item would give alone.
  func partsOfSum(of candidate: Int, from history: [HistoryItem]) throws -> [Double] {
    var parts: [Double] = []
    for start in stride(from: 0, to: history.count, by: DenseMatrix.laneLimit) {
      let block = history[start..<min(history.count, start + DenseMatrix.laneLimit)]
      let lanes = DenseMatrix.lanes(for: block.count)
      try begin(block.map { [$0] }, lanes: lanes)
      var scores = DenseMatrix(rows: 1, columns: lanes)
      try score(candidate..<candidate + 1, into: &scores)
      parts += block.indices.map { Double(scores[0, $0 - start]) }
    }
    return parts
  }
}

/// The way from queries to lists for methods that score all candidates at once: histories in lanes, scores in chunks that
/// stay in the cache, a heap for each lane, and one look at each score.
final class LaneSession: BatchRankingSession, ExplainingSession {
  private let scorer: any LaneScorer
  private let reading: HistoryReading
  /// Which candidates have an edge: the others have no score.
  private let isKnown: [Bool]
  private let knownCount: Int
  private var buffer: [UInt32] = []
  /// Scores of a chunk, by number of lanes.
  private var chunks: [Int: DenseMatrix] = [:]
  private static let chunkRows = 512

  init(_ scorer: any LaneScorer, reading: HistoryReading, isKnown: [Bool]) {
    self.scorer = scorer
    self.reading = reading
    self.isKnown = isKnown
    knownCount = isKnown.count { $0 }
  }

  func rank(_ query: Query, k: Int) throws -> RankedList { try rank([query], k: k)[0] }

  func rank(_ queries: [Query], k: Int) throws -> [RankedList] {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let histories = try queries.map { try reading.history(of: $0) }
    var lists = queries.map { _ in
      RankedList(items: [], shortfall: .isolatedSources, effort: .scan(candidates: 0))
    }
    let asking = queries.indices.filter { !histories[$0].isEmpty }
    for start in stride(from: 0, to: asking.count, by: DenseMatrix.laneLimit) {
      let block = Array(asking[start..<min(asking.count, start + DenseMatrix.laneLimit)])
      let ranked = try rank(block.map { histories[$0] }, filters: block.map { queries[$0].candidates }, k: k)
      for (position, list) in zip(block, ranked) { lists[position] = list }
    }
    return lists
  }

  private func rank(_ histories: [[HistoryItem]], filters: [CandidateFilter], k: Int) throws -> [RankedList] {
    let lanes = DenseMatrix.lanes(for: histories.count)
    try scorer.begin(histories, lanes: lanes)
    var scores = chunks.removeValue(forKey: lanes) ?? DenseMatrix(rows: Self.chunkRows, columns: lanes)
    defer { chunks[lanes] = scores }
    var tops = histories.map { _ in TopK(min(k, isKnown.count)) }
    // Nothing is above the threshold of an idle lane.
    var thresholds = (0..<lanes).map { $0 < histories.count ? -Float.infinity : .infinity }
    var (first, size) = (0, 64)
    while first < isKnown.count {
      let rows = first..<min(isKnown.count, first + size)
      try scorer.score(rows, into: &scores)
      scores.forEach(above: thresholds, rows: rows.count, buffer: &buffer) { row, lane, score in
        let candidate = rows.lowerBound + row
        // Candidates come by ascending index, so one that equals the worst kept does not enter.
        guard isKnown[candidate], score > thresholds[lane], filters[lane].admits(UInt32(candidate)) else { return }
        tops[lane].offer(UInt32(candidate), score: Double(score))
        if let worst = tops[lane].worst { thresholds[lane] = Float(worst) }
      }
      first = rows.upperBound
      // Small chunks until thresholds are worth something.
      size = min(Self.chunkRows, size * 2)
    }
    return tops.indices.map { lane in
      let items = tops[lane].ranked(type: reading.candidateType)
      return RankedList(
        items: items,
        shortfall: items.count < k ? .reachedOnly(items.count, filtered: knownCount - items.count) : nil,
        effort: .scan(candidates: isKnown.count))
    }
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    let history = try reading.history(of: query)
    guard !history.isEmpty else { return nodes.map { _ in nil } }
    var order = nodes.indices.filter { isRanked(nodes[$0], query) }
    order.sort { nodes[$0].index < nodes[$1].index }
    var found = [Double?](repeating: nil, count: nodes.count)
    try scorer.begin([history], lanes: DenseMatrix.lanes(for: 1))
    var scores = DenseMatrix(rows: 1, columns: DenseMatrix.lanes(for: 1))
    for position in order {
      let candidate = Int(nodes[position].index)
      try scorer.score(candidate..<candidate + 1, into: &scores)
      found[position] = Double(scores[0, 0])
    }
    return found
  }

  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    guard let score = try scores(of: [node], for: query)[0] else { return nil }
    let history = try reading.history(of: query)
    let amounts = try scorer.parts(of: Int(node.index), from: history)
    var parts = LargestParts(limit: limit)
    for (item, amount) in zip(history, amounts) {
      parts.offer(ScorePart(source: NodeID(type: reading.candidateType, index: item.index), way: [], amount: amount))
    }
    // What the amounts leave of the score, besides rounding, belongs to no source.
    parts.add(remainder: amounts.reduce(score) { $0 - $1 })
    return parts.explanation(of: node, score: score)
  }

  private func isRanked(_ node: NodeID, _ query: Query) -> Bool {
    node.type == reading.candidateType && Int(node.index) < isKnown.count && isKnown[Int(node.index)]
      && query.candidates.admits(node.index)
  }
}

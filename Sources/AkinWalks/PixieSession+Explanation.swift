import AkinRanking

/// Explains a score by walking twice: the second walk, the same to the bit, keeps the visits to one candidate.
///
/// A part is one source and the connector over which its walks came to the candidate. With v_q(c) the visits from q over
/// connector c, known exactly for first steps where `FirstStep` counts them,
///
///     amount(q, c) = score · √v_q / Σ_r √v_r · v_q(c) / v_q
///
/// so the parts of a source have the share of the score that its root has in the boost, and all parts sum to the score.
/// A walk that came from further away than one step is told by its last connector, which then need not touch the source.
/// From a source that is the connector itself there is nothing in between, and the way is empty.
extension PixieSession: ExplainingSession {
  /// - Complexity: twice a query; memory in proportion to the connectors of `node` and to `limit`.
  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation? {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    guard let measured = try measure(node, for: query) else { return nil }
    let walked = measured.walk
    var kept = LargestParts(limit: limit)
    var visits: [UInt32: Double] = [:]
    try replay(
      walked, seed: query.seed,
      visits: { _, found in
        for number in found.indices where found[number].candidate == node.index {
          visits[found[number].connector, default: 0] += found[number].worth
        }
      },
      finish: { number, firstSteps in
        try walked.exact[number]?.forEach { candidate, connector, probability in
          if candidate == node.index { visits[connector, default: 0] += firstSteps * probability }
        }
        let byConnector = visits.sorted { $0.key < $1.key }
        visits.removeAll(keepingCapacity: true)
        let sum = byConnector.reduce(0) { $0 + $1.value }
        guard sum > 0 else { return }
        let worth = measured.score / measured.root * sum.squareRoot() / sum
        let source = walked.starts[number].node
        for (connector, count) in byConnector where count > 0 {
          let way = NodeID(type: pixie.connectorType, index: connector)
          kept.offer(ScorePart(source: source, way: way == source ? [] : [way], amount: worth * count))
        }
      })
    return kept.explanation(of: node, score: measured.score)
  }
}

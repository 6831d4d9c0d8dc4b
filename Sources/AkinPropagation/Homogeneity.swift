import AkinLinearAlgebra
import AkinParallel

/// How much those that a node has belong together: the share of pairs among them that at least two others have both.
///
/// Two and not one, since a user of the graph has every pair of his own history; so a stranger with the same history has the
/// same homogeneity. Of more than `most` only so many are looked at, evenly spread; with fewer than two there are no pairs.
struct Homogeneity: Sendable {
  /// The least and the greatest of all nodes of either side that have pairs.
  let ofHistories: ClosedRange<Float>
  let ofCandidates: ClosedRange<Float>
  /// Of each candidate, scaled to 0...1; ½ where nothing is known.
  let candidates: [Float]
  private let connectorRows: SparseMatrix
  private let candidateRows: SparseMatrix

  static let most = 48

  init(_ relation: NormalizedAdjacency, execution: Execution) throws {
    connectorRows = relation.connectors
    candidateRows = relation.candidates
    let (connectors, candidates) = (connectorRows, candidateRows)
    let histories = try Self.all(of: connectors, sharing: candidates, execution: execution)
    let audiences = try Self.all(of: candidates, sharing: connectors, execution: execution)
    func range(_ values: [Float?]) -> ClosedRange<Float> {
      let known = values.compactMap { $0 }
      return (known.min() ?? 0)...(known.max() ?? 0)
    }
    ofHistories = range(histories)
    ofCandidates = range(audiences)
    let bounds = ofCandidates
    self.candidates = audiences.map { Self.scaled($0, bounds) }
  }

  /// Of a history, scaled to 0...1; ½ where nothing is known.
  func of(_ history: [HistoryItem]) -> Float {
    Self.scaled(Self.share(of: history.map(\.index), in: candidateRows), ofHistories)
  }

  private static func scaled(_ value: Float?, _ range: ClosedRange<Float>) -> Float {
    guard let value, range.upperBound > range.lowerBound else { return 0.5 }
    return min(max((value - range.lowerBound) / (range.upperBound - range.lowerBound), 0), 1)
  }

  private static func all(
    of rows: SparseMatrix, sharing others: SparseMatrix, execution: Execution
  ) throws -> [Float?] {
    try concurrentMap(count: rows.rowCount, chunkSize: 256, execution: execution) { range in
      range.map { row in share(of: rows.elements(of: row).map { rows.column(at: $0) }, in: others) }
    }.flatMap { $0 }
  }

  private static func share(of members: [UInt32], in rows: SparseMatrix) -> Float? {
    guard members.count > 1 else { return nil }
    let count = min(members.count, most)
    let chosen = (0..<count).map { Int(members[$0 * members.count / count]) }
    var together = 0
    for first in 0..<count {
      for second in 0..<first where haveTwoInCommon(chosen[first], chosen[second], rows) { together += 1 }
    }
    return Float(together) / Float(count * (count - 1) / 2)
  }

  private static func haveTwoInCommon(_ first: Int, _ second: Int, _ rows: SparseMatrix) -> Bool {
    rows.withRow(first) { left, _ in
      rows.withRow(second) { right, _ in
        var (i, j, common) = (0, 0, 0)
        while i < left.count, j < right.count {
          if left[i] < right[j] {
            i += 1
          } else if left[i] > right[j] {
            j += 1
          } else {
            common += 1
            if common == 2 { return true }
            (i, j) = (i + 1, j + 1)
          }
        }
        return false
      }
    }
  }
}

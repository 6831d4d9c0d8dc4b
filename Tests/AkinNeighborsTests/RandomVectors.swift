import AkinLinearAlgebra
import AkinNeighbors
import TestSupport

/// Vectors around a few centres, some of them twice.
func randomVectors(_ count: Int, _ dimension: Int, seed: UInt64, scale: Float = 1) -> DenseMatrix {
  var random = SplitMix64(seed: seed)
  let centres = (0..<8).map { _ in (0..<dimension).map { _ in Float.random(in: -2...2, using: &random) } }
  var vectors = DenseMatrix(rows: count, columns: dimension)
  for row in 0..<count {
    let copied = row > 4 && row % 7 == 0 ? vectors.row(row - 3) : nil
    let centre = centres[row % 8]
    for column in 0..<dimension {
      vectors[row, column] = copied?[column] ?? (centre[column] + Float.random(in: -1...1, using: &random)) * scale
    }
  }
  return vectors
}

/// The `k` nearest by a full sort, in double precision: shares nothing with the code it judges.
func naiveNeighbors(
  _ query: [Float], _ vectors: DenseMatrix, _ metric: VectorMetric, k: Int, admits: (Int) -> Bool = { _ in true }
) -> [(position: Int, score: Double)] {
  func dot(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
  let scored = (0..<vectors.rowCount).filter(admits).map { position -> (position: Int, score: Double) in
    let vector = vectors.row(position)
    switch metric {
    case .innerProduct: return (position, dot(query, vector))
    case .euclidean:
      return (
        position, -zip(query, vector).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
      )
    case .cosine:
      let length = dot(query, query).squareRoot() * dot(vector, vector).squareRoot()
      return (position, length == 0 ? 0 : dot(query, vector) / length)
    }
  }
  return Array(scored.sorted { ($1.score, $0.position) < ($0.score, $1.position) }.prefix(k))
}

/// What is wrong with a list that should hold the nearest: scores that differ by more than rounding, or an order that is
/// not by score, then by position.
func problem(_ found: [VectorNeighbor], expected: [(position: Int, score: Double)], tolerance: Double) -> String? {
  guard found.count == expected.count else { return "\(found.count) found, expected \(expected.count)" }
  for (one, other) in zip(found, expected) where abs(one.score - other.score) > tolerance {
    return "found \(one), expected \(other)"
  }
  for (one, next) in zip(found, found.dropFirst())
  where one.score < next.score || (one.score == next.score && one.position >= next.position) {
    return "\(one) before \(next)"
  }
  return nil
}

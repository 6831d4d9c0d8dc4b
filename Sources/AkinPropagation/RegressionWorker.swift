import AkinLinearAlgebra

/// Regresses one item after the other on those most similar to it; the working memory of one thread.
final class RegressionWorker {
  private let relation: NormalizedAdjacency
  private let lambda: Float
  private let neighborhood: Int
  /// Squared norms of the columns of R.
  private let squares: [Float]
  /// By item; zero outside a call.
  private var products: [Float]
  /// By user: how many of the neighbours they have; zero outside a call.
  private var counts: [Int32]
  private var system: [Float]

  init(_ relation: NormalizedAdjacency, lambda: Float, neighborhood: Int) {
    self.relation = relation
    self.lambda = lambda
    self.neighborhood = neighborhood
    squares = (0..<relation.candidateCount).map { item in
      relation.candidates.withRow(item) { _, values in values.indices.reduce(0) { $0 + values[$1] * values[$1] } }
    }
    products = [Float](repeating: 0, count: relation.candidateCount)
    counts = [Int32](repeating: 0, count: relation.connectorCount)
    system = [Float](repeating: 0, count: neighborhood * neighborhood)
  }

  /// The items that explain `item`, ascending, and their weights.
  func weights(of item: Int) throws(LinearAlgebraError) -> (items: [UInt32], weights: [Float]) {
    let neighbors = neighbors(of: item)
    let order = neighbors.count
    guard order > 0 else { return ([], []) }
    var right = neighbors.map { $0.product }
    fill(neighbors.map { Int($0.item) })
    for position in 0..<order { system[position * order + position] += lambda }
    try solvePositiveDefinite(&system, order: order, &right)
    return (neighbors.map { UInt32($0.item) }, right)
  }

  /// Those with the largest cosine, by ascending item.
  private func neighbors(of item: Int) -> [(item: Int, product: Float)] {
    var touched: [Int] = []
    relation.forEachPair(of: item) { other, product in
      if products[other] == 0 { touched.append(other) }
      products[other] += product
    }
    // The square of the cosine, but for the item's own norm.
    var found = touched.compactMap { other -> (item: Int, product: Float, cosine: Float)? in
      guard other != item else { return nil }
      return (other, products[other], products[other] * products[other] / squares[other])
    }
    for other in touched { products[other] = 0 }
    if found.count > neighborhood {
      found.sort { ($1.cosine, $0.item) < ($0.cosine, $1.item) }
      found.removeSubrange(neighborhood...)
    }
    return found.sorted { $0.item < $1.item }.map { ($0.item, $0.product) }
  }

  /// The upper triangle of RᵀR for `items`, from what each user has of them.
  private func fill(_ items: [Int]) {
    let order = items.count
    for position in 0..<order * order { system[position] = 0 }
    var users: [Int] = []
    for item in items {
      relation.candidates.withRow(item) { row, _ in
        for position in row.indices {
          let user = Int(row[position])
          if counts[user] == 0 { users.append(user) }
          counts[user] += 1
        }
      }
    }
    // A user's entries lie together, so that pairs are found without looking at the rest of their history.
    var starts: [Int] = []
    starts.reserveCapacity(users.count)
    var total = 0
    for (position, user) in users.enumerated() {
      starts.append(total)
      total += Int(counts[user])
      counts[user] = Int32(position)
    }
    var entries = [(place: Int32, value: Float)](repeating: (0, 0), count: total)
    var next = starts
    for (place, item) in items.enumerated() {
      relation.candidates.withRow(item) { row, values in
        for position in row.indices {
          let slot = Int(counts[Int(row[position])])
          entries[next[slot]] = (Int32(place), values[position])
          next[slot] += 1
        }
      }
    }
    for slot in starts.indices {
      let range = starts[slot]..<next[slot]
      // Places ascend, so that only the upper triangle is written.
      for first in range {
        let base = Int(entries[first].place) * order
        let value = entries[first].value
        for second in first..<range.upperBound {
          system[base + Int(entries[second].place)] += value * entries[second].value
        }
      }
    }
    for user in users { counts[user] = 0 }
  }
}

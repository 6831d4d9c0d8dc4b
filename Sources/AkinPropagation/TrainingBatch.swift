import AkinLinearAlgebra
import AkinParallel

/// What one step learns from: some users, from which part of their history they are put together, and which items they
/// should have.
struct TrainingBatch: Sendable {
  /// Ascending.
  var users: [UInt32] = []
  /// The positives of user *n* are `positives[offsets[n]..<offsets[n + 1]]`, ascending.
  var offsets: [Int] = [0]
  var positives: [UInt32] = []
  /// Rows of the normalised relation, a row a user of the batch, without what is hidden: times S they are the users.
  var histories: SparseMatrix
  /// Whether nothing is hidden, so that `histories` are the users' rows of the relation.
  var areWhole = true

  var pairCount: Int { positives.count }
}

/// The batches of one epoch, the same for the same seed, epoch and options.
struct BatchPlan: Sendable {
  private let relation: NormalizedAdjacency
  private let options: LightGCNOptions
  private let epoch: Int
  /// Users, or positions of edges, in random order.
  private let order: [UInt32]
  private let size: Int
  /// Where the edges of each user begin, in the order of users, and how many there are.
  private let firstEdges: [UInt32]

  init(_ relation: NormalizedAdjacency, options: LightGCNOptions, epoch: Int) {
    self.relation = relation
    self.options = options
    self.epoch = epoch
    firstEdges = (0..<relation.connectorCount).reduce(into: [0]) { offsets, user in
      offsets.append(offsets[user] + UInt32(relation.connectors.elements(of: user).count))
    }
    var order: [UInt32]
    switch options.batch {
    case .pairs(let count):
      size = count
      order = Array(0..<UInt32(relation.edgeCount))
    case .users(let count):
      size = count
      order = (0..<UInt32(relation.connectorCount)).filter { !relation.connectors.elements(of: Int($0)).isEmpty }
    }
    var random = RandomStream(seed: mix64(options.seed ^ 0x6F72_6465_7221), stream: UInt64(epoch))
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(random.draw(below: UInt32(last + 1))))
    }
    self.order = order
  }

  var count: Int { (order.count + size - 1) / size }

  /// - Parameter number: below `count`.
  func batch(_ number: Int) -> TrainingBatch {
    let part = order[number * size..<min(order.count, (number + 1) * size)].sorted()
    var (users, offsets, positives): ([UInt32], [Int], [UInt32]) = ([], [0], [])
    var rows = HistoryRows(relation)
    let isHiding = options.hiddenShare > 0
    switch options.batch {
    case .pairs:
      var position = 0
      while position < part.count {
        let user = user(ofEdge: part[position])
        let (start, end) = (firstEdges[user], firstEdges[user + 1])
        let first = positives.count
        relation.connectors.withRow(user) { items, _ in
          while position < part.count, part[position] < end {
            positives.append(items[Int(part[position] - start)])
            position += 1
          }
        }
        if isHiding {
          let hidden = positives[first...]
          let kept = rows.append(user) { !hidden.span.contains($0) }
          // With nothing left to go by there is nothing to learn.
          guard kept > 0 else {
            positives.removeSubrange(first...)
            rows.removeLast()
            continue
          }
        }
        users.append(UInt32(user))
        offsets.append(positives.count)
      }
    case .users:
      for user in part {
        let range = relation.connectors.elements(of: Int(user))
        let items = range.map { relation.connectors.column(at: $0) }
        guard isHiding else {
          users.append(user)
          positives += items
          offsets.append(positives.count)
          continue
        }
        guard items.count > 1 else { continue }
        let hidden = hiddenPart(of: items, user: user)
        users.append(user)
        positives += hidden
        offsets.append(positives.count)
        rows.append(Int(user)) { !hidden.span.contains($0) }
      }
    }
    return TrainingBatch(
      users: users, offsets: offsets, positives: positives,
      histories: isHiding ? rows.matrix() : relation.connectors.gathered(users), areWhole: !isHiding)
  }

  /// At least one item and not all, ascending.
  private func hiddenPart(of items: [UInt32], user: UInt32) -> [UInt32] {
    var random = RandomStream(seed: mix64(options.seed ^ 0x6869_6465_21) &+ UInt64(epoch), stream: UInt64(user))
    var items = items
    let count = min(items.count - 1, max(1, Int((Float(items.count) * options.hiddenShare).rounded())))
    for position in 0..<count {
      items.swapAt(position, position + Int(random.draw(below: UInt32(items.count - position))))
    }
    return items[..<count].sorted()
  }

  private func user(ofEdge edge: UInt32) -> Int {
    var (low, high) = (0, relation.connectorCount)
    while low < high {
      let middle = (low + high) / 2
      if firstEdges[middle + 1] <= edge { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Rows of the relation R with parts left out, normalised as if those edges were not there.
struct HistoryRows {
  private let relation: NormalizedAdjacency
  private var offsets = [0]
  private var columns: [UInt32] = []
  private var values: [Float] = []

  init(_ relation: NormalizedAdjacency) { self.relation = relation }

  /// - Returns: how many items were kept.
  @discardableResult
  mutating func append(_ user: Int, keeping: (UInt32) -> Bool) -> Int {
    let first = columns.count
    let degree = relation.connectorDegrees[user]
    var kept: Float = 0
    relation.connectors.withRow(user) { items, weights in
      for position in items.indices where keeping(items[position]) {
        columns.append(items[position])
        values.append(weights[position])
        kept += weights[position] * relation.candidateDegrees[Int(items[position])].squareRoot()
      }
      guard columns.count - first < items.count, kept > 0 else { return }
      // The sum of the weights kept is kept · √degree.
      let factor = (degree / (kept * degree.squareRoot())).squareRoot()
      for position in first..<values.count { values[position] *= factor }
    }
    offsets.append(columns.count)
    return columns.count - first
  }

  mutating func removeLast() {
    offsets.removeLast()
    columns.removeSubrange(offsets[offsets.count - 1]...)
    values.removeSubrange(offsets[offsets.count - 1]...)
  }

  func matrix() -> SparseMatrix {
    SparseMatrix(
      rows: offsets.count - 1, columns: relation.candidateCount, offsets: offsets, columns: columns, values: values)
  }
}

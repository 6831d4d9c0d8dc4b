import AkinLinearAlgebra
import AkinParallel
import Glibc

/// The loss of a batch and its gradient with respect to the vectors that are multiplied.
struct LightGCNLoss: Sendable {
  let relation: NormalizedAdjacency
  let options: LightGCNOptions
  let sampler: NegativeSampler
  let execution: Execution

  /// What a batch gave.
  struct Result {
    /// The mean over pairs.
    var loss: Double
    /// The gradient with respect to each user vector of the batch, and to each item vector of the draw.
    var users: DenseMatrix
    var items: DenseMatrix
    /// How many pairs of the batch involve each item of the draw, as positive or as negative; negatives that the batch shares
    /// count once.
    var itemUses: [Float]
  }

  /// The items that a batch looks at: its positives and what was drawn besides. Places are positions in `items`.
  struct Draw: Sendable {
    /// Ascending.
    let items: [UInt32]
    /// Of each positive of the batch.
    let positives: [UInt32]
    /// Of what was drawn: with the softmax ascending and for all, else in order for the pairs of each user in turn.
    let drawn: [UInt32]
    /// What was drawn for the pairs of user *n* is `drawn[offsets[n]..<offsets[n + 1]]`; nothing where there was too little.
    let offsets: [Int]

    init(_ batch: TrainingBatch, drawn: [UInt32], offsets: [Int], itemCount: Int) {
      var places = [UInt32](repeating: .max, count: itemCount)
      for item in batch.positives { places[Int(item)] = 0 }
      for item in drawn { places[Int(item)] = 0 }
      var items: [UInt32] = []
      items.reserveCapacity(batch.pairCount + drawn.count)
      for item in places.indices where places[item] == 0 {
        places[item] = UInt32(items.count)
        items.append(UInt32(item))
      }
      self.items = items
      self.offsets = offsets
      positives = batch.positives.map { places[Int($0)] }
      self.drawn = drawn.map { places[Int($0)] }
    }
  }

  init(_ relation: NormalizedAdjacency, options: LightGCNOptions, execution: Execution) {
    self.relation = relation
    self.options = options
    self.execution = execution
    sampler = NegativeSampler(relation, exponent: options.sampling == .popularity ? 0.75 : 0)
  }

  /// - Parameter step: how many steps there were before, which names the draws.
  func draw(_ batch: TrainingBatch, step: Int) throws -> Draw {
    if options.loss == .softmax {
      var random = stream(step, .max)
      let drawn =
        options.sampling == .inBatch
        ? (0..<options.negatives).map { _ in batch.positives[Int(random.draw(below: UInt32(batch.pairCount)))] }
          .sorted().removingRepetitions()
        : sampler.drawSet(options.negatives, using: &random)
      return Draw(batch, drawn: drawn, offsets: [], itemCount: relation.candidateCount)
    }
    let parts = try concurrentMap(count: batch.users.count, chunkSize: 128, execution: execution) { range in
      range.map { draw(for: $0, of: batch, step: step) }
    }
    var offsets = [0]
    for user in parts.joined() { offsets.append(offsets[offsets.count - 1] + user.count) }
    return Draw(
      batch, drawn: Array(parts.joined().joined()), offsets: offsets, itemCount: relation.candidateCount)
  }

  /// - Parameters:
  ///   - users: a row a user of the batch.
  ///   - items: a row an item of the draw.
  func evaluate(_ batch: TrainingBatch, _ draw: Draw, users: DenseMatrix, items: DenseMatrix) throws -> Result {
    options.loss == .softmax
      ? try softmax(batch, draw, users: users, items: items) : try pairwise(batch, draw, users: users, items: items)
  }

  func stream(_ step: Int, _ part: UInt64) -> RandomStream {
    RandomStream(seed: mix64(options.seed ^ 0x6E65_6761_7469_7665) &+ UInt64(step), stream: part)
  }

  // MARK: Negatives that a batch shares

  private struct SoftmaxPart: Sendable {
    var loss: Double
    /// ∂loss/∂score of each positive of the part.
    var coefficients: [Float]
    var users: DenseMatrix
    var negatives: DenseMatrix
  }

  private func softmax(
    _ batch: TrainingBatch, _ draw: Draw, users: DenseMatrix, items: DenseMatrix
  ) throws -> Result {
    let drawn = draw.drawn
    let negatives = items.gathered(drawn)
    let panel = negatives.transposed()
    var place = [Int32](repeating: -1, count: relation.candidateCount)
    for (position, item) in drawn.enumerated() { place[Int(draw.items[Int(item)])] = Int32(position) }
    let places = place
    // Drawn alike, negatives stand for all items: their sum times this is what the sum over all would be in the mean.
    let standsFor = options.sampling == .uniform ? Double(sampler.itemCount) / Double(drawn.count) : 1
    // Few enough parts that their gradients of the negatives fit, small enough that a block of scores stays in the cache.
    let chunk = max(64, (batch.users.count + 7) / 8)
    let parts = try concurrentMap(count: batch.users.count, chunkSize: chunk, execution: execution) { range in
      try part(
        range, of: batch, draw, users: users, items: items, negatives: negatives, panel: panel, places: places,
        standsFor: standsFor)
    }
    var (userGradient, itemGradient) = try spread(
      offsets: batch.offsets, places: draw.positives, coefficients: parts.flatMap(\.coefficients), users: users,
      items: items)
    var negativeGradient = DenseMatrix(rows: drawn.count, columns: items.columnCount)
    for (number, part) in parts.enumerated() {
      let first = number * chunk
      try userGradient.accumulate(
        part.users, atRows: (0..<part.users.rowCount).map { UInt32(first + $0) },
        times: [Float](repeating: 1, count: part.users.rowCount))
      try negativeGradient.scaleAccumulate(part.negatives, times: 1, keeping: 1)
    }
    try itemGradient.accumulate(negativeGradient, atRows: drawn, times: [Float](repeating: 1, count: drawn.count))
    var uses = [Float](repeating: 0, count: draw.items.count)
    for place in draw.positives { uses[Int(place)] += 1 }
    for place in drawn { uses[Int(place)] += 1 }
    return Result(
      loss: parts.reduce(0) { $0 + $1.loss } / Double(batch.pairCount), users: userGradient, items: itemGradient,
      itemUses: uses)
  }

  private func part(
    _ range: Range<Int>, of batch: TrainingBatch, _ draw: Draw, users: DenseMatrix, items: DenseMatrix,
    negatives: DenseMatrix, panel: DenseMatrix, places: [Int32], standsFor: Double
  ) throws -> SoftmaxPart {
    let own = users.gathered(range.map { UInt32($0) })
    let scale = 1 / options.temperature
    var block = try own.times(panel)
    for position in range {
      block.withMutableRow(position - range.lowerBound) { row in
        for edge in relation.connectors.elements(of: Int(batch.users[position])) {
          let place = places[Int(relation.connectors.column(at: edge))]
          if place >= 0 { row[Int(place)] = -.infinity }
        }
      }
    }
    let (maxima, sums) = block.exponentiateRows(scale: scale)
    let first = batch.offsets[range.lowerBound]
    let owners = range.flatMap { position in
      [UInt32](repeating: UInt32(position), count: batch.offsets[position + 1] - batch.offsets[position])
    }
    let scores = users.dots(
      of: owners, with: Array(draw.positives[first..<batch.offsets[range.upperBound]]), of: items)
    let share = Double(scale) / Double(batch.pairCount)
    var loss = 0.0
    var coefficients: [Float] = []
    coefficients.reserveCapacity(scores.count)
    var factors = [Float](repeating: 0, count: range.count)
    for position in range {
      let (sum, largest) = (Double(sums[position - range.lowerBound]), Double(maxima[position - range.lowerBound]))
      var factor = 0.0
      for pair in batch.offsets[position]..<batch.offsets[position + 1] {
        // A user who has all that was drawn learns nothing from it.
        guard sum > 0 else {
          coefficients.append(0)
          continue
        }
        let margin = largest - Double(scale * scores[pair - first]) + log(sum * standsFor)
        let (error, slope) = Self.softplus(margin)
        loss += error
        coefficients.append(Float(-slope * share))
        factor += slope / sum
      }
      factors[position - range.lowerBound] = Float(factor * share)
    }
    try block.scaleRows(by: factors)
    return SoftmaxPart(
      loss: loss, coefficients: coefficients, users: try block.times(negatives),
      negatives: try block.transposedTimes(own))
  }

  // MARK: Both

  /// From ∂loss/∂score of pairs to the gradients of both vectors: C·T for users, and Cᵀ·U for items.
  func spread(
    offsets: [Int], places: [UInt32], coefficients: [Float], users: DenseMatrix, items: DenseMatrix
  ) throws -> (users: DenseMatrix, items: DenseMatrix) {
    let matrix = SparseMatrix(
      rows: users.rowCount, columns: items.rowCount, offsets: offsets, columns: places, values: coefficients)
    var userGradient = DenseMatrix(rows: users.rowCount, columns: users.columnCount)
    var itemGradient = DenseMatrix(rows: items.rowCount, columns: items.columnCount)
    try matrix.multiply(items, into: &userGradient, execution: execution)
    try matrix.transposed().multiply(users, into: &itemGradient, execution: execution)
    return (userGradient, itemGradient)
  }

  /// log(1 + eˣ) and its slope.
  static func softplus(_ x: Double) -> (value: Double, slope: Double) {
    if x > 0 {
      let inverse = exp(-x)
      return (x + log1p(inverse), 1 / (1 + inverse))
    }
    let power = exp(x)
    return (log1p(power), power / (1 + power))
  }
}

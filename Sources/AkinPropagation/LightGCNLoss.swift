import AkinLinearAlgebra
import AkinParallel
import Glibc

/// The loss of a batch and its gradient with respect to the vectors that are multiplied.
struct LightGCNLoss: Sendable {
  private let relation: NormalizedAdjacency
  private let options: LightGCNOptions
  private let sampler: NegativeSampler
  private let execution: Execution

  /// What a batch gave.
  struct Result {
    /// The mean over pairs.
    var loss: Double
    /// The gradient with respect to each user vector of the batch.
    var users: DenseMatrix
    /// How many pairs of the batch involve each item, as positive or as negative; negatives that the batch shares count once.
    var itemUses: [Float]
  }

  init(_ relation: NormalizedAdjacency, options: LightGCNOptions, execution: Execution) {
    self.relation = relation
    self.options = options
    self.execution = execution
    sampler = NegativeSampler(relation, exponent: options.sampling == .popularity ? 0.75 : 0)
  }

  /// - Parameters:
  ///   - users: a row a user of the batch.
  ///   - targets: a row an item.
  ///   - gradient: overwritten by the gradient with respect to `targets`.
  ///   - step: how many steps there were before, which names the draws.
  func evaluate(
    _ batch: TrainingBatch, users: DenseMatrix, targets: DenseMatrix, gradient: inout DenseMatrix, step: Int
  ) throws -> Result {
    options.loss == .softmax
      ? try softmax(batch, users: users, targets: targets, gradient: &gradient, step: step)
      : try pairwise(batch, users: users, targets: targets, gradient: &gradient, step: step)
  }

  private func stream(_ step: Int, _ part: UInt64) -> RandomStream {
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
    _ batch: TrainingBatch, users: DenseMatrix, targets: DenseMatrix, gradient: inout DenseMatrix, step: Int
  ) throws -> Result {
    var random = stream(step, .max)
    let drawn =
      options.sampling == .inBatch
      ? (0..<options.negatives).map { _ in batch.positives[Int(random.draw(below: UInt32(batch.pairCount)))] }
        .sorted().removingRepetitions()
      : sampler.drawSet(options.negatives, using: &random)
    let negatives = targets.gathered(drawn)
    let panel = negatives.transposed()
    var place = [Int32](repeating: -1, count: relation.candidateCount)
    for (position, item) in drawn.enumerated() { place[Int(item)] = Int32(position) }
    let places = place
    // Drawn alike, negatives stand for all items: their sum times this is what the sum over all would be in the mean.
    let standsFor = options.sampling == .uniform ? Double(sampler.itemCount) / Double(drawn.count) : 1
    // Few enough parts that their gradients of the negatives fit, small enough that a block of scores stays in the cache.
    let chunk = max(64, (batch.users.count + 7) / 8)
    let parts = try concurrentMap(count: batch.users.count, chunkSize: chunk, execution: execution) { range in
      try part(
        range, of: batch, users: users, targets: targets, negatives: negatives, panel: panel, places: places,
        standsFor: standsFor)
    }
    var userGradient = try spread(
      batch, offsets: batch.offsets, items: batch.positives, coefficients: parts.flatMap(\.coefficients), users: users,
      targets: targets, gradient: &gradient)
    var negativeGradient = DenseMatrix(rows: drawn.count, columns: targets.columnCount)
    for (number, part) in parts.enumerated() {
      let first = number * chunk
      userGradient.accumulate(
        part.users, atRows: (0..<part.users.rowCount).map { UInt32(first + $0) },
        times: [Float](repeating: 1, count: part.users.rowCount))
      try negativeGradient.scaleAccumulate(part.negatives, times: 1, keeping: 1)
    }
    gradient.accumulate(negativeGradient, atRows: drawn, times: [Float](repeating: 1, count: drawn.count))
    var uses = [Float](repeating: 0, count: relation.candidateCount)
    for item in batch.positives { uses[Int(item)] += 1 }
    for item in drawn { uses[Int(item)] += 1 }
    return Result(
      loss: parts.reduce(0) { $0 + $1.loss } / Double(batch.pairCount), users: userGradient, itemUses: uses)
  }

  private func part(
    _ range: Range<Int>, of batch: TrainingBatch, users: DenseMatrix, targets: DenseMatrix, negatives: DenseMatrix,
    panel: DenseMatrix, places: [Int32], standsFor: Double
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
      of: owners, with: Array(batch.positives[first..<batch.offsets[range.upperBound]]), of: targets)
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

  // MARK: Negatives of each pair

  private struct PairwisePart: Sendable {
    var loss = 0.0
    /// How many items each user of the part has a coefficient for.
    var counts: [Int] = []
    var items: [UInt32] = []
    var coefficients: [Float] = []
    /// Negatives that were used.
    var negatives: [UInt32] = []
  }

  private func pairwise(
    _ batch: TrainingBatch, users: DenseMatrix, targets: DenseMatrix, gradient: inout DenseMatrix, step: Int
  ) throws -> Result {
    let parts = try concurrentMap(count: batch.users.count, chunkSize: 128, execution: execution) { range in
      var part = PairwisePart()
      for position in range { add(position, of: batch, users: users, targets: targets, step: step, to: &part) }
      return part
    }
    var offsets = [0]
    for count in parts.lazy.flatMap(\.counts) { offsets.append(offsets[offsets.count - 1] + count) }
    let userGradient = try spread(
      batch, offsets: offsets, items: parts.flatMap(\.items), coefficients: parts.flatMap(\.coefficients), users: users,
      targets: targets, gradient: &gradient)
    var uses = [Float](repeating: 0, count: relation.candidateCount)
    for item in batch.positives { uses[Int(item)] += 1 }
    for item in parts.lazy.flatMap(\.negatives) { uses[Int(item)] += 1 / Float(options.negatives) }
    return Result(
      loss: parts.reduce(0) { $0 + $1.loss } / Double(batch.pairCount), users: userGradient, itemUses: uses)
  }

  private func add(
    _ position: Int, of batch: TrainingBatch, users: DenseMatrix, targets: DenseMatrix, step: Int,
    to part: inout PairwisePart
  ) {
    let positives = Array(batch.positives[batch.offsets[position]..<batch.offsets[position + 1]])
    var random = stream(step, UInt64(batch.users[position]))
    let scale = 1 / options.temperature
    let pool = options.sampling == .hard ? options.hardPool : 1
    var drawn: [UInt32] = []
    drawn.reserveCapacity(positives.count * options.negatives * pool)
    relation.connectors.withRow(Int(batch.users[position])) { known, _ in
      for _ in 0..<positives.count * options.negatives * pool {
        guard let item = draw(avoiding: known, from: batch, using: &random) else { return }
        drawn.append(item)
      }
    }
    let isComplete = drawn.count == positives.count * options.negatives * pool
    func scores(_ items: [UInt32]) -> [Float] {
      users.dots(of: [UInt32](repeating: UInt32(position), count: items.count), with: items, of: targets)
    }
    var entries: [(item: UInt32, coefficient: Double)] = []
    if isComplete {
      let (own, others) = (scores(positives), scores(drawn))
      let share = Double(scale) / Double(batch.pairCount)
      for (pair, positive) in positives.enumerated() {
        var slopes = 0.0
        for negative in 0..<options.negatives {
          let start = (pair * options.negatives + negative) * pool
          let best = (start..<start + pool).max { (others[$0], drawn[$1]) < (others[$1], drawn[$0]) }!
          let item = drawn[best]
          part.negatives.append(item)
          let (right, wrong) = (Double(scale * own[pair]), Double(scale * others[best]))
          let weight = 1 / Double(options.negatives)
          if options.loss == .bpr {
            let (error, slope) = Self.softplus(wrong - right)
            part.loss += weight * error
            slopes += weight * slope
            entries.append((item, weight * slope * share))
          } else {
            let (missed, missedSlope) = Self.softplus(-right)
            let (error, slope) = Self.softplus(wrong)
            part.loss += weight * (missed + error)
            slopes += weight * missedSlope
            entries.append((item, weight * slope * share))
          }
        }
        entries.append((positive, -slopes * share))
      }
    }
    // In the order of items; equal ones in the order of pairs, so that sums are always formed alike.
    let order = entries.indices.sorted { (entries[$0].item, $0) < (entries[$1].item, $1) }
    let first = part.items.count
    for entry in order {
      if part.items.count > first, part.items[part.items.count - 1] == entries[entry].item {
        part.coefficients[part.coefficients.count - 1] += Float(entries[entry].coefficient)
      } else {
        part.items.append(entries[entry].item)
        part.coefficients.append(Float(entries[entry].coefficient))
      }
    }
    part.counts.append(part.items.count - first)
  }

  private func draw(
    avoiding known: Span<UInt32>, from batch: TrainingBatch, using random: inout RandomStream
  ) -> UInt32? {
    if options.sampling == .inBatch {
      for _ in 0..<64 {
        let item = batch.positives[Int(random.draw(below: UInt32(batch.pairCount)))]
        if !known.contains(item) { return item }
      }
    }
    return sampler.draw(avoiding: known, using: &random)
  }

  // MARK: Both

  /// From ∂loss/∂score of pairs to the gradients of both vectors: C·T for users, which is returned, and Cᵀ·U for items.
  private func spread(
    _ batch: TrainingBatch, offsets: [Int], items: [UInt32], coefficients: [Float], users: DenseMatrix,
    targets: DenseMatrix, gradient: inout DenseMatrix
  ) throws -> DenseMatrix {
    let matrix = SparseMatrix(
      rows: batch.users.count, columns: targets.rowCount, offsets: offsets, columns: items, values: coefficients)
    var userGradient = DenseMatrix(rows: batch.users.count, columns: targets.columnCount)
    try matrix.multiply(targets, into: &userGradient, execution: execution)
    try matrix.transposed().multiply(users, into: &gradient, execution: execution)
    return userGradient
  }

  /// log(1 + eˣ) and its slope.
  private static func softplus(_ x: Double) -> (value: Double, slope: Double) {
    if x > 0 {
      let inverse = exp(-x)
      return (x + log1p(inverse), 1 / (1 + inverse))
    }
    let power = exp(x)
    return (log1p(power), power / (1 + power))
  }
}

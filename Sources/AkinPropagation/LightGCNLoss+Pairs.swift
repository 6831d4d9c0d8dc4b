import AkinLinearAlgebra
import AkinParallel

/// Losses whose pairs have negatives of their own.
extension LightGCNLoss {
  private struct PairwisePart: Sendable {
    var loss = 0.0
    /// How many items each user of the part has a coefficient for.
    var counts: [Int] = []
    var places: [UInt32] = []
    var coefficients: [Float] = []
    /// Negatives that were used.
    var negatives: [UInt32] = []
  }

  func pairwise(
    _ batch: TrainingBatch, _ draw: Draw, users: DenseMatrix, items: DenseMatrix
  ) throws -> Result {
    let parts = try concurrentMap(count: batch.users.count, chunkSize: 128, execution: execution) { range in
      var part = PairwisePart()
      for position in range { add(position, of: batch, draw, users: users, items: items, to: &part) }
      return part
    }
    var offsets = [0]
    for count in parts.lazy.flatMap(\.counts) { offsets.append(offsets[offsets.count - 1] + count) }
    let (userGradient, itemGradient) = try spread(
      offsets: offsets, places: parts.flatMap(\.places), coefficients: parts.flatMap(\.coefficients), users: users,
      items: items)
    var uses = [Float](repeating: 0, count: draw.items.count)
    for place in draw.positives { uses[Int(place)] += 1 }
    for place in parts.lazy.flatMap(\.negatives) { uses[Int(place)] += 1 / Float(options.negatives) }
    return Result(
      loss: parts.reduce(0) { $0 + $1.loss } / Double(batch.pairCount), users: userGradient, items: itemGradient,
      itemUses: uses)
  }

  /// So many negatives for each pair, or for hard ones so many to choose from.
  private var pool: Int { options.sampling == .hard ? options.hardPool : 1 }

  /// Those of all pairs of a user in turn; none where the user has nearly everything.
  func draw(for position: Int, of batch: TrainingBatch, step: Int) -> [UInt32] {
    var random = stream(step, UInt64(batch.users[position]))
    let count = (batch.offsets[position + 1] - batch.offsets[position]) * options.negatives * pool
    var drawn: [UInt32] = []
    drawn.reserveCapacity(count)
    relation.connectors.withRow(Int(batch.users[position])) { known, _ in
      for _ in 0..<count {
        guard let item = draw(avoiding: known, from: batch, using: &random) else { return }
        drawn.append(item)
      }
    }
    return drawn.count == count ? drawn : []
  }

  private func add(
    _ position: Int, of batch: TrainingBatch, _ draw: Draw, users: DenseMatrix, items: DenseMatrix,
    to part: inout PairwisePart
  ) {
    let positives = Array(draw.positives[batch.offsets[position]..<batch.offsets[position + 1]])
    let drawn = Array(draw.drawn[draw.offsets[position]..<draw.offsets[position + 1]])
    let scale = 1 / options.temperature
    let pool = pool
    let isComplete = !drawn.isEmpty
    func scores(_ places: [UInt32]) -> [Float] {
      users.dots(of: [UInt32](repeating: UInt32(position), count: places.count), with: places, of: items)
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
    let first = part.places.count
    for entry in order {
      if part.places.count > first, part.places[part.places.count - 1] == entries[entry].item {
        part.coefficients[part.coefficients.count - 1] += Float(entries[entry].coefficient)
      } else {
        part.places.append(entries[entry].item)
        part.coefficients.append(Float(entries[entry].coefficient))
      }
    }
    part.counts.append(part.places.count - first)
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
}

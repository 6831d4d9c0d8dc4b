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

  /// The scores of a part's positives, and of what was drawn for them.
  private struct PartScores {
    let own: [Float]
    let others: [Float]
    /// The first pair and the first draw of the part.
    let first: (pair: Int, draw: Int)
  }

  /// What one pair gives to the coefficient of an item; `number` in the order of pairs.
  private struct PairEntry {
    let item: UInt32
    let number: Int
    let coefficient: Double
  }

  /// The product of each user's vector with those at the places that belong to him.
  private static func scores(
    _ range: Range<Int>, _ places: [UInt32], _ offsets: [Int], users: DenseMatrix, items: DenseMatrix
  ) -> [Float] {
    var owners: [UInt32] = []
    owners.reserveCapacity(offsets[range.upperBound] - offsets[range.lowerBound])
    for position in range {
      for _ in offsets[position]..<offsets[position + 1] { owners.append(UInt32(position)) }
    }
    return users.dots(of: owners, with: Array(places[offsets[range.lowerBound]..<offsets[range.upperBound]]), of: items)
  }

  func pairwise(
    _ batch: TrainingBatch, _ draw: Draw, users: DenseMatrix, items: DenseMatrix
  ) throws -> Result {
    let parts = try concurrentMap(count: batch.users.count, chunkSize: 128, execution: execution) { range in
      // All scores of a part at once: arrays made for each user would be what threads wait for each other at.
      let scores = PartScores(
        own: Self.scores(range, draw.positives, batch.offsets, users: users, items: items),
        others: Self.scores(range, draw.drawn, draw.offsets, users: users, items: items),
        first: (batch.offsets[range.lowerBound], draw.offsets[range.lowerBound]))
      var (part, entries): (PairwisePart, [PairEntry]) = (PairwisePart(), [])
      for position in range { add(position, of: batch, draw, scores, to: &part, &entries) }
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
    _ position: Int, of batch: TrainingBatch, _ draw: Draw, _ scores: PartScores, to part: inout PairwisePart,
    _ entries: inout [PairEntry]
  ) {
    let pairs = batch.offsets[position]..<batch.offsets[position + 1]
    let drawn = draw.offsets[position]..<draw.offsets[position + 1]
    let scale = 1 / options.temperature
    let pool = pool
    entries.removeAll(keepingCapacity: true)
    func enter(_ item: UInt32, _ coefficient: Double) {
      entries.append(PairEntry(item: item, number: entries.count, coefficient: coefficient))
    }
    func score(of place: Int) -> Float { scores.others[place - scores.first.draw] }
    if !drawn.isEmpty {
      let share = Double(scale) / Double(batch.pairCount)
      for pair in pairs {
        var slopes = 0.0
        for negative in 0..<options.negatives {
          let start = drawn.lowerBound + ((pair - pairs.lowerBound) * options.negatives + negative) * pool
          let best = (start..<start + pool).max {
            (score(of: $0), draw.drawn[$1]) < (score(of: $1), draw.drawn[$0])
          }!
          let item = draw.drawn[best]
          part.negatives.append(item)
          let (right, wrong) = (
            Double(scale * scores.own[pair - scores.first.pair]), Double(scale * score(of: best))
          )
          let weight = 1 / Double(options.negatives)
          if options.loss == .bpr {
            let (error, slope) = Self.softplus(wrong - right)
            part.loss += weight * error
            slopes += weight * slope
            enter(item, weight * slope * share)
          } else {
            let (missed, missedSlope) = Self.softplus(-right)
            let (error, slope) = Self.softplus(wrong)
            part.loss += weight * (missed + error)
            slopes += weight * missedSlope
            enter(item, weight * slope * share)
          }
        }
        enter(draw.positives[pair], -slopes * share)
      }
    }
    // In the order of items; equal ones in the order of pairs, so that sums are always formed alike.
    entries.sort { ($0.item, $0.number) < ($1.item, $1.number) }
    let first = part.places.count
    for entry in entries {
      if part.places.count > first, part.places[part.places.count - 1] == entry.item {
        part.coefficients[part.coefficients.count - 1] += Float(entry.coefficient)
      } else {
        part.places.append(entry.item)
        part.coefficients.append(Float(entry.coefficient))
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

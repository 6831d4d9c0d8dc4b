import AkinLinearAlgebra
import AkinParallel

/// A history's factors for BPR-MF: what stochastic gradient descent gives a user who has it, from nothing, while the
/// factors of items stay. Draws depend on the history alone, so the same history has the same factors whenever it is asked.
public struct PairwiseFoldIn: FoldIn {
  private let model: PairwiseFactors
  /// Candidates with edges: what negatives are drawn from.
  private let known: [UInt32]
  /// How often the history is gone through. The learning rate falls over these as it did over all of the training.
  static let passes = 30

  public init(_ model: PairwiseFactors, isKnown: [Bool]) {
    self.model = model
    known = isKnown.indices.filter { isKnown[$0] }.map { UInt32($0) }
  }

  public var embeddingSize: Int { model.options.columns }

  public func embed(_ history: [HistoryItem], into embedding: inout [Float]) {
    embedding = descend(history) { _, _, _, _ in }
  }

  /// Each step adds a multiple of hᵢ − hⱼ, which is the item's whose step it is, and shrinks what was there. The bias of the
  /// candidate is nobody's.
  public func parts(of history: [HistoryItem], towards target: [Float]) -> [Double] {
    let last = embeddingSize - 1
    var parts = [Double](repeating: 0, count: history.count)
    _ = descend(history) { position, negative, pace, keep in
      let gain = model.candidates.withRow(Int(history[position].index)) { better in
        model.candidates.withRow(negative) { worse in
          (0..<last).reduce(0.0) { $0 + Double(better[$1] - worse[$1]) * Double(target[$1]) }
        }
      }
      for other in parts.indices { parts[other] *= Double(keep) }
      parts[position] += Double(pace) * gain
    }
    return parts
  }

  /// - Parameter step: told of every step: of which item, which negative, what their difference was multiplied by, and what
  ///   of the factors was kept.
  private func descend(
    _ history: [HistoryItem], _ step: (_ position: Int, _ negative: Int, _ pace: Float, _ keep: Float) -> Void
  ) -> [Float] {
    let options = model.options
    let items = history.map(\.index)
    let mean = history.reduce(0) { $0 + $1.weight } / Float(history.count)
    var random = RandomStream(
      seed: options.seed, stream: items.reduce(0) { mix64($0 &+ 0x9E37_79B9_7F4A_7C15 ^ UInt64($1)) })
    var user = DenseMatrix(rows: 1, columns: embeddingSize)
    user[0, embeddingSize - 1] = 1
    var scratch = FactorRows.Scratch(columns: embeddingSize)
    // Candidates do not move, so this copies nothing but a reference.
    DenseMatrix.withFactorRows(&user, reading: model.candidates) { rows in
      for pass in 0..<Self.passes {
        let rate = options.rate(epoch: pass * options.epochs / Self.passes)
        for position in history.indices {
          guard let negative = PairwiseFactors.draw(from: known, avoiding: items.span, using: &random) else { continue }
          // An item that counts twice takes steps twice as long.
          let pace = rate * history[position].weight / mean
          let regularization = Float(options.regularization) * mean / history[position].weight
          let slope = rows.stepPair(
            0, over: Int(items[position]), not: negative, rate: pace, regularization: regularization,
            scratch: &scratch
          ).slope
          step(position, negative, pace * slope, 1 - pace * regularization)
        }
      }
    }
    return user.row(0)
  }
}

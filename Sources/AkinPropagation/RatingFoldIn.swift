import AkinGraph
import AkinLinearAlgebra

/// A history's bias and factors for biased matrix factorisation: those that minimise the same objective while what was
/// learned of items stays, which is a ridge regression of the ratings. Weights of the history are the ratings.
///
/// Where the descent ends for a user, his λ counts once for each of his ratings; so it does here.
public struct RatingFoldIn: FoldIn {
  private let model: RatingFactors
  /// A row a candidate: d factors and a 1, without the bias.
  private let features: DenseMatrix
  private let biases: [Float]

  public init(_ model: RatingFactors) {
    self.model = model
    let size = model.options.embeddingSize
    var features = DenseMatrix(rows: model.candidates.rowCount, columns: size + 1)
    biases = (0..<model.candidates.rowCount).map { row in
      model.candidates.withRow(row) { from in
        features.withMutableRow(row) { to in for column in to.indices { to[column] = from[column] } }
        return from[size + 1]
      }
    }
    self.features = features
  }

  public var embeddingSize: Int { model.options.columns }

  /// w, b and a 1.
  public func embed(_ history: [HistoryItem], into embedding: inout [Float]) throws {
    var right = [Float](repeating: 0, count: embeddingSize - 1)
    for item in history {
      let residual = residual(of: item)
      features.withRow(Int(item.index)) { row in
        for column in row.indices { right[column] += residual * row[column] }
      }
    }
    embedding = try solved(history, right) + [1]
  }

  public func parts(of history: [HistoryItem], towards target: [Float]) throws -> [Double] {
    let turned = try solved(history, Array(target.dropLast()))
    return history.map { item in
      features.withRow(Int(item.index)) { row in
        Double(residual(of: item)) * row.indices.reduce(0.0) { $0 + Double(row[$1]) * Double(turned[$1]) }
      }
    }
  }

  private func residual(of item: HistoryItem) -> Float { item.weight - model.mean - biases[Int(item.index)] }

  /// (λ·n + Σ f·fᵀ)⁻¹ · `right`.
  private func solved(_ history: [HistoryItem], _ right: [Float]) throws -> [Float] {
    let indices = history.map(\.index)
    let weights = [Float](repeating: 1, count: history.count)
    let diagonal = [Float](
      repeating: Float(model.options.regularization) * Float(history.count), count: embeddingSize - 1)
    return try RidgeSolver(size: embeddingSize - 1).solve(
      indices.span, of: features, weights: weights.span, diagonal: diagonal, target: right)
  }
}

import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import FoundationEssentials
import Glibc

/// Where a training of LightGCN stands: everything that the next step depends on.
struct LightGCNState: Sendable {
  var parameters: LightGCNParameters
  private var itemMoments: Adam
  private var userMoments: Adam?
  /// Epochs that are over, batches of the next one that are, and steps in all.
  var epoch = 0
  var batch = 0
  var steps = 0
  /// Sum over the batches of this epoch, and the mean of the last.
  var lossSum = 0.0
  var lastLoss = 0.0
  /// What had the best NDCG@20 so far; `nil` before the first look and without a held-out slice.
  var best: LightGCNParameters?
  var bestScore: Double?
  var bestEpoch = 0
  var checksSinceBest = 0
  /// What the learning rate is multiplied by: 1, and half of it for each look but the first in a row that found nothing better.
  var rateFactor: Float = 1
  /// Processor time of training so far.
  var seconds = 0.0
  var curves: [String: [CurvePoint]] = [:]

  /// The start of a training.
  init(_ relation: NormalizedAdjacency, options: LightGCNOptions, execution: Execution) throws {
    let (rows, size) = (relation.candidateCount, options.embeddingSize)
    var items = Self.normal(rows: rows, columns: size, seed: options.seed, stream: 0)
    var users =
      options.hasUserEmbeddings
      ? Self.normal(rows: relation.connectorCount, columns: size, seed: options.seed, stream: 1 << 32) : nil
    if options.start == .singularVectors {
      var svdOptions = TruncatedSVDOptions(rank: size)
      svdOptions.seed = options.seed
      svdOptions.tolerance = 1e-3
      let svd = try TruncatedSVD(
        relation.connectors, transpose: relation.candidates, options: svdOptions, execution: execution)
      items.adopt(svd.right, columns: svd.values)
      if users != nil { users!.adopt(try svd.left(), columns: svd.values) }
    }
    parameters = LightGCNParameters(items: items, users: users)
    itemMoments = Adam(rows: rows, columns: size)
    userMoments = options.hasUserEmbeddings ? Adam(rows: relation.connectorCount, columns: size) : nil
  }

  /// Elements with mean 0 and standard deviation 0.1.
  private static func normal(rows: Int, columns: Int, seed: UInt64, stream: UInt64) -> DenseMatrix {
    var matrix = DenseMatrix(rows: rows, columns: columns)
    for row in 0..<rows {
      var random = RandomStream(seed: mix64(seed ^ 0x7374_6172_74), stream: stream + UInt64(row))
      matrix.withMutableRow(row) { elements in
        for column in elements.indices {
          // Box and Muller; 1 − u is never 0.
          let radius = (-2 * log(1 - random.drawUnit())).squareRoot()
          elements[column] = Float(0.1 * radius * cos(2 * .pi * random.drawUnit()))
        }
      }
    }
    return matrix
  }

  var isFinite: Bool { parameters.items.isFinite && parameters.users?.isFinite ?? true }

  mutating func update(by result: LightGCNStep.Result, options: LightGCNOptions, execution: Execution) throws {
    let rate = options.learningRate * rateFactor
    guard !options.isLazy else {
      itemMoments.update(
        rows: result.items, of: &parameters.items, gradient: result.gradient.items.gathered(result.items),
        rate: rate)
      if let gradient = result.gradient.users {
        userMoments!.update(
          rows: result.users, of: &parameters.users!, gradient: gradient.gathered(result.users),
          rate: rate)
      }
      return
    }
    try itemMoments.update(
      &parameters.items, gradient: result.gradient.items, rate: rate, execution: execution)
    if let gradient = result.gradient.users {
      try userMoments!.update(
        &parameters.users!, gradient: gradient, rate: rate, execution: execution)
    }
  }

  mutating func record(_ name: String, _ value: Double) {
    curves[name, default: []].append(CurvePoint(step: epoch, seconds: seconds, value: value))
  }
}

extension DenseMatrix {
  /// Takes the first columns of `vectors`, each times its factor, scaled to a standard deviation of 0.1 in the mean;
  /// columns beyond keep a hundredth of what they are.
  mutating func adopt(_ vectors: DenseMatrix, columns factors: [Float]) {
    precondition(vectors.rowCount == rowCount && vectors.columnCount <= columnCount, "vectors of another shape")
    let squares = (0..<vectors.rowCount).reduce(0.0) { sum, row in
      vectors.withRow(row) { span in
        span.indices.reduce(sum) { $0 + Double(span[$1] * factors[$1]) * Double(span[$1] * factors[$1]) }
      }
    }
    let count = Double(max(1, rowCount * vectors.columnCount))
    let scale = squares > 0 ? Float(0.1 / (squares / count).squareRoot()) : 0
    for row in 0..<rowCount {
      vectors.withRow(row) { from in
        withMutableRow(row) { to in
          for column in to.indices {
            to[column] = column < from.count ? from[column] * factors[column] * scale : to[column] * 0.01
          }
        }
      }
    }
  }
}

// MARK: Files

extension LightGCNState {
  /// What is not a matrix.
  private struct Numbers: Codable {
    var epoch, batch, steps, bestEpoch, checksSinceBest, adamSteps: Int
    var lossSum, lastLoss, seconds: Double
    var bestScore: Double?
    var rateFactor: Float
    var curves: [String: [CurvePoint]]
  }

  func columns() throws -> [(name: String, column: ModelColumn)] {
    let numbers = Numbers(
      epoch: epoch, batch: batch, steps: steps, bestEpoch: bestEpoch, checksSinceBest: checksSinceBest,
      adamSteps: itemMoments.steps, lossSum: lossSum, lastLoss: lastLoss, seconds: seconds, bestScore: bestScore,
      rateFactor: rateFactor, curves: curves)
    var columns: [(name: String, column: ModelColumn)] = [
      ("state", .bytes(Column([UInt8](try JSONEncoder().encode(numbers)))))
    ]
    func add(_ name: String, _ matrix: DenseMatrix?) {
      if let matrix { columns.append((name, matrix.column())) }
    }
    add("items", parameters.items)
    add("items.mean", itemMoments.mean)
    add("items.square", itemMoments.square)
    add("users", parameters.users)
    add("users.mean", userMoments?.mean)
    add("users.square", userMoments?.square)
    add("best.items", best?.items)
    add("best.users", best?.users)
    return columns
  }

  mutating func restore(from file: ModelFile) throws {
    let bytes = try file.bytes("state").array()
    let numbers: Numbers
    do {
      numbers = try JSONDecoder().decode(Numbers.self, from: Data(bytes))
    } catch {
      throw GraphError.corrupt(
        path: file.path, place: "column 'state'", found: "\(error)", expected: "the state of a training as JSON")
    }
    guard numbers.epoch >= 0, numbers.batch >= 0, numbers.steps >= 0, numbers.adamSteps >= 0,
      numbers.rateFactor > 0
    else {
      throw GraphError.corrupt(
        path: file.path, place: "column 'state'", found: "a negative number", expected: "counts of at least 0")
    }
    func matrix(_ name: String, like shape: DenseMatrix) throws -> DenseMatrix {
      let elements = try file.floats(name, count: shape.rowCount * shape.columnCount)
      return DenseMatrix(rows: shape.rowCount, columns: shape.columnCount, elements: elements.array())
    }
    let (items, users) = (parameters.items, parameters.users)
    parameters.items = try matrix("items", like: items)
    itemMoments.mean = try matrix("items.mean", like: items)
    itemMoments.square = try matrix("items.square", like: items)
    itemMoments.steps = numbers.adamSteps
    if let users {
      parameters.users = try matrix("users", like: users)
      userMoments!.mean = try matrix("users.mean", like: users)
      userMoments!.square = try matrix("users.square", like: users)
      userMoments!.steps = numbers.adamSteps
    }
    best = nil
    if numbers.bestScore != nil {
      best = LightGCNParameters(
        items: try matrix("best.items", like: items), users: try users.map { try matrix("best.users", like: $0) })
    }
    (epoch, batch, steps) = (numbers.epoch, numbers.batch, numbers.steps)
    (lossSum, lastLoss, seconds) = (numbers.lossSum, numbers.lastLoss, numbers.seconds)
    (bestScore, bestEpoch, checksSinceBest) = (numbers.bestScore, numbers.bestEpoch, numbers.checksSinceBest)
    rateFactor = numbers.rateFactor
    curves = numbers.curves
  }
}

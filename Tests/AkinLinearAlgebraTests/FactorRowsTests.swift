import AkinLinearAlgebra
import Foundation
import TestSupport
import Testing

/// Steps against finite differences of what they descend on.
@Suite struct FactorRowsTests {
  private let factors = 5
  private let rate: Float = 0.5
  private let penalty = 0.3

  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> DenseMatrix {
    var random = SplitMix64(seed: seed)
    return DenseMatrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) })
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// What each element of `rows` should be after a step down the slope of `loss`; ones at `fixed` stay.
  private func stepped(_ rows: [[Double]], fixed: [(Int, Int)], loss: ([[Double]]) -> Double) -> [[Double]] {
    let width = 1e-5
    return rows.indices.map { row in
      rows[row].indices.map { column in
        guard !fixed.contains(where: { $0 == (row, column) }) else { return 1 }
        var (up, down) = (rows, rows)
        up[row][column] += width
        down[row][column] -= width
        return rows[row][column] - Double(rate) * (loss(up) - loss(down)) / (2 * width)
      }
    }
  }

  @Test(arguments: UInt64(0)..<8)
  func `a step for a pair follows the gradient`(seed: UInt64) {
    let columns = factors + 1
    var (users, items) = (random(3, columns, seed: seed), random(4, columns, seed: seed + 100))
    users[1, factors] = 1
    let rows = [users.row(1), items.row(2), items.row(0)].map { $0.map(Double.init) }
    func pairLoss(_ rows: [[Double]]) -> Double {
      let margin = dot(rows[0], zip(rows[1], rows[2]).map { $0 - $1 })
      return log(1 + exp(-margin)) + penalty / 2 * rows.reduce(0) { $0 + dot($1, $1) }
    }
    let expected = stepped(rows, fixed: [(0, factors)], loss: pairLoss)
    let (usersBefore, itemsBefore) = (users, items)
    var scratch = FactorRows.Scratch(columns: columns)
    let result = DenseMatrix.withFactorRows(&users, &items) {
      $0.stepPair(1, over: 2, not: 0, rate: rate, regularization: Float(penalty), scratch: &scratch)
    }
    let found = [users.row(1), items.row(2), items.row(0)]
    for (row, other) in zip(found, expected) {
      #expect(zip(row, other).allSatisfy { abs(Double($0) - $1) < 1e-4 }, "\(row) \(other)")
    }
    #expect(abs(Double(result.loss) - (pairLoss(rows) - penalty / 2 * rows.reduce(0) { $0 + dot($1, $1) })) < 1e-5)
    #expect(users.row(0) == usersBefore.row(0) && items.row(1) == itemsBefore.row(1))
    // Where candidates are only read, the user moves alike and they do not.
    var alone = usersBefore
    _ = DenseMatrix.withFactorRows(&alone, reading: itemsBefore) {
      $0.stepPair(1, over: 2, not: 0, rate: rate, regularization: Float(penalty), scratch: &scratch)
    }
    #expect(alone == users)
  }

  @Test(arguments: UInt64(0)..<8)
  func `a step for a value follows the gradient`(seed: UInt64) {
    let columns = factors + 2
    var (users, items) = (random(3, columns, seed: seed), random(4, columns, seed: seed + 100))
    users[2, factors + 1] = 1
    items[3, factors] = 1
    let rows = [users.row(2), items.row(3)].map { $0.map(Double.init) }
    let expected = stepped(rows, fixed: [(0, factors + 1), (1, factors)]) { rows in
      let error = 0.7 - dot(rows[0], rows[1])
      return error * error / 2 + penalty / 2 * rows.reduce(0) { $0 + dot($1, $1) }
    }
    var scratch = FactorRows.Scratch(columns: columns)
    let error = DenseMatrix.withFactorRows(&users, &items) {
      $0.stepValue(2, 3, value: 0.7, rate: rate, regularization: Float(penalty), scratch: &scratch)
    }
    #expect(abs(Double(error) - (0.7 - dot(rows[0], rows[1]))) < 1e-5)
    for (row, other) in zip([users.row(2), items.row(3)], expected) {
      #expect(zip(row, other).allSatisfy { abs(Double($0) - $1) < 1e-4 }, "\(row) \(other)")
    }
  }
}

import AkinParallel
import CAkinKernels
import TestSupport
import Testing

@testable import AkinLinearAlgebra

/// Every level of the kernels that the host has, against loops that share nothing with them.
@Suite struct DenseKernelTests {
  static let levels: [Int32] = [0, 3, 4].filter { unsafe akin_dense_level($0) != nil }

  private func kernels(_ level: Int32) -> akin_dense_kernels { unsafe akin_dense_level(level).pointee }

  @Test(arguments: levels, [16, 32, 48, 64, 128, 208])
  func `sparse times dense`(level: Int32, width: Int) {
    var random = SplitMix64(seed: UInt64(width))
    let sparse = SparseMatrix.random(rows: 13, columns: 29, using: &random)
    let x = DenseMatrix.random(rows: 29, columns: width, using: &random)
    let total = DenseMatrix.random(rows: 13, columns: width, using: &random)
    let out = DenseMatrix(rows: 13, columns: width)
    var matrix = unsafe akin_sparse(
      offsets: sparse.offsetBuffer.start, columns: sparse.columnBuffer.start, values: sparse.valueBuffer.start,
      edges: UInt64(sparse.count), rows: nil)
    let before = total.elements()
    unsafe kernels(level).sparse_dense(
      &matrix, 0, 13, x.storage.start, Int64(width), out.storage.start, Int64(width), Int64(width),
      total.storage.start, Int64(width), 0.25)
    for row in 0..<13 {
      for column in 0..<width {
        let expected = sparse.elements(of: row).reduce(0.0) {
          $0 + Double(sparse.value(at: $1)) * Double(x[Int(sparse.column(at: $1)), column])
        }
        #expect(abs(Double(out[row, column]) - expected) < 1e-4)
        let sum = Double(before[row * width + column]) + 0.25 * expected
        #expect(abs(Double(total[row, column]) - sum) < 1e-4)
      }
    }
    let alone = DenseMatrix(rows: 13, columns: width, elements: before)
    unsafe kernels(level).sparse_dense(
      &matrix, 0, 13, x.storage.start, Int64(width), nil, 0, Int64(width), alone.storage.start, Int64(width), 0.25)
    #expect(alone == total)
    // Rounded to 8 bits, the result is that of the rounded matrix.
    let half = HalfMatrix(x)
    let rounded = DenseMatrix(
      rows: 29, columns: width, elements: (0..<29 * width).map { half[$0 / width, $0 % width] })
    let (a, b) = (DenseMatrix(rows: 13, columns: width), DenseMatrix(rows: 13, columns: width))
    unsafe kernels(level).sparse_dense_bf16(
      &matrix, 0, 13, half.storage.start, Int64(width), a.storage.start, Int64(width), Int64(width), nil, 0, 0)
    unsafe kernels(level).sparse_dense(
      &matrix, 0, 13, rounded.storage.start, Int64(width), b.storage.start, Int64(width), Int64(width), nil, 0, 0)
    #expect(a == b)
  }

  @Test func `products in chunks are those of each row, on any number of threads`() throws {
    var random = SplitMix64(seed: 5)
    let (rows, columns, width) = (1500, 300, 16)
    let sparse = SparseMatrix.random(rows: rows, columns: columns, using: &random)
    // Several chunks, or this test would not be one.
    #expect(sparse.count + rows > 3 * 32768)
    let x = DenseMatrix.random(rows: columns, columns: width, using: &random)
    var serial = DenseMatrix(rows: rows, columns: width)
    try sparse.multiply(x, into: &serial)
    for row in stride(from: 0, to: rows, by: 7) {
      for column in [0, 7, 15] {
        let expected = sparse.elements(of: row).reduce(0.0) {
          $0 + Double(sparse.value(at: $1)) * Double(x[Int(sparse.column(at: $1)), column])
        }
        #expect(abs(Double(serial[row, column]) - expected) < 1e-4)
      }
    }
    var parallel = DenseMatrix(rows: rows, columns: width)
    try sparse.multiply(x, into: &parallel, execution: Execution(threads: 3))
    #expect(parallel == serial)
    let half = HalfMatrix(x)
    let rounded = DenseMatrix(
      rows: columns, columns: width, elements: (0..<columns * width).map { half[$0 / width, $0 % width] })
    try sparse.multiply(rounded, into: &serial)
    try sparse.multiply(half, into: &parallel, execution: Execution(threads: 2))
    #expect(parallel == serial)
  }

  @Test(arguments: levels)
  func `rounding to bfloat16`(level: Int32) {
    let values: [Float] = [
      1, -1, 1.00390625, 1.01171875, 3.0e38, .infinity, -.infinity, .nan, 0, -0.0, .leastNonzeroMagnitude,
      .greatestFiniteMagnitude,
      0.1, 1.0 / 3, -2.7, 65504,
    ]
    var out = [UInt16](repeating: 0, count: 16)
    unsafe kernels(level).to_bf16(values, 16, &out)
    for (value, bits) in zip(values, out) {
      let found = Float(bitPattern: UInt32(bits) << 16)
      if value.isNaN {
        #expect(found.isNaN)
      } else {
        // The nearest of the three candidates around, the even one of two.
        let low = UInt64(value.bitPattern >> 16)
        let exact = UInt64(value.bitPattern) & 0xFFFF
        let up = exact > 0x8000 || (exact == 0x8000 && low & 1 == 1)
        #expect(UInt64(bits) == low + (up ? 1 : 0), "\(value)")
      }
    }
  }

  @Test(arguments: levels, [1, 15, 16, 100])
  func `vectors of any length`(level: Int32, count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    let x = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    let y = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    var out = y
    unsafe kernels(level).scale_accumulate(&out, x, 3, 0.5, Int64(count))
    #expect(zip(out, zip(x, y)).allSatisfy { abs($0 - (3 * $1.0 + 0.5 * $1.1)) < 1e-6 })
    var fresh = [Float](repeating: .nan, count: count)
    unsafe kernels(level).scale_accumulate(&fresh, x, 2, 0, Int64(count))
    #expect(fresh == x.map { 2 * $0 })
    let dot = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(Double(unsafe kernels(level).dot(x, y, Int64(count))) - dot) < 1e-5)
  }

  @Test(arguments: levels)
  func `Adam as its paper says`(level: Int32) {
    var random = SplitMix64(seed: 3)
    let count = 37
    var parameters = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    var (mean, square) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    var expected = parameters.map(Double.init)
    var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for step in 1...5 {
      let gradient = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
      let (scale1, scale2) = (1 / (1 - power(0.9, step)), 1 / (1 - power(0.999, step)))
      unsafe kernels(level).adam(
        &parameters, gradient, &mean, &square, Int64(count), 0.01, 0.9, 0.999, 1e-8, Float(scale1), Float(scale2))
      for i in 0..<count {
        let g = Double(gradient[i])
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g * g
        expected[i] -= 0.01 * (m[i] * scale1) / ((v[i] * scale2).squareRoot() + 1e-8)
      }
    }
    #expect(zip(parameters, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
  }

  private func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { p, _ in p * base } }

  @Test(arguments: levels, [16, 32, 48, 64])
  func `scores of many queries, the same for any width`(level: Int32, lanes: Int) {
    var random = SplitMix64(seed: 9)
    let (count, depth) = (23, 37)
    let rows = DenseMatrix.random(rows: count, columns: depth, using: &random)
    let panel = (0..<depth * lanes).map { _ in Float.random(in: -1...1, using: &random) }
    var out = [Float](repeating: 0, count: count * lanes)
    unsafe kernels(level).score_panel(
      rows.storage.start, Int64(rows.stride), Int64(count), Int64(depth), panel, Int64(lanes), &out, 0)
    for row in 0..<count {
      for lane in 0..<lanes {
        let expected = (0..<depth).reduce(0.0) { $0 + Double(rows[row, $1]) * Double(panel[$1 * lanes + lane]) }
        #expect(abs(Double(out[row * lanes + lane]) - expected) < 1e-4)
      }
    }
    // One lane in a panel of 16 gives the same bits as among others.
    let lane = lanes - 1
    var narrow = [Float](repeating: 0, count: depth * 16)
    for d in 0..<depth { narrow[d * 16] = panel[d * lanes + lane] }
    var alone = [Float](repeating: 1, count: 16)
    for row in 0..<count {
      unsafe kernels(level).score_panel(
        rows.storage.start + row * rows.stride, Int64(rows.stride), 1, Int64(depth), narrow, 16, &alone, 0)
      #expect(alone[0] == out[row * lanes + lane])
    }
    let before = out
    unsafe kernels(level).score_panel(
      rows.storage.start, Int64(rows.stride), Int64(count), Int64(depth), panel, Int64(lanes), &out, 1)
    #expect(zip(out, before).allSatisfy { $0 == 2 * $1 })
    // Those above their lane's threshold, in order.
    let thresholds = (0..<lanes).map { Float($0 % 5) - 2 }
    var hits = [UInt32](repeating: 0, count: before.count)
    let found = Int(unsafe kernels(level).above(before, Int64(count), Int64(lanes), thresholds, &hits))
    #expect(Array(hits.prefix(found)) == before.indices.filter { before[$0] > thresholds[$0 % lanes] }.map(UInt32.init))
  }
}

extension SparseMatrix {
  static func random(rows: Int, columns: Int, using random: inout SplitMix64) -> SparseMatrix {
    var offsets = [0]
    var chosen: [UInt32] = []
    for _ in 0..<rows {
      let density = Double.random(in: 0...0.6, using: &random)
      for column in 0..<columns where Double.random(in: 0..<1, using: &random) < density {
        chosen.append(UInt32(column))
      }
      offsets.append(chosen.count)
    }
    return SparseMatrix(
      rows: rows, columns: columns, offsets: offsets, columns: chosen,
      values: chosen.map { _ in Float.random(in: -1...1, using: &random) })
  }
}

extension DenseMatrix {
  static func random(rows: Int, columns: Int, using random: inout SplitMix64) -> DenseMatrix {
    DenseMatrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
    )
  }
}

import CAkinKernels
import TestSupport
import Testing

/// Every level of the kernels that the host has, against loops that share nothing with them.
@Suite struct VectorKernelTests {
  static let levels: [Int32] = [0, 3, 4].filter { unsafe akin_vectors_level($0) != nil }

  private func kernels(_ level: Int32) -> akin_vector_kernels { unsafe akin_vectors_level(level).pointee }

  private func random(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  @Test(arguments: levels, [16, 48, 64, 80, 128, 208])
  func distances(level: Int32, width: Int) {
    var generator = SplitMix64(seed: UInt64(width))
    let (x, y) = (random(width, &generator), random(width, &generator))
    var count = UInt64(width)
    let dot = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let square = zip(x, y).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    #expect(abs(Double(unsafe kernels(level).negative_dot(x, y, &count)) + dot) < 1e-5)
    #expect(abs(Double(unsafe kernels(level).squared_distance(x, y, &count)) - square) < 1e-4)
    #expect(unsafe kernels(level).squared_distance(x, x, &count) == 0)
    let long = x.map { $0 * 2 }
    #expect(unsafe kernels(level).negative_cosine(long, long, &count) == -1)
    #expect(unsafe kernels(level).negative_cosine(long, long.map { -$0 }, &count) == 1)
  }

  @Test(arguments: levels, [16, 32, 48, 64])
  func `the scan finds what is above`(level: Int32, lanes: Int) {
    var generator = SplitMix64(seed: UInt64(lanes))
    let (count, depth, stride) = (25, 19, 32)
    let rows = random(count * stride, &generator)
    let panel = random(depth * lanes, &generator)
    let offsets = random(count, &generator)
    for hasOffsets in [false, true] {
      var thresholds = random(lanes, &generator)
      thresholds[3] = .infinity
      thresholds[5] = -.infinity
      var hits = [UInt32](repeating: 0, count: count * lanes)
      let found = unsafe kernels(level).scan(
        rows, Int64(stride), Int64(count), Int64(depth), hasOffsets ? offsets : nil, panel, Int64(lanes), thresholds,
        &hits)
      var expected: Set<UInt32> = []
      for row in 0..<count {
        for lane in 0..<lanes {
          let score = (0..<depth).reduce(hasOffsets ? Double(offsets[row]) : 0) {
            $0 + Double(rows[row * stride + $1]) * Double(panel[$1 * lanes + lane])
          }
          #expect(abs(score - Double(thresholds[lane])) > 1e-6, "the data leaves no doubt")
          if score > Double(thresholds[lane]) { expected.insert(UInt32(row * lanes + lane)) }
        }
      }
      #expect(found == expected.count && Set(hits.prefix(Int(found))) == expected)
    }
  }
}

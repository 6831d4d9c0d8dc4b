import CAkinKernels
import TestSupport
import Testing

/// The kernel that sums edges for sixteen questions, at every level that the host has, against a plain loop.
@Suite struct LaneKernelTests {
  @Test(arguments: [0, 3, 4] as [Int32], [false, true])
  func `sums are those of a plain loop, bit for bit`(level: Int32, hasWeights: Bool) throws {
    guard let kernel = unsafe akin_lanes_level(level) else { return }
    var random = SplitMix64(seed: 8)
    let nodes = 40
    var offsets: [UInt64] = [0]
    for _ in 0..<60 { offsets.append(offsets.last! + UInt64.random(in: 0...40, using: &random)) }
    let edges = Int(offsets.last!)
    let neighbors = (0..<edges).map { _ in UInt32.random(in: 0..<UInt32(nodes), using: &random) }
    let weights = (0..<edges).map { _ in Float.random(in: 0.1...5, using: &random) }
    let values = (0..<16 * nodes).map { _ in Double.random(in: -1...1, using: &random) }
    for adds in [false, true] {
      let before = (0..<16 * 25).map { _ in Double.random(in: -1...1, using: &random) }
      var run = before
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe neighbors.withUnsafeBufferPointer { neighbors in
          unsafe weights.withUnsafeBufferPointer { weights in
            unsafe values.withUnsafeBufferPointer { values in
              var rows = unsafe akin_lane_rows(
                offsets: offsets.baseAddress, neighbors: neighbors.baseAddress,
                weights: hasWeights ? weights.baseAddress : nil, values: values.baseAddress,
                edge_count: Int64(edges), factor: 0.7)
              unsafe kernel(&rows, 20, 25, adds ? 1 : 0, &run)
            }
          }
        }
      }
      for row in 0..<25 {
        for lane in 0..<16 {
          var sum = 0.0
          for edge in Int(offsets[20 + row])..<Int(offsets[21 + row]) {
            let value = values[16 * Int(neighbors[edge]) + lane]
            sum += hasWeights ? value * Double(weights[edge]) : value
          }
          let product = sum * 0.7
          #expect(run[16 * row + lane] == (adds ? before[16 * row + lane] + product : product))
        }
      }
    }
  }
}

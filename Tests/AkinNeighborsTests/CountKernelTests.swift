import AkinParallel
import CAkinKernels
import TestSupport
import Testing

/// Every instruction set that the host has against the plain loop.
@Suite struct CountKernelTests {
  private func taken<Count: FixedWidthInteger>(
    _ counts: [Count], _ range: Range<Int>, least: Int
  ) -> (positions: [UInt32], values: [UInt32], left: [Count]) {
    let hits = range.filter { Int(counts[$0]) >= least }
    var left = counts
    for position in range { left[position] = 0 }
    return (hits.map { UInt32($0) }, hits.map { UInt32(counts[$0]) }, left)
  }

  private func random<Count: FixedWidthInteger>(_ random: inout SplitMix64, _ count: Int) -> [Count] {
    let density = Double.random(in: 0...1, using: &random)
    return (0..<count).map { _ in
      guard Double.random(in: 0..<1, using: &random) < density else { return 0 }
      return Bool.random(using: &random)
        ? .max - Count.random(in: 0...2, using: &random) : .random(in: 0...4, using: &random)
    }
  }

  @Test(arguments: KernelLevel.available, UInt64(0)..<20)
  func `counts are taken at every level`(level: KernelLevel, seed: UInt64) {
    let code: Int32 = level == .v4 ? 4 : level == .v3 ? 3 : 0
    let kernels = unsafe akin_counts_level(code).pointee
    var random = SplitMix64(seed: seed)
    let narrow: [UInt8] = self.random(&random, 64 * 9)
    let wide: [UInt16] = self.random(&random, 64 * 9)
    let range = 64 * Int.random(in: 0...3, using: &random)..<64 * Int.random(in: 4...9, using: &random)
    for least in [1, 2, 3, 200, 254, 255, 256, 300, 65_534, 65_535, 65_536] {
      var positions = [UInt32](repeating: 0, count: range.count + 1)
      var values = positions
      var counts = narrow
      var expected = taken(narrow, range, least: least)
      var count = unsafe Int(
        kernels.take_8(&counts, Int64(range.lowerBound), Int64(range.upperBound), UInt32(least), &positions, &values))
      #expect(Array(positions.prefix(count)) == expected.positions)
      #expect(Array(values.prefix(count)) == expected.values)
      #expect(counts == expected.left)

      var wideCounts = wide
      let wideExpected = taken(wide, range, least: least)
      count = unsafe Int(
        kernels.take_16(
          &wideCounts, Int64(range.lowerBound), Int64(range.upperBound), UInt32(least), &positions, &values))
      #expect(Array(positions.prefix(count)) == wideExpected.positions)
      #expect(Array(values.prefix(count)) == wideExpected.values)
      #expect(wideCounts == wideExpected.left)

      counts = narrow
      let blocks = (0..<9).filter { _ in Bool.random(using: &random) }
      positions = [UInt32](repeating: 0, count: 64 * 9 + 1)
      values = positions
      count = unsafe Int(
        kernels.take_blocks_8(
          &counts, blocks.map { UInt32($0) }, Int64(blocks.count), UInt32(least), &positions, &values))
      expected = ([], [], narrow)
      for block in blocks {
        let part = taken(expected.left, 64 * block..<64 * (block + 1), least: least)
        expected = (expected.positions + part.positions, expected.values + part.values, part.left)
      }
      #expect(Array(positions.prefix(count)) == expected.positions)
      #expect(Array(values.prefix(count)) == expected.values)
      #expect(counts == expected.left)
    }
  }

  @Test func `a level that there is not has no kernels`() {
    let hasKernels = unsafe akin_counts_level(2) != nil || akin_dense_level(2) != nil
    #expect(!hasKernels)
    #expect(KernelLevel.available.contains(KernelLevel.current))
    #expect(KernelLevel.available.first == .default)
  }
}
